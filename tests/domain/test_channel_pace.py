"""The pace of one channel, by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel_pace import GAPS, HOUR, HOURLY_LIMITS, ChannelPace, with_post

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pace", "ago", "waits"),
    [
        (ChannelPace(hourly=2), (), 0),
        (ChannelPace(hourly=2), (50,), 0),
        (ChannelPace(hourly=2), (50, 10), 10),
        (ChannelPace(gap=15), (50, 10), 5),
        (ChannelPace(gap=15), (50, 15), 0),
        (ChannelPace(hourly=2, gap=15), (50, 1), 14),
        (ChannelPace(hourly=1), (59, 58, 57), 3),
    ],
)
def test_the_next_post_waits_for_the_hour_and_the_gap(pace: ChannelPace, ago: tuple[int, ...], waits: int) -> None:
    recent = [NOON - timedelta(minutes=each) for each in ago]

    assert pace.free_at(recent, NOON) == NOON + timedelta(minutes=waits)


@given(
    hourly=st.none() | st.sampled_from(HOURLY_LIMITS),
    gap=st.none() | st.sampled_from(GAPS),
    waits=st.lists(st.integers(0, 5000), max_size=80),
)
def test_no_hour_holds_more_and_no_two_are_closer(hourly: int | None, gap: int | None, waits: list[int]) -> None:
    pace, now = ChannelPace(hourly=hourly, gap=gap), NOON
    recent: tuple[datetime, ...] = ()
    posted: list[datetime] = []
    for seconds in waits:
        now = pace.free_at(recent, now + timedelta(seconds=seconds))
        recent = with_post(recent, now)
        posted.append(now)

    for index, at in enumerate(posted):
        assert hourly is None or sum(at <= other < at + HOUR for other in posted[index:]) <= hourly
        assert gap is None or index == 0 or at - posted[index - 1] >= timedelta(minutes=gap)
