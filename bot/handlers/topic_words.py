"""How a topic of a forum is named."""

from bot.domain.topic import GENERAL, Topic
from bot.i18n import Texts
from bot.render.html import one_line

_MAX_NAME = 40


def topic_name(topic: Topic, texts: Texts) -> str:
    """Not escaped. One that nobody has named to us goes by its number."""
    if topic.id == GENERAL:
        return texts("topics.general")
    name = one_line(topic.name) or f"#{topic.id}"
    return name if len(name) <= _MAX_NAME else f"{name[: _MAX_NAME - 1]}…"
