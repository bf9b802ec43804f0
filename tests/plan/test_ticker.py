from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.article import ArticleId
from bot.domain.errors import CronFieldsError, TickerIntervalError
from bot.domain.quiet import QuietHours, QuietMode
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerLine
from bot.domain.ticker_plan import TICKER_INTERVALS, AtTimes, Every, Live, TickerPlan, read, written
from bot.plan.ticker import next_batch, next_tick, parted, read_schedule

BAKU, BERLIN = ZoneInfo("Asia/Baku"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "minutes", "expected"),
    [
        pytest.param("2026-03-02T06:00", 5, "2026-03-02T06:05", id="on the mark, the next one"),
        pytest.param("2026-03-02T06:02", 30, "2026-03-02T06:30", id="between two marks"),
        pytest.param("2026-03-02T19:58", 15, "2026-03-02T20:00", id="at the newsroom's midnight"),
    ],
)
def test_the_next_tick_lies_on_the_clock_face(now: str, minutes: int, expected: str) -> None:
    assert next_tick(Every(minutes=minutes), _utc(now), BAKU) == _utc(expected)


@example(datetime(2026, 10, 25, 0, 30), 60, BERLIN)  # noqa: DTZ001, in the hour that the clocks show twice
@example(datetime(2026, 3, 29, 0, 30), 60, BERLIN)  # noqa: DTZ001, before the hour that they leave out
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001, hypothesis wants naive bounds
    st.sampled_from(TICKER_INTERVALS),
    st.sampled_from([BAKU, BERLIN]),
)
def test_the_next_tick_comes_within_the_interval_also_when_the_clocks_change(
    naive: datetime, minutes: int, zone: ZoneInfo
) -> None:
    now = naive.replace(tzinfo=UTC)
    coming = next_tick(Every(minutes=minutes), now, zone)

    assert coming is not None
    assert timedelta() < coming - now <= timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-28T23:30", "2026-03-29T04:00", id="a day of 23 hours"),
        pytest.param("2026-10-24T22:30", "2026-10-25T05:00", id="a day of 25 hours"),
    ],
)
def test_ticks_hours_apart_stay_on_the_clock_face_when_the_clocks_change(now: str, expected: str) -> None:
    assert next_tick(Every(minutes=360), _utc(now), BERLIN) == _utc(expected)


def test_a_cron_expression_is_in_the_newsrooms_time() -> None:
    assert next_tick(AtTimes(cron="0 9 * * *"), _utc("2026-03-02T06:00"), BAKU) == _utc("2026-03-03T05:00")


def test_a_live_ticker_waits_for_nothing() -> None:
    assert next_tick(Live(), _utc("2026-03-02T06:00"), BAKU) == _utc("2026-03-02T06:00")


@pytest.mark.parametrize(
    ("plan", "hours", "expected"),
    [
        pytest.param(Every(minutes=30), (23, 7), "2026-03-02T06:30", id="not quiet"),
        pytest.param(Every(minutes=30), (9, 18), "2026-03-02T14:00", id="at the very end of the quiet"),
        pytest.param(Every(minutes=1440), (23, 7), None, id="at midnight alone"),
        pytest.param(Every(minutes=360), (1, 0), "2026-03-02T20:00", id="the one hour that is not quiet"),
        pytest.param(AtTimes(cron="0 3 * * *"), (23, 7), None, id="each night"),
        pytest.param(AtTimes(cron="0 3,12 * * mon"), (23, 7), "2026-03-02T08:00", id="a time of two"),
        pytest.param(AtTimes(cron="0 3,9 * * mon"), (23, 7), "2026-03-09T05:00", id="a time of two, in a week"),
        pytest.param(AtTimes(cron="*/5 23,0-6 * * *"), (23, 7), None, id="the very hours that are quiet"),
        pytest.param(AtTimes(cron="30 4 29 2 *"), (4, 5), None, id="a day in four years"),
    ],
)
def test_the_next_batch_comes_outside_the_quiet_hours(
    plan: Every | AtTimes, hours: tuple[int, int], expected: str | None
) -> None:
    quiet = QuietHours(start=hours[0], end=hours[1], mode=QuietMode.HOLD)
    silent = QuietHours(start=hours[0], end=hours[1], mode=QuietMode.SILENT)
    now = _utc("2026-03-02T06:00")

    assert next_batch(plan, quiet, now, BAKU) == (_utc(expected) if expected else None)
    assert next_batch(plan, silent, now, BAKU) == next_batch(plan, None, now, BAKU) == next_tick(plan, now, BAKU)


@pytest.mark.parametrize("plan", [Every(minutes=5), AtTimes(cron="0 9,13 * * 1-5"), Live()], ids=str)
def test_a_plan_that_was_written_down_is_read_as_it_was(plan: TickerPlan) -> None:
    assert read(written(plan)) == plan


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("20", Every(minutes=20), id="minutes"),
        pytest.param(" 1440 ", Every(minutes=1440), id="a day"),
        pytest.param("0  9,13 *\t* MON-fri", AtTimes(cron="0 9,13 * * mon-fri"), id="times"),
    ],
)
def test_a_schedule_is_minutes_or_times(typed: str, expected: TickerPlan) -> None:
    assert read_schedule(typed, _utc("2026-03-02T06:00"), BAKU) == expected


@pytest.mark.parametrize("typed", ["0", "1441", "9" * 4000])
def test_an_interval_is_a_minute_at_least_and_a_day_at_most(typed: str) -> None:
    with pytest.raises(TickerIntervalError) as refused:
        read_schedule(typed, _utc("2026-03-02T06:00"), BAKU)
    assert refused.value.arguments == {"lowest": 1, "highest": 1440}


@pytest.mark.parametrize("typed", ["", "-5", "каждый час", "٣"])
def test_words_are_no_schedule(typed: str) -> None:
    with pytest.raises(CronFieldsError):
        read_schedule(typed, _utc("2026-03-02T06:00"), BAKU)


def lines(count: int) -> list[TickerLine]:
    return [
        TickerLine(
            article_id=ArticleId(n), published_at=_utc("2026-03-02T06:00"), title="a", url=None, rubric=Slug("b")
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("waiting", "parts"),
    [
        pytest.param(0, [], id="nothing waits"),
        pytest.param(3, [3], id="all fits"),
        pytest.param(7, [3, 3, 1], id="more than one message full"),
    ],
)
def test_a_batch_takes_as_many_messages_as_it_needs(waiting: int, parts: list[int]) -> None:
    assert [len(part) for part in parted(lines(waiting), lambda some: len(some) <= 3)] == parts


@given(st.integers(0, 30), st.integers(0, 5))
def test_every_waiting_line_is_placed_once_and_in_order(waiting: int, room: int) -> None:
    def has_room(some: Sequence[TickerLine]) -> bool:
        return len(some) <= room

    given_lines = lines(waiting)

    assert [line for part in parted(given_lines, has_room) for line in part] == given_lines


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
