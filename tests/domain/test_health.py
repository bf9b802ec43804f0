"""Judgements by value. Days begin on Monday, 2 March 2026."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.domain.health import (
    Aspect,
    SourceState,
    entries_a_day,
    is_failing_long,
    lost_aspects,
    may_be_silent,
    silent_from,
    state_of,
    updated_shape,
)
from bot.domain.source import Shape, Trouble
from tests.make import make_new_article, make_source

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def days_of(*, hours: range, days: Iterable[int], every: timedelta = HOUR) -> Iterator[datetime]:
    """From Monday on, on these days of the weeks, between these hours."""
    for day in days:
        moment = MONDAY + timedelta(days=day, hours=hours.start)
        while moment < MONDAY + timedelta(days=day, hours=hours.stop):
            yield moment
            moment += every


@pytest.mark.parametrize(
    ("failures", "minutes", "trouble", "expected"),
    [
        pytest.param(1, 0, Trouble.TIMEOUT, False, id="the first failure"),
        pytest.param(3, 14, Trouble.TIMEOUT, False, id="three within a quarter of an hour"),
        pytest.param(2, 600, Trouble.TIMEOUT, False, id="two, however long ago the first"),
        pytest.param(3, 15, Trouble.TIMEOUT, True, id="three over a quarter of an hour"),
        pytest.param(1, 0, Trouble.GONE, True, id="gone for good"),
    ],
)
def test_a_source_fails_for_long_only_when_it_is_no_hiccup(
    failures: int, minutes: int, trouble: Trouble, *, expected: bool
) -> None:
    since = MONDAY - timedelta(minutes=minutes)

    assert is_failing_long(failures=failures, since=since, trouble=trouble, now=MONDAY) is expected


def test_a_source_that_never_rests_is_missed_after_two_hours() -> None:
    times = list(days_of(hours=range(24), days=range(14), every=timedelta(minutes=10)))
    last = times[-1]

    assert silent_from(times, now=last + HOUR) == last + 2 * HOUR


def test_a_night_is_no_silence() -> None:
    times = list(days_of(hours=range(8, 20), days=range(14), every=timedelta(minutes=20)))

    assert silent_from(times, now=times[-1] + HOUR) == MONDAY + timedelta(days=14, hours=10, minutes=20)


def test_a_weekend_is_no_silence() -> None:
    times = list(days_of(hours=range(9, 18), days=[*range(5), *range(7, 12)]))

    assert silent_from(times, now=times[-1] + HOUR) == MONDAY + timedelta(days=14, hours=14)


def test_a_missing_monday_is_silence() -> None:
    """The last one came on the Friday, as it should, and at three on Monday there is still nothing."""
    times = list(days_of(hours=range(9, 18), days=[*range(5), *range(7, 12)]))
    afternoon = MONDAY + timedelta(days=14, hours=15)

    begins = silent_from(times, now=afternoon)

    assert begins is not None
    assert begins <= afternoon


def test_who_publishes_by_fits_and_starts_is_given_more_time() -> None:
    chance = Random(7)  # noqa: S311
    bursts = [MONDAY + timedelta(hours=hour) for hour in sorted(chance.sample(range(24 * 14), 40))]
    times = [burst + timedelta(minutes=minute) for burst in bursts for minute in range(5)]

    begins = silent_from(times, now=times[-1] + HOUR)

    assert begins is not None
    assert begins > times[-1] + 12 * HOUR


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_days_of_an_uneven_source_are_never_called_silence(seed: int) -> None:
    """Between six and midnight, at any time, between 20 and 60 a day: at no article was the one before called the last."""
    chance = Random(seed)  # noqa: S311
    a_day = chance.randint(20, 60)
    times = sorted(
        MONDAY + timedelta(days=day, minutes=chance.randint(6 * 60, 24 * 60 - 1))
        for day in range(28)
        for _ in range(a_day)
    )
    later = [moment for moment in times if moment > MONDAY + timedelta(days=15)]

    called = 0
    for moment in later:
        before = [each for each in times if each < moment]
        begins = silent_from(before, now=moment)
        called += begins is not None and begins <= moment

    assert called == 0


def test_a_rhythm_younger_than_a_week_has_to_show_its_weekend_first() -> None:
    times = list(days_of(hours=range(9, 18), days=range(5)))

    begins = silent_from(times, now=times[-1] + HOUR)

    assert begins == times[-1] + timedelta(days=3)


@pytest.mark.parametrize("times", [[], [MONDAY - timedelta(days=day) for day in range(9)]], ids=["none", "too few"])
def test_few_articles_have_no_rhythm(times: list[datetime]) -> None:
    assert silent_from(times, now=MONDAY) is None


def test_what_lies_in_the_future_or_long_ago_says_nothing() -> None:
    times = list(days_of(hours=range(24), days=range(14)))
    now = times[-1]
    others = [now + timedelta(days=3), now - timedelta(days=90)]

    assert silent_from([*times, *others], now=now) == silent_from(times, now=now)


def test_silence_is_looked_at_only_when_its_time_has_come() -> None:
    source = make_source(silent_after=MONDAY)

    assert not may_be_silent(make_source(), MONDAY)
    assert not may_be_silent(source, MONDAY - HOUR)
    assert may_be_silent(source, MONDAY)


def shaped(shape: Shape, *, having: str, times: int) -> Shape:
    """After so many more articles that have a body ("b"), a rubric ("r"), both or neither."""
    article = make_new_article(
        body="Текст." if "b" in having else "", categories=("football",) if "r" in having else ()
    )
    return updated_shape(shape, [article] * times)


def test_bodies_that_are_missing_where_they_always_were_are_noticed_at_the_fifth() -> None:
    usual = shaped(Shape(), having="br", times=20)

    assert lost_aspects(shaped(usual, having="r", times=4)) == frozenset()
    assert lost_aspects(shaped(usual, having="r", times=5)) == {Aspect.BODY}
    assert lost_aspects(shaped(usual, having="", times=5)) == {Aspect.BODY, Aspect.RUBRIC}


def test_the_first_one_that_has_it_again_ends_it() -> None:
    lost = shaped(shaped(Shape(), having="br", times=40), having="b", times=9)

    assert lost_aspects(lost) == {Aspect.RUBRIC}
    assert lost_aspects(shaped(lost, having="br", times=1)) == frozenset()


def test_a_source_is_not_known_before_twenty_articles() -> None:
    assert lost_aspects(shaped(shaped(Shape(), having="br", times=19), having="", times=10)) == frozenset()


def test_what_was_never_usual_is_not_missed() -> None:
    shape = Shape()
    for _ in range(20):
        shape = shaped(shaped(shape, having="br", times=2), having="r", times=1)

    assert lost_aspects(shaped(shape, having="r", times=30)) == frozenset()


def test_a_lasting_change_becomes_the_usual() -> None:
    shape = shaped(Shape(), having="br", times=50)
    for _ in range(10):
        shape = shaped(shaped(shape, having="r", times=9), having="br", times=1)

    assert lost_aspects(shaped(shape, having="r", times=9)) == frozenset()


def test_a_first_import_says_nothing_of_the_shape() -> None:
    assert updated_shape(Shape(), [make_new_article(baseline=True)] * 50) == Shape()


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param([MONDAY - n * HOUR for n in range(7 * 24)], 24, id="a full week"),
        pytest.param([MONDAY - n * HOUR for n in range(1, 49)], 24, id="known for two days"),
        pytest.param([MONDAY - HOUR], 1, id="one within the day"),
        pytest.param([MONDAY - timedelta(days=8)], 0, id="nothing for a week"),
    ],
)
def test_entries_a_day_are_an_average_over_the_days_that_are_known(times: list[datetime], expected: float) -> None:
    assert entries_a_day(times, now=MONDAY) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, SourceState.OK),
        ({"baseline_at": None}, SourceState.NEW),
        ({"failures": 1, "baseline_at": None}, SourceState.FAILING),
        ({"failures": 1, "held": True}, SourceState.HELD),
        ({"held": True, "paused": True}, SourceState.PAUSED),
    ],
)
def test_a_source_shows_the_one_thing_to_know_of_it(given: dict[str, Any], expected: SourceState) -> None:
    assert state_of(make_source(**given), is_silent=False) is expected


def test_a_silent_source_shows_it() -> None:
    assert state_of(make_source(), is_silent=True) is SourceState.SILENT
    assert state_of(make_source(failures=2), is_silent=True) is SourceState.FAILING
