"""Quiet hours on the newsroom's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quiet import QuietHours, QuietMode
from tests.cast import BAKU

BERLIN = ZoneInfo("Europe/Berlin")


def quiet(start: int, end: int) -> QuietHours:
    return QuietHours(start=start, end=end, mode=QuietMode.HOLD)


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        (quiet(23, 7), "2026-03-02 22:59", None),
        (quiet(23, 7), "2026-03-02 23:00", "2026-03-03 07:00"),
        (quiet(23, 7), "2026-03-03 00:30", "2026-03-03 07:00"),
        (quiet(23, 7), "2026-03-03 06:59", "2026-03-03 07:00"),
        (quiet(23, 7), "2026-03-03 07:00", None),
        (quiet(13, 15), "2026-03-02 13:00", "2026-03-02 15:00"),
        (quiet(13, 15), "2026-03-02 15:00", None),
        (quiet(22, 0), "2026-03-02 23:30", "2026-03-03 00:00"),
        (quiet(0, 6), "2026-03-02 00:00", "2026-03-02 06:00"),
    ],
)
def test_quiet_lasts_from_one_hour_to_the_other_over_midnight(hours: QuietHours, at: str, ends: str | None) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=BAKU)
    expected = datetime.fromisoformat(ends).replace(tzinfo=BAKU) if ends else None

    assert hours.until(now.astimezone(UTC), BAKU) == expected


@pytest.mark.parametrize("zone", [BAKU, BERLIN])
@given(
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    # The nights of both changes of the clocks are among them.
    minutes=st.integers(0, 366 * 24 * 60),
)
def test_quiet_always_ends_later_within_a_day_and_at_its_hour(
    zone: ZoneInfo, start: int, length: int, minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    hours = quiet(start, (start + length) % 24)

    until = hours.until(now, zone)
    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        assert hours.until(until, zone) is None
