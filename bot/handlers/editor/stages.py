"""The stages of an article as editors see them: how far it came, and the words of each stage."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.approval import Decision, Ruling
from bot.domain.article import Article
from bot.domain.rubric import Rubric
from bot.handlers.editor.source_screens import when
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line
from bot.services.arrival import Arrival

DONE, WAITS, STOPPED = "✅", "⏳", "⛔"
MAX_TITLE, MAX_ADDRESS, MAX_WORD = 150, 200, 64
_MAX_LISTED = 5


def title_of(article: Article) -> str:
    return cut(f"<b>{link(one_line(article.title), article.url)}</b>", MAX_TITLE)


def accepted(article: Article, came: Arrival, texts: Texts) -> Iterable[str]:
    mark = DONE if came.acceptance.is_news else WAITS if article.held else STOPPED
    yield f"{mark} {texts(f'why.accepted-{came.acceptance}')}"
    if came.decided_by:
        yield under(texts("why.decided", editor=escape(came.decided_by)))


def ruling_told(ruling: Ruling, texts: Texts, now: datetime) -> str:
    """What a channel's administrator decided."""
    key = "why.approved" if ruling.decision is Decision.PUBLISH else "why.left-out"
    return texts(key, name=short(ruling.by.name, MAX_WORD), at=when(ruling.at, texts, now))


def met(is_met: bool) -> str:  # noqa: FBT001, it says what it is
    return DONE if is_met else STOPPED


def names(rubrics: Iterable[Rubric], texts: Texts) -> str:
    return ", ".join(short(rubric.title(texts.language), MAX_WORD) for rubric in rubrics)


def listed(words: Iterable[str]) -> str:
    found = list(words)
    return ", ".join(found[:_MAX_LISTED]) + (" …" if len(found) > _MAX_LISTED else "")


def short(words: str, limit: int) -> str:
    return cut(escape(one_line(words)), limit)


def under(words: str) -> str:
    return f"    {words}"
