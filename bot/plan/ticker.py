"""Ticker: whose line it is, when the next batch is due, and how many messages it takes."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.article import Article
from bot.domain.destination import Audience, Mode, readers
from bot.domain.errors import TickerIntervalError
from bot.domain.language import Language
from bot.domain.quiet import QuietHours, QuietMode
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerLine
from bot.domain.ticker_plan import LONGEST_INTERVAL, SHORTEST_INTERVAL, AtTimes, Every, Live, TickerPlan
from bot.plan import cron

_CLOCK_CHANGE = timedelta(hours=1)
# A schedule has the same times on each of its days; the first of them may be half over, the clocks may change on the second.
_DAYS_ASKED = 4


def audience(
    article: Article,
    rubric: Slug,
    *,
    published: Collection[Language],
    default: Language,
    words: tuple[str, ...] = (),
) -> Audience:
    """The channels whose ticker carries `rubric`. One rubric a call: a line shows the first that the channel chose."""
    return Audience(
        rubrics=(rubric,),
        languages=readers(article.language, published=published, default=default),
        modes=(Mode.TICKER,),
        words=words,
        edition=article.language,
    )


def read_schedule(text: str, now: datetime, zone: ZoneInfo) -> TickerPlan:
    """What a person typed: a number of minutes, or a cron expression. BadScheduleError: what is wrong and where."""
    word = text.strip()
    if not (word.isascii() and word.isdecimal()):
        return AtTimes(cron=cron.checked(text, now, zone))
    if not SHORTEST_INTERVAL <= int(word) <= LONGEST_INTERVAL:
        raise TickerIntervalError(lowest=SHORTEST_INTERVAL, highest=LONGEST_INTERVAL)
    return Every(minutes=int(word))


def next_tick(plan: TickerPlan, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the channel's next batch is due, in UTC; a live ticker takes its lines as they come."""
    match plan:
        case Every(minutes=minutes):
            return _next_on_the_clock_face(now, minutes, zone)
        case AtTimes(cron=text):
            return cron.next_time(cron.parse(text), now, zone)
        case Live():
            return now
        case _:
            assert_never(plan)


def next_batch(plan: Every | AtTimes, quiet: QuietHours | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next tick whose lines do not wait for the end of the quiet. None: there never is one."""
    at = now
    for _ in range(_DAYS_ASKED):
        tick = next_tick(plan, at, zone)
        if tick is None or quiet is None or quiet.mode is not QuietMode.HOLD:
            return tick
        end = quiet.until(tick, zone)
        if end is None:
            return tick
        # A tick at the very end of the quiet is none of it.
        at = end - timedelta(seconds=1)
    return None


def _next_on_the_clock_face(now: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    """The first multiple of `minutes` since the newsroom's midnight that comes after `now`."""
    local = now.astimezone(zone).replace(tzinfo=None)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=minutes)
    passed = local - midnight
    if step <= _CLOCK_CHANGE:
        # In elapsed time: the clocks change by whole hours, so that the hour they show twice has its ticks twice too.
        return (now + step - passed % step).astimezone(UTC)
    # In wall time, so that a change of the clocks moves no tick off the face and repeats none.
    moment = (midnight + (passed // step + 1) * step).replace(tzinfo=zone).astimezone(UTC)
    while moment <= now:
        moment += step
    return moment


def parted(
    lines: Sequence[TickerLine], fits: Callable[[Sequence[TickerLine]], bool]
) -> tuple[tuple[TickerLine, ...], ...]:
    """The lines of each message that a batch takes; `fits` knows Telegram's limits. Usually it is one."""
    if not lines or fits(lines):
        return (tuple(lines),) if lines else ()
    parts: list[tuple[TickerLine, ...]] = []
    rest = list(lines)
    while rest:
        # A line that fits nowhere would loop for ever; alone in its message it is cut when rendered.
        taken = [rest.pop(0)]
        while rest and fits([*taken, rest[0]]):
            taken.append(rest.pop(0))
        parts.append(tuple(taken))
    return tuple(parts)
