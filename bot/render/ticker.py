"""The ticker: a channel's day in one growing message, a line an article. In: the day and its lines. Out: a Message."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker import TickerLine
from bot.i18n import Texts
from bot.render.html import cut, escape, link, one_line, visible_length
from bot.render.message import MAX_ENTITIES, MAX_RAW_BYTES, MAX_TEXT, Message

# Two lines on a phone; a longer headline is read behind its link.
MAX_HEADLINE = 200

# A ticker is full a little before Telegram says so: corrections may still lengthen its headlines, and a headline without
# a link may hold "@names" and "#tags", which are entities too.
_ROOM_TEXT = MAX_TEXT - 300
_ROOM_RAW_BYTES = MAX_RAW_BYTES - 2048
_ROOM_LINES = MAX_ENTITIES - 10


def ticker_message(day: date, lines: Sequence[TickerLine], rubrics: Mapping[Slug, Rubric], texts: Texts) -> Message:
    """The header and a line an article, without a preview: one picture would speak for one line only."""
    return Message(text=cut(_text(day, lines, rubrics, texts), MAX_TEXT))


def fits(day: date, lines: Sequence[TickerLine], rubrics: Mapping[Slug, Rubric], texts: Texts) -> bool:
    """Whether one message has room for all these lines. One line always fits."""
    if len(lines) <= 1:
        return True
    text = _text(day, lines, rubrics, texts)
    return len(lines) <= _ROOM_LINES and visible_length(text) <= _ROOM_TEXT and len(text.encode()) <= _ROOM_RAW_BYTES


def _text(day: date, lines: Sequence[TickerLine], rubrics: Mapping[Slug, Rubric], texts: Texts) -> str:
    # Oldest first: the message grows at its end, so that what was read stays where it was, as in a conversation.
    ordered = sorted(lines, key=lambda line: (line.published_at, line.article_id))
    header = texts("ticker.header", day=texts.date(day))
    return "\n\n".join([header, *(_line(line, day, rubrics.get(line.rubric), texts) for line in ordered)])


def _line(line: TickerLine, day: date, rubric: Rubric | None, texts: Texts) -> str:
    same_day = texts.day(line.published_at) == day
    time = texts.time(line.published_at) if same_day else texts.day_and_time(line.published_at)
    headline = cut(link(one_line(line.title), line.url), MAX_HEADLINE)
    return f"{time} {headline}" + (f" · {escape(one_line(rubric.title(texts.language)))}" if rubric else "")
