"""Cron expressions as crontab(5) means them, in the newsroom's zone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadScheduleError, CronFieldError, CronFieldsError, CronNeverError, CronSecondsError
from bot.plan.cron import checked, next_time, parse

BAKU, BERLIN = ZoneInfo("Asia/Baku"), ZoneInfo("Europe/Berlin")
# A Monday.
MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=BAKU)


def coming(expression: str, count: int, after: datetime, zone: ZoneInfo) -> list[str]:
    """The next times on the newsroom's clock."""
    found: list[str] = []
    cron = parse(expression)
    while len(found) < count:
        moment = next_time(cron, after, zone)
        assert moment is not None
        assert moment.tzinfo is UTC
        found.append(f"{moment.astimezone(zone):%a %d %b %H:%M}")
        after = moment
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("0 9,13,18 * * *", ["Mon 02 Mar 13:00", "Mon 02 Mar 18:00", "Tue 03 Mar 09:00"], id="list"),
        pytest.param("*/20 * * * *", ["Mon 02 Mar 10:20", "Mon 02 Mar 10:40", "Mon 02 Mar 11:00"], id="step"),
        pytest.param("30 8-10/2 * * *", ["Mon 02 Mar 10:30", "Tue 03 Mar 08:30"], id="step in a range"),
        pytest.param("50/5 10 * * *", ["Mon 02 Mar 10:50", "Mon 02 Mar 10:55", "Tue 03 Mar 10:50"], id="step from"),
        pytest.param("0 8 * * mon-fri", ["Tue 03 Mar 08:00", "Wed 04 Mar 08:00"], id="names"),
        pytest.param("0 8 * * 0", ["Sun 08 Mar 08:00", "Sun 15 Mar 08:00"], id="0 is Sunday"),
        pytest.param("0 8 * * 7", ["Sun 08 Mar 08:00", "Sun 15 Mar 08:00"], id="7 is Sunday"),
        pytest.param("0 8 * * 1", ["Mon 09 Mar 08:00", "Mon 16 Mar 08:00"], id="1 is Monday"),
        pytest.param("0 8 * * FRI-SUN", ["Fri 06 Mar 08:00", "Sat 07 Mar 08:00", "Sun 08 Mar 08:00"], id="to Sunday"),
        pytest.param("0 8 5 * 6", ["Thu 05 Mar 08:00", "Sat 07 Mar 08:00"], id="either of day and weekday"),
        pytest.param("0 8 */2 * 6", ["Sat 07 Mar 08:00", "Sat 21 Mar 08:00"], id="both, if one began with *"),
        pytest.param("0 0 1 jan *", ["Fri 01 Jan 00:00", "Sat 01 Jan 00:00"], id="month by its name"),
        pytest.param("0 0 29 2 *", ["Tue 29 Feb 00:00", "Sun 29 Feb 00:00"], id="leap days"),
    ],
)
def test_an_expression_means_what_crontab_says(expression: str, expected: list[str]) -> None:
    assert coming(expression, len(expected), MORNING, BAKU) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # On 29 March 2026 2:00 is followed by 3:00, on 25 October 3:00 by 2:00.
        pytest.param(
            "30 2 29 3 *", ["Sun 29 Mar 03:30", "Mon 29 Mar 02:30"], id="left out: when the clocks have gone on"
        ),
        pytest.param("30 2 24-26 10 *", ["Sat 24 Oct 02:30", "Sun 25 Oct 02:30", "Mon 26 Oct 02:30"], id="shown twice"),
        pytest.param(
            "0 9 24-26 10 *", ["Sat 24 Oct 09:00", "Sun 25 Oct 09:00", "Mon 26 Oct 09:00"], id="later that day"
        ),
    ],
)
def test_a_day_on_which_the_clocks_change_is_served_once(expression: str, expected: list[str]) -> None:
    assert coming(expression, len(expected), datetime(2026, 3, 1, tzinfo=BERLIN), BERLIN) == expected


@pytest.mark.parametrize("before", ["2026-03-28T23:30", "2026-10-24T22:30"], ids=["spring", "autumn"])
def test_who_named_no_hours_is_served_through_a_change_of_the_clocks(before: str) -> None:
    moments = [datetime.fromisoformat(before).replace(tzinfo=UTC)]
    for _ in range(16):
        found = next_time(parse("*/15 * * * *"), moments[-1], BERLIN)
        assert found is not None
        moments.append(found)

    assert {later - earlier for earlier, later in pairwise(moments)} == {timedelta(minutes=15)}


@pytest.mark.parametrize("expression", ["0 9 31 2 *", "0 9 30 feb *", "* * 31 4,6,9,11 *"])
def test_what_never_comes_is_refused(expression: str) -> None:
    with pytest.raises(CronNeverError):
        checked(expression, MORNING, BAKU)


@pytest.mark.parametrize(
    ("expression", "field", "part"),
    [
        pytest.param("60 * * * *", "minute", "60", id="minute too high"),
        pytest.param("*/0 * * * *", "minute", "*/0", id="step of nothing"),
        pytest.param("0, * * * *", "minute", "", id="empty part"),
        pytest.param("0 24 * * *", "hour", "24", id="hour too high"),
        pytest.param("0 9-5 * * *", "hour", "9-5", id="backwards"),
        pytest.param("0 9,x * * *", "hour", "x", id="a word in a list"),
        pytest.param("0 9 0 * *", "day", "0", id="day too low"),
        pytest.param("0 9 * may-mayday *", "month", "may-mayday", id="no month"),
        pytest.param("0 9 * * 8", "weekday", "8", id="weekday too high"),
        pytest.param("0 9 * * пн", "weekday", "пн", id="another language"),
        pytest.param("0 9 * * ²", "weekday", "²", id="no digit of ours"),
        pytest.param("0 9 * * 1-", "weekday", "1-", id="range without an end"),
    ],
)
def test_a_mistake_is_told_with_its_place(expression: str, field: str, part: str) -> None:
    with pytest.raises(CronFieldError) as refused:
        parse(expression)
    assert (refused.value.arguments["field"], refused.value.arguments["part"]) == (field, part)


def test_seconds_are_too_often() -> None:
    with pytest.raises(CronSecondsError):
        parse("*/10 * * * * *")


@pytest.mark.parametrize("expression", ["* * * *", "@daily", "1 2 3 4 5 6 7", ""])
def test_an_expression_has_five_fields(expression: str) -> None:
    with pytest.raises(CronFieldsError) as refused:
        parse(expression)
    assert refused.value.arguments == {"count": len(expression.split())}


FIELD = st.sampled_from(["*", "0", "5", "*/3", "1-4", "2,6", "mon", "jan", "59", "x", "7/2", "3-1"])


@given(st.tuples(FIELD, FIELD, FIELD, FIELD, FIELD), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001, hypothesis wants naive bounds
def test_whatever_is_typed_is_refused_or_comes_at_most_once_a_minute(fields: tuple[str, ...], naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    try:
        cron = parse(checked(" ".join(fields), now, BERLIN))
    except BadScheduleError:
        return
    first = next_time(cron, now, BERLIN)
    assert first is not None
    second = next_time(cron, first, BERLIN)
    assert second is not None
    assert now < first
    assert second - first >= timedelta(minutes=1)
