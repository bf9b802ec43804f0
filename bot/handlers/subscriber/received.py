"""Why a person gets what they get: the last articles in their chat, each with the rubrics that brought it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.rubric import Rubric
from bot.handlers.screen import Screen
from bot.handlers.subscriber.settings_button import back_row
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line
from bot.services.reading import Received

# Ten lines of this length and their rubrics stay far below Telegram's limit of 4096.
_MAX_HEADLINE = 200


def received_screen(found: tuple[Sequence[Received], datetime], texts: Texts) -> Screen:
    received, asked_at = found
    lines = [_line(each, texts, asked_at) for each in received]
    paragraphs = [texts("received.heading"), *lines, texts("received.how")] if lines else [texts("received.nothing")]
    return Screen(text="\n\n".join(paragraphs), rows=(back_row(texts),))


def _line(received: Received, texts: Texts, asked_at: datetime) -> str:
    if received.because_of:
        reason = texts("received.because", rubrics=_titles(received.because_of, texts))
    elif received.rubrics:
        reason = texts("received.left", rubrics=_titles(received.rubrics, texts))
    else:
        reason = texts("received.unknown")
    is_today = texts.day(received.sent_at) == texts.day(asked_at)
    when = texts.time(received.sent_at) if is_today else texts.day_and_time(received.sent_at)
    headline = cut(link(one_line(received.article.title), received.article.url), _MAX_HEADLINE)
    return f"{when} {headline}\n{reason}"


def _titles(rubrics: Iterable[Rubric], texts: Texts) -> str:
    return ", ".join(escape(one_line(rubric.title(texts.language))) for rubric in rubrics)
