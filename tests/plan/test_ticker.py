from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article import ArticleId
from bot.domain.destination import TICKER_INTERVALS
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerLine
from bot.plan.ticker import arrange, next_tick

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
    assert next_tick(_utc(now), minutes, BAKU) == _utc(expected)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001, hypothesis wants naive bounds
    st.sampled_from(TICKER_INTERVALS),
    st.sampled_from([BAKU, BERLIN]),
)
def test_the_next_tick_comes_within_the_interval_also_when_the_clocks_change(
    naive: datetime, minutes: int, zone: ZoneInfo
) -> None:
    now = naive.replace(tzinfo=UTC)

    assert timedelta() < next_tick(now, minutes, zone) - now <= timedelta(minutes=minutes)


def lines(count: int) -> list[TickerLine]:
    return [
        TickerLine(
            article_id=ArticleId(n), published_at=_utc("2026-03-02T06:00"), title="a", url=None, rubric=Slug("b")
        )
        for n in range(count)
    ]


def at_most_three(given_lines: Sequence[TickerLine]) -> bool:
    return len(given_lines) <= 3


@pytest.mark.parametrize(
    ("standing", "waiting", "extend", "opened"),
    [
        pytest.param(None, 2, 0, [2], id="nothing stands yet"),
        pytest.param(1, 2, 2, [], id="there is room"),
        pytest.param(2, 3, 1, [2], id="room for some"),
        pytest.param(3, 7, 0, [3, 3, 1], id="no room, and more than one message full"),
    ],
)
def test_lines_fill_the_standing_ticker_and_then_new_ones(
    standing: int | None, waiting: int, extend: int, opened: list[int]
) -> None:
    found = arrange(None if standing is None else lines(standing), lines(waiting), at_most_three)

    assert (len(found.extend), [len(each) for each in found.open]) == (extend, opened)


@given(st.integers(0, 8), st.integers(0, 30), st.integers(0, 5))
def test_every_waiting_line_is_placed_once_and_in_order(standing: int, waiting: int, room: int) -> None:
    given_lines = lines(waiting)
    found = arrange(lines(standing), given_lines, lambda some: len(some) <= room)

    assert [*found.extend, *(line for each in found.open for line in each)] == given_lines


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
