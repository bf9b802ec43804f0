from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.cadence import LONGEST_COURTESY, next_poll, phase_of

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def wait(failures: int = 0, **values: float) -> float:
    return (next_poll(NOW, interval=60, failures=failures, **values) - NOW).total_seconds()


def test_a_source_that_answers_is_polled_again_after_its_interval() -> None:
    assert wait() == 60


def test_each_failure_doubles_the_wait() -> None:
    assert [wait(failures=count, jitter=0.5) for count in (1, 2, 3, 4)] == [60, 120, 240, 480]


def test_the_wait_never_grows_far_beyond_an_hour() -> None:
    assert wait(failures=1000, jitter=1.0) == pytest.approx(3960)


def test_jitter_parts_what_failed_together() -> None:
    assert wait(failures=3, jitter=0.0) < wait(failures=3, jitter=1.0)


def test_a_slow_source_is_not_polled_more_often_for_failing() -> None:
    assert (next_poll(NOW, interval=7200, failures=1, jitter=0.0) - NOW).total_seconds() == 7200


@pytest.mark.parametrize("failures", [0, 1])
def test_a_longer_wait_that_the_server_asks_for_is_kept(failures: int) -> None:
    assert wait(failures=failures, retry_after=900) == 900


def test_a_shorter_wait_that_the_server_allows_does_not_hurry_us() -> None:
    assert wait(retry_after=1) == 60


def test_a_server_that_asks_for_years_is_asked_again_after_a_day() -> None:
    assert wait(retry_after=1e9) == 86400


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(0.0, 60), (30.0, 60), (300.0, 300), (86400.0, 900), (31536000.0, 900), (float("inf"), 900)],
    ids=["nothing", "less", "five minutes", "a day", "a year", "for ever"],
)
def test_what_a_site_asks_for_is_granted_up_to_a_quarter_of_an_hour(asked: float, seconds: float) -> None:
    assert wait(asked=asked) == seconds


def test_a_slow_source_is_not_polled_more_often_for_what_its_site_asks() -> None:
    assert (next_poll(NOW, interval=7200, asked=LONGEST_COURTESY) - NOW).total_seconds() == 7200


def test_sources_of_one_interval_are_spread_evenly_over_the_minute() -> None:
    polls = [next_poll(NOW, interval=60, phase=phase_of(number)) for number in range(1, 2001)]
    seconds = Counter(int((poll - NOW).total_seconds()) for poll in polls)
    assert set(seconds.values()) <= {32, 33, 34, 35}


@pytest.mark.parametrize("interval", [1, 10, 60, 90, 300, 3600, 86400])
def test_polls_that_run_late_do_not_drift(interval: int) -> None:
    at = first = next_poll(NOW, interval=interval, phase=phase_of(7))
    for _ in range(100):
        at = next_poll(
            at + timedelta(seconds=interval * 0.1 if interval < 60 else 5), interval=interval, phase=phase_of(7)
        )
    assert (at - first).total_seconds() == pytest.approx(100 * interval, abs=0.01)


def test_a_place_of_its_own_is_taken_again_after_failures() -> None:
    place = next_poll(NOW, interval=60, phase=0.3)
    failed = next_poll(place, interval=60, failures=3, jitter=0.7, phase=0.3)
    back = next_poll(failed, interval=60, phase=0.3)
    assert (back - place).total_seconds() % 60 == pytest.approx(0, abs=0.01)


def test_a_server_that_asks_for_a_wait_is_not_polled_before_it_for_the_sake_of_a_place() -> None:
    assert all(wait(retry_after=90, phase=phase_of(number)) >= 90 for number in range(100))


@given(
    st.integers(1, 200_000),
    st.integers(1, 10**9),
    st.floats(0, 1e9),
    st.integers(0, 10**10),
)
def test_the_next_poll_is_never_before_half_the_interval_nor_after_one_and_a_half(
    interval: int, number: int, asked: float, milliseconds: int
) -> None:
    now = NOW + timedelta(milliseconds=milliseconds)
    at = (next_poll(now, interval=interval, asked=asked, phase=phase_of(number)) - now).total_seconds()
    longest = max(interval, min(asked, LONGEST_COURTESY))
    assert interval / 2 - 0.01 <= at <= longest + interval / 2 + 0.01
