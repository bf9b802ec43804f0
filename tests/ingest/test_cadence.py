from datetime import UTC, datetime

import pytest

from bot.ingest.cadence import next_poll

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def wait(**given: float) -> float:
    failures = int(given.pop("failures", 0))
    return (next_poll(NOW, interval=60, failures=failures, **given) - NOW).total_seconds()


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
