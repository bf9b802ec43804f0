"""Is a source well? Judgements over plain values and `now`. ingest/health.py asks them at each poll and tells editors."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain.article import NewArticle
from bot.domain.source import Shape, Source, Trouble

# Less is a hiccup, of which nobody needs to hear.
FAILURES_IN_A_ROW = 3
FAILING_FOR = timedelta(minutes=15)

# Publication times of so many days tell a source's rhythm: two weeks, and the day by which the older one is late.
RHYTHM = timedelta(days=15)
_WEEK = timedelta(days=7)
# Shorter silence says nothing about any source; and on a morning an editor may come an hour later than a week before.
LEAST_PATIENCE = timedelta(hours=2)
_GRACE = timedelta(hours=1)
_LEAST_PASSED = 5
# Longer than a weekend from Friday's noon to Monday's, which a younger rhythm has not shown yet.
_BEYOND_A_WEEKEND = timedelta(days=3)
_LEAST_TIMES = 10

# A share counts the last fifty or so; before it means something there have to be some.
_SHARE_OVER = 50
_LEAST_ENTRIES = 20
_USUAL = 0.8
_MISSING_IN_A_ROW = 5


class Aspect(StrEnum):
    """What the articles of a source may lose."""

    BODY = "body"
    RUBRIC = "rubric"


class SourceState(StrEnum):
    """What needs somebody stands first."""

    HELD = "held"
    FAILING = "failing"
    SILENT = "silent"
    PAUSED = "paused"
    NEW = "new"
    OK = "ok"


def state_of(source: Source, *, is_silent: bool) -> SourceState:
    """The one thing to know of a source at a glance."""
    if source.paused:
        return SourceState.PAUSED
    if source.held:
        return SourceState.HELD
    if source.failures:
        return SourceState.FAILING
    if source.baseline_at is None:
        return SourceState.NEW
    return SourceState.SILENT if is_silent else SourceState.OK


def is_failing_long(*, failures: int, since: datetime, trouble: Trouble, now: datetime) -> bool:
    """`failures` in a row, the first of them at `since`. An address that is gone for good (410) needs no second look."""
    return trouble is Trouble.GONE or (failures >= FAILURES_IN_A_ROW and now - since >= FAILING_FOR)


def is_fallback_lasting(*, since: datetime, trouble: Trouble, now: datetime) -> bool:
    """The same for a first address that fails while another one is read in its place."""
    return trouble is Trouble.GONE or now - since >= FAILING_FOR


def may_be_silent(source: Source, now: datetime) -> bool:
    """Whether its rhythm is worth asking for; until then a poll that brings nothing costs nothing."""
    return source.silent_after is not None and now >= source.silent_after


def silent_from(times: Iterable[datetime], *, now: datetime) -> datetime | None:
    """When the silence after the last of the publication `times` becomes longer than their rhythm; None: there is none yet.

    Silence is measured by how many articles of the week before came in the same hours of the same days: nights and
    weekends let none pass. It is too long when it lets pass three times as many as the longest usual ones do.
    """
    known = sorted(time for time in times if now - RHYTHM <= time <= now)
    if len(known) < _LEAST_TIMES:
        return None
    last = known[-1]
    passed = sorted(
        bisect_right(known, later - _WEEK) - bisect_right(known, earlier - _WEEK)
        for earlier, later in pairwise(known)
        if earlier - _WEEK >= known[0]
    )
    if len(passed) >= _LEAST_TIMES:
        too_many = max(_LEAST_PASSED, 3 * passed[len(passed) * 98 // 100])
        one_too_many = bisect_right(known, last - _WEEK) + too_many - 1
        if one_too_many < len(known):
            return max(last + LEAST_PATIENCE, known[one_too_many] + _WEEK + _GRACE)
    longest = max(later - earlier for earlier, later in pairwise(known))
    return last + max(_BEYOND_A_WEEKEND, 3 * longest)


def entries_a_day(times: Iterable[datetime], *, now: datetime) -> float:
    """The average over the last seven days, or over as many of them as are known."""
    recent = [time for time in times if now - _WEEK <= time <= now]
    if not recent:
        return 0.0
    days = max(timedelta(days=1), now - min(recent)) / timedelta(days=1)
    return len(recent) / days


def updated_shape(shape: Shape, articles: Iterable[NewArticle]) -> Shape:
    """With what new articles have; those of a first import do not count, their pages were not read."""
    for article in articles:
        if not article.baseline:
            shape = _with_one(shape, has_body=bool(article.body), has_rubric=bool(article.categories))
    return shape


def _with_one(shape: Shape, *, has_body: bool, has_rubric: bool) -> Shape:
    entries = shape.entries + 1
    body, bodiless = _counted(shape.body, shape.bodiless, entries, has=has_body)
    rubric, rubricless = _counted(shape.rubric, shape.rubricless, entries, has=has_rubric)
    return replace(shape, entries=entries, body=body, bodiless=bodiless, rubric=rubric, rubricless=rubricless)


def _counted(share: float, missing: int, entries: int, *, has: bool) -> tuple[float, int]:
    """A row of missing ones counts only once it has ended: until then the share tells how things were before it."""
    if not has:
        return share, missing + 1
    weight = 1 / min(entries, _SHARE_OVER)
    share *= (1 - weight) ** missing
    return share + (1 - share) * weight, 0


def lost_aspects(shape: Shape) -> frozenset[Aspect]:
    """What nearly all articles had, and none of the last ones has."""
    rows = {Aspect.BODY: (shape.body, shape.bodiless), Aspect.RUBRIC: (shape.rubric, shape.rubricless)}
    return frozenset(
        aspect
        for aspect, (share, missing) in rows.items()
        if missing >= _MISSING_IN_A_ROW and share >= _USUAL and shape.entries - missing >= _LEAST_ENTRIES
    )
