"""What the items of a list say of their times, in its order → moments. Lists name the day once or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from bot.ingest.dates import Spoken

# An order may be this much out of order before the day is taken to change; clocks are never so far ahead.
_DISORDER = timedelta(hours=1)
_AHEAD = timedelta(minutes=2)
# A step of more than half a day between neighbours is midnight.
_HALF_A_DAY = 12 * 60
_FEWEST_STEPS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """What an item says itself, and the day that the last heading above it names."""

    said: Spoken | None
    day: date | None = None


def moments_of(items: Sequence[Timed], *, zone: tzinfo, now: datetime) -> list[datetime | None]:
    """A list begins with the newest, or where its times grow with the oldest; a jump the other way is midnight."""
    if _is_oldest_first([item.said.clock for item in items if item.said and item.said.clock and not item.said.day]):
        return _newest_first(items[::-1], zone, now)[::-1]
    return _newest_first(items, zone, now)


def _newest_first(items: Sequence[Timed], zone: tzinfo, now: datetime) -> list[datetime | None]:
    moments: list[datetime | None] = []
    before: datetime | None = None
    heading: date | None = None
    for item in items:
        said = item.said
        if said is None:
            moments.append(None)
            continue
        day = said.day or (item.day if item.day != heading else _day_after(before, said.clock))
        moment = replace(said, day=day).moment(zone=zone, now=now)
        if moment and not said.day and moment > now + _AHEAD:
            # The heading was today's date at the top of the page.
            moment -= timedelta(days=1)
        heading = item.day
        before = moment.astimezone(said.zone or zone) if moment else before
        moments.append(moment)
    return moments


def _day_after(before: datetime | None, clock: time | None) -> date | None:
    """The day of a time that stands below another."""
    if before is None or clock is None:
        return None
    has_passed = datetime.combine(before, clock) > before.replace(tzinfo=None) + _DISORDER
    return before.date() - timedelta(days=1) if has_passed else before.date()


def _is_oldest_first(clocks: Sequence[time]) -> bool:
    minutes = [clock.hour * 60 + clock.minute for clock in clocks]
    steps = [other - one for one, other in pairwise(minutes)]
    growing = sum(0 < step < _HALF_A_DAY for step in steps)
    return growing >= _FEWEST_STEPS and growing > 2 * sum(-_HALF_A_DAY < step < 0 for step in steps)
