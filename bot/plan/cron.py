"""Cron expressions, as crontab(5) means them. In: five fields and the newsroom's zone. Out: the next time, or what is wrong.

A weekday is 0-7, 0 and 7 being Sunday; where a day of the month and a weekday are both named, either will do. APScheduler's
trigger counts 0 as Monday, wants both, and cannot say which field is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import CronFieldError, CronFieldsError, CronNeverError, CronSecondsError


@dataclass(frozen=True, kw_only=True, slots=True)
class _Field:
    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()


_MINUTE = _Field(name="minute", lowest=0, highest=59)
_HOUR = _Field(name="hour", lowest=0, highest=23)
_DAY = _Field(name="day", lowest=1, highest=31)
_MONTH = _Field(
    name="month",
    lowest=1,
    highest=12,
    names=("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
)
_WEEKDAY = _Field(name="weekday", lowest=0, highest=7, names=("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
_FIELDS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)
_EVERY_HOUR = frozenset(range(24))
_SUNDAY = 7

# Characters; the longest sensible expression is far shorter.
_LONGEST = 200
# The longest gap between two leap days (1896 to 1904, 2096 to 2104) and a day more.
_FARTHEST_DAYS = 8 * 366 + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Cron:
    """`text` is the expression with single blanks between its fields."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool


def parse(text: str) -> Cron:
    """CronFieldsError, CronFieldError, CronSecondsError: what is wrong and where."""
    words = text.lower().split()
    if len(words) == len(_FIELDS) + 1:
        raise CronSecondsError
    if len(words) != len(_FIELDS) or len(text) > _LONGEST:
        raise CronFieldsError(count=len(words))
    minutes, hours, days, months, weekdays = (_values(word, field) for word, field in zip(words, _FIELDS, strict=True))
    return Cron(
        text=" ".join(words),
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(day % _SUNDAY for day in weekdays),
        either_day=not words[2].startswith("*") and not words[4].startswith("*"),
    )


def checked(text: str, now: datetime, zone: ZoneInfo) -> str:
    """The expression as it is kept; CronNeverError, if it names no day that there is."""
    cron = parse(text)
    if next_time(cron, now, zone) is None:
        raise CronNeverError
    return cron.text


def next_time(cron: Cron, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first time after `after`, in UTC; None: it never comes.

    A time that the clocks leave out comes when they have gone on, one that they show twice comes the first time. Whoever
    named no hours is served through both.
    """
    day = after.astimezone(zone).date()
    for _ in range(_FARTHEST_DAYS):
        if _falls_on(cron, day):
            coming = [moment for moment in _moments(cron, day, zone) if moment > after]
            if coming:
                return min(coming)
        day += timedelta(days=1)
    return None


def _falls_on(cron: Cron, day: date) -> bool:
    if day.month not in cron.months:
        return False
    by_day, by_weekday = day.day in cron.days, day.isoweekday() % _SUNDAY in cron.weekdays
    return by_day or by_weekday if cron.either_day else by_day and by_weekday


def _moments(cron: Cron, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    for hour in cron.hours:
        for minute in cron.minutes:
            for fold in (0, 1) if cron.hours == _EVERY_HOUR else (0,):
                yield datetime.combine(day, time(hour, minute, fold=fold), zone).astimezone(UTC)


def _values(word: str, field: _Field) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        found |= _part(part, field)
    return frozenset(found)


def _part(part: str, field: _Field) -> set[int]:
    """`*`, `a`, `a-b`, each also with a step `/n`; `a/n` goes on to the end."""
    span, slash, step_text = part.partition("/")
    first_text, dash, last_text = span.partition("-")
    if span == "*":
        first, last = field.lowest, field.highest
    else:
        first = _number(first_text, field, part)
        last = _number(last_text, field, part) if dash else field.highest if slash else first
        if dash and last == 0 and field is _WEEKDAY:
            # "fri-sun": a week that begins on Monday.
            last = _SUNDAY
    step = int(step_text) if step_text.isdecimal() and step_text.isascii() else 0
    if first > last or (slash and step == 0):
        raise _wrong(part, field)
    return set(range(first, last + 1, step or 1))


def _number(text: str, field: _Field, part: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.lowest
    if not (text.isascii() and text.isdecimal() and field.lowest <= int(text) <= field.highest):
        raise _wrong(part, field)
    return int(text)


def _wrong(part: str, field: _Field) -> CronFieldError:
    return CronFieldError(field=field.name, part=part, lowest=field.lowest, highest=field.highest)
