"""The ticker: a line an article, its time, linked headline and rubric. In: a sheet and the rubrics. Out: a Message.

A batch reads on from the one before it, so its oldest line is first. In a live ticker the newest is first, and the oldest go
when Telegram's limits are met.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import assert_never

from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker import Sheet, TickerLayout, TickerLine
from bot.i18n import Texts
from bot.render.html import cut, escape, link, moment, one_line, visible_length
from bot.render.message import MAX_ENTITIES, MAX_RAW_BYTES, MAX_TEXT, Message

# Two lines on a phone; a longer headline is read behind its link.
MAX_HEADLINE = 200

# A batch is full a little before Telegram says so: corrections may still lengthen its headlines.
_ROOM_TEXT = MAX_TEXT - 300
_ROOM_RAW_BYTES = MAX_RAW_BYTES - 2048
_ROOM_ENTITIES = MAX_ENTITIES - 10

_BETWEEN = "\n\n"
_MARKED = re.compile(r"<(a|b|tg-time)\b[^>]*>.*?</\1>", re.DOTALL)
# Where Telegram may find a link, a "@name", a "#tag" by itself, each of which is an entity.
_FOUND = re.compile(r"\S*(?:[@#$/]|\w\.\w)\S*")


def ticker_message(sheet: Sheet, rubrics: Mapping[Slug, Rubric], texts: Texts) -> Message | None:
    """Without a preview: one picture would speak for one line only. None: nothing is left of a batch."""
    match sheet.layout:
        case TickerLayout.BATCH:
            return _batch(sheet, rubrics, texts) if sheet.lines else None
        case TickerLayout.LIVE:
            return _live(sheet, rubrics, texts)
        case _:
            assert_never(sheet.layout)


def fits(day: date, lines: Sequence[TickerLine], rubrics: Mapping[Slug, Rubric], texts: Texts) -> bool:
    """Whether one batch has room for all these lines. One line always fits."""
    if len(lines) <= 1:
        return True
    text = _batch_text(Sheet(day=day, layout=TickerLayout.BATCH, lines=tuple(lines)), rubrics, texts)
    return (
        _entities(text) <= _ROOM_ENTITIES
        and visible_length(text) <= _ROOM_TEXT
        and len(text.encode()) <= _ROOM_RAW_BYTES
    )


def _batch(sheet: Sheet, rubrics: Mapping[Slug, Rubric], texts: Texts) -> Message:
    return Message(text=cut(_batch_text(sheet, rubrics, texts), MAX_TEXT))


def _batch_text(sheet: Sheet, rubrics: Mapping[Slug, Rubric], texts: Texts) -> str:
    ordered = sorted(sheet.lines, key=_age)
    lines = (_line(line, sheet.day, rubrics.get(line.rubric), texts) for line in ordered)
    return _BETWEEN.join([_header(sheet, texts), *lines])


def _live(sheet: Sheet, rubrics: Mapping[Slug, Rubric], texts: Texts) -> Message:
    """The first of a day may come at midnight without a line, so that nobody's phone is to ring for it."""
    parts = [_header(sheet, texts)]
    if not sheet.lines:
        return Message(text=_BETWEEN.join([*parts, texts("ticker.empty")]), silent=True)
    characters, size, entities = _weight(parts[0])
    for line in sorted(sheet.lines, key=_age, reverse=True):
        text = _BETWEEN + _line(line, sheet.day, rubrics.get(line.rubric), texts)
        more = _weight(text)
        characters, size, entities = characters + more[0], size + more[1], entities + more[2]
        if len(parts) > 1 and (characters > MAX_TEXT or size > MAX_RAW_BYTES or entities > MAX_ENTITIES):
            break
        parts.append(text.removeprefix(_BETWEEN))
    return Message(text=cut(_BETWEEN.join(parts), MAX_TEXT))


def _weight(html: str) -> tuple[int, int, int]:
    """What counts against Telegram's limits: characters, bytes, entities."""
    return visible_length(html), len(html.encode()), _entities(html)


def _entities(html: str) -> int:
    """At most so many: those of the markup, and whatever Telegram may find outside it."""
    rest, marked = _MARKED.subn(" ", html)
    return marked + len(_FOUND.findall(rest))


def _age(line: TickerLine) -> tuple[object, ...]:
    return line.published_at, line.article_id


def _header(sheet: Sheet, texts: Texts) -> str:
    return texts("ticker.header", day=texts.date(sheet.day))


def _line(line: TickerLine, day: date, rubric: Rubric | None, texts: Texts) -> str:
    """Each reader sees the time in their own zone and language; old clients show what stands inside, the newsroom's.

    A time of another day than the ticker's comes with its date. Outside of the link, where Telegram would drop one of both.
    """
    is_of_the_day = texts.day(line.published_at) == day
    time = texts.time(line.published_at) if is_of_the_day else texts.day_and_time(line.published_at)
    shown = moment(time, line.published_at, "t" if is_of_the_day else "dt")
    headline = cut(link(one_line(line.title), line.url), MAX_HEADLINE)
    return f"{shown} {headline}" + (f" · {escape(one_line(rubric.title(texts.language)))}" if rubric else "")
