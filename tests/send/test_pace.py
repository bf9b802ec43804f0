"""Pace as a property over traffic of every shape, on a clock that tells exactly when each call would leave."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    DeleteMessage,
    EditMessageText,
    GetChat,
    GetUpdates,
    Response,
    SendMediaGroup,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import InputMediaPhoto, Message
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.clock import MovableClock
from bot.metrics import Metrics
from bot.send.pace import (
    GROUP_BURST,
    GROUP_WINDOW,
    PRIVATE_BURST,
    PRIVATE_WINDOW,
    REPLY_PATIENCE,
    SLOWED,
    Pace,
)


class SteppingClock:
    """Sleeping is moving the hands: one caller at a time, so that a whole day of traffic takes no time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=max(0.0, seconds))

    def when_moved(self, callback: object) -> None:
        """Nobody moves it by hand."""


BOT = Bot("7000:sandbox-token")


async def send(pace: Pace, chat_id: int, *, told_to_wait: int = 0, times: int = 1) -> None:
    """One call; the first `times` that it is made, Telegram tells it to wait."""
    made = 0

    async def answer(bot: Bot, method: TelegramMethod[Message]) -> Response[Message]:
        nonlocal made
        assert bot is BOT
        made += 1
        if told_to_wait and made <= times:
            raise TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=told_to_wait)
        return Response[Message](ok=True)

    await pace(answer, BOT, SendMessage(chat_id=chat_id, text="a"))


async def send_album(pace: Pace, chat_id: int, pictures: int) -> None:
    media = [InputMediaPhoto(media=f"https://example.org/{number}.jpg") for number in range(pictures)]
    await pace(accepted, BOT, SendMediaGroup(chat_id=chat_id, media=list(media)))


@given(st.integers(1, 1000), st.lists(st.floats(0, 0.2), max_size=120))
@settings(max_examples=50, deadline=None)
async def test_news_never_exceeds_the_rate_in_any_second(rate: int, gaps: list[float]) -> None:
    clock = SteppingClock()
    pace = Pace(rate=rate, clock=clock, metrics=Metrics())
    left: list[float] = []
    for gap in gaps:
        await clock.sleep(gap)
        await pace.turn()
        left.append(clock.now().timestamp())

    for start in left:
        assert sum(start <= moment < start + 1 for moment in left) <= rate


async def test_news_goes_at_almost_the_full_rate() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    began = clock.now()
    for _ in range(3000):
        await pace.turn()

    assert (clock.now() - began).total_seconds() <= 1.04 * 100


@given(st.sampled_from([1001, -1001000000001]), st.lists(st.floats(0, 10), max_size=150))
@settings(max_examples=50, deadline=None)
async def test_a_chat_never_gets_more_than_its_window_holds(chat_id: int, gaps: list[float]) -> None:
    clock = SteppingClock()
    pace = Pace(rate=1000, clock=clock, metrics=Metrics())
    sent: list[float] = []
    for gap in gaps:
        await clock.sleep(gap)
        await clock.sleep(pace.wait_for(chat_id).total_seconds())
        sent.append(clock.now().timestamp())
        await send(pace, chat_id)

    window = (PRIVATE_WINDOW if chat_id > 0 else GROUP_WINDOW).total_seconds()
    for start in sent:
        # A microsecond for the clock's own resolution.
        within = sum(start <= moment < start + window - 1e-5 for moment in sent)
        assert within <= (PRIVATE_BURST if chat_id > 0 else GROUP_BURST)


# Pictures a call; one is an ordinary message.
TRAFFIC = st.lists(st.tuples(st.floats(0, 0.2), st.sampled_from([1, 1, 1, 2, 5, 10])), max_size=80)


@given(st.integers(10, 1000), TRAFFIC)
@example(rate=11, traffic=[(0.0, 2), (0.0, 10)])
@example(rate=30, traffic=[(0.0, 7)] * 10)
@settings(max_examples=50, deadline=None)
async def test_albums_among_other_news_never_exceed_the_rate_in_any_second(
    rate: int, traffic: list[tuple[float, int]]
) -> None:
    clock = SteppingClock()
    pace = Pace(rate=rate, clock=clock, metrics=Metrics())
    left: list[tuple[float, int]] = []
    for number, (gap, pictures) in enumerate(traffic):
        await clock.sleep(gap)
        await pace.turn()
        await send_album(pace, -1001000000001 - number, pictures)
        left.append((clock.now().timestamp(), pictures))

    for start, _ in left:
        # A microsecond for the clock's own resolution.
        assert sum(pictures for moment, pictures in left if start <= moment < start + 1 - 1e-5) <= rate


async def test_albums_go_at_almost_the_full_rate() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    began = clock.now()
    for number in range(100):
        await pace.turn()
        await send_album(pace, -1001000000001 - number, 10)

    assert (clock.now() - began).total_seconds() <= 1.04 * 1000 / 30


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(1, 10)), max_size=60))
@settings(max_examples=50, deadline=None)
async def test_a_channel_never_gets_more_pictures_than_its_minute_holds(traffic: list[tuple[float, int]]) -> None:
    clock = SteppingClock()
    pace = Pace(rate=1000, clock=clock, metrics=Metrics())
    sent: list[tuple[float, int]] = []
    for gap, pictures in traffic:
        await clock.sleep(gap)
        await clock.sleep(pace.wait_for(-1001000000001, pictures).total_seconds())
        await send_album(pace, -1001000000001, pictures)
        sent.append((clock.now().timestamp(), pictures))

    for start, _ in sent:
        within = sum(pictures for moment, pictures in sent if start <= moment < start + 60 - 1e-5)
        assert within <= GROUP_BURST


async def test_a_chat_that_was_told_to_wait_waits_alone() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    await send_expecting_wait(pace, 1001, 40)

    assert pace.wait_for(1001) == timedelta(seconds=40)
    assert pace.wait_for(1002) == timedelta()


async def test_several_chats_told_to_wait_at_once_slow_all_news() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    began = clock.now()
    for chat_id in (1001, 1002, 1003):
        await send_expecting_wait(pace, chat_id, 20)

    await pace.turn()

    assert timedelta(seconds=20) <= clock.now() - began < timedelta(seconds=20.2)


async def test_a_storm_lowers_the_rate_which_recovers_by_itself() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    before = await seconds_for(pace, clock, 30)
    for chat_id in (1001, 1002, 1003):
        await send_expecting_wait(pace, chat_id, 1)
    await pace.turn()

    slowed = await seconds_for(pace, clock, 30)
    await clock.sleep(60)
    recovered = await seconds_for(pace, clock, 30)

    assert slowed > 1.3 * before
    assert recovered == pytest.approx(before, rel=0.05)


async def test_what_was_on_its_way_when_a_storm_began_slows_no_further() -> None:
    clock = SteppingClock()
    pace = Pace(rate=1000, clock=clock, metrics=Metrics())
    answered = asyncio.Event()

    async def answer(bot: Bot, method: TelegramMethod[Message]) -> Response[Message]:
        assert bot is BOT
        await answered.wait()
        raise TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=5)

    async def deliver(chat_id: int) -> None:
        await pace.turn()
        with pytest.raises(TelegramRetryAfter):
            await pace(answer, BOT, SendMessage(chat_id=chat_id, text="a"))

    async with asyncio.TaskGroup() as group:
        for chat_id in range(1, 301):
            group.create_task(deliver(chat_id))
        await asyncio.sleep(0)  # noqa: TID251, lets them all be on their way
        answered.set()
    await pace.turn()

    assert await seconds_for(pace, clock, 970) < 1 / SLOWED + 0.1


async def test_a_reply_to_a_person_waits_for_no_news() -> None:
    clock = SteppingClock()
    pace = Pace(rate=1, clock=clock, metrics=Metrics())
    for _ in range(5):
        await pace.turn()
    before = clock.now()

    await send(pace, 1001)

    assert clock.now() == before


async def test_a_reply_that_is_told_to_wait_a_moment_is_made_again() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    before = clock.now()

    await send(pace, 1001, told_to_wait=3)

    assert clock.now() - before == timedelta(seconds=3)


async def test_news_that_is_told_to_wait_goes_back_to_the_outbox_at_once() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    await pace.turn()
    before = clock.now()

    await send_expecting_wait(pace, 1001, 3)

    assert clock.now() == before


@given(
    st.integers(2, 1000),
    st.lists(st.tuples(st.booleans(), st.floats(0, 0.2), st.integers(1, 3000)), max_size=150),
)
@settings(max_examples=50, deadline=None)
async def test_news_and_replies_together_never_exceed_the_rate_in_any_second(
    rate: int, traffic: list[tuple[bool, float, int]]
) -> None:
    clock = SteppingClock()
    pace = Pace(rate=rate, clock=clock, metrics=Metrics())
    left: list[float] = []

    async def leave(bot: Bot, method: TelegramMethod[Message]) -> Response[Message]:
        assert bot is BOT
        assert method.__api_method__ == "sendMessage"
        left.append(clock.now().timestamp())
        return Response[Message](ok=True)

    async def call(chat_id: int, *, is_news: bool) -> None:
        if is_news:
            await pace.turn()
        await pace(leave, BOT, SendMessage(chat_id=chat_id, text="a"))

    for is_news, gap, chat_id in traffic:
        await clock.sleep(gap)
        # In a context of its own, as a delivery and an update are tasks of their own.
        await asyncio.get_running_loop().create_task(call(chat_id, is_news=is_news))

    for start in left:
        assert sum(start <= moment < start + 1 for moment in left) <= rate


async def test_in_a_storm_of_replies_nobody_waits_longer_than_a_moment() -> None:
    clock = MovableClock()
    pace = Pace(rate=1, clock=clock, metrics=Metrics())
    began = clock.now()

    await asyncio.gather(*(send(pace, chat_id) for chat_id in range(1, 51)))

    assert (clock.now() - began).total_seconds() < REPLY_PATIENCE + 0.5


async def test_news_waits_until_no_reply_wants_the_place() -> None:
    clock = MovableClock()
    pace = Pace(rate=20, clock=clock, metrics=Metrics())
    order: list[str] = []

    async def news() -> None:
        await pace.turn()
        order.append("news")

    async def reply(chat_id: int) -> None:
        await send(pace, chat_id)
        order.append("reply")

    await asyncio.gather(news(), news(), *(reply(chat_id) for chat_id in (1001, 1002, 1003)))

    # The first found the row empty.
    assert order == ["news", "reply", "reply", "reply", "news"]


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(EditMessageText(chat_id=-1001, message_id=1, text="a"), id="edits"),
        pytest.param(DeleteMessage(chat_id=-1001, message_id=1), id="deletions"),
    ],
)
async def test_changes_count_towards_a_channels_minute(method: TelegramMethod[Any]) -> None:
    clock = SteppingClock()
    pace = Pace(rate=1000, clock=clock, metrics=Metrics())

    for _ in range(GROUP_BURST):
        await pace(accepted, BOT, method)

    assert pace.wait_for(-1001) > timedelta(seconds=50)


async def test_what_is_only_asked_costs_a_chat_nothing() -> None:
    pace = Pace(rate=1000, clock=SteppingClock(), metrics=Metrics())

    for _ in range(GROUP_BURST):
        await pace(accepted, BOT, GetChat(chat_id=-1001))

    assert pace.wait_for(-1001) == timedelta()


async def test_the_long_poll_takes_no_place() -> None:
    clock = SteppingClock()
    pace = Pace(rate=1, clock=clock, metrics=Metrics())
    before = clock.now()

    for _ in range(5):
        await pace(accepted, BOT, GetUpdates())
    await pace.turn()

    assert clock.now() == before


async def test_news_that_calls_a_second_time_waits_a_second_time() -> None:
    """As for a message that goes out again without its markup."""
    clock = SteppingClock()
    pace = Pace(rate=1, clock=clock, metrics=Metrics())
    left = []
    await pace.turn()
    for chat_id in (1001, 1002, 1003):
        await send(pace, chat_id)
        left.append(clock.now())

    assert left[1] - left[0] >= timedelta(seconds=1)
    assert left[2] - left[1] >= timedelta(seconds=1)


async def test_a_reply_that_is_made_again_takes_another_place() -> None:
    clock = SteppingClock()
    pace = Pace(rate=1, clock=clock, metrics=Metrics())
    await send(pace, 1001, told_to_wait=3)
    before = clock.now()

    await pace.turn()

    assert clock.now() - before >= timedelta(seconds=1)


async def test_a_reply_waits_a_while_for_a_chat_that_was_told_to_wait() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    await send_expecting_wait(pace, 1001, 40)
    before = clock.now()

    await send(pace, 1001)

    assert clock.now() - before == timedelta(seconds=10)


async def test_chats_told_to_wait_one_after_the_other_are_no_storm() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    for chat_id in (1001, 1002, 1003, 1004):
        await send_expecting_wait(pace, chat_id, 20)
        await clock.sleep(2)
    before = clock.now()

    await pace.turn()

    assert clock.now() == before


async def test_one_chat_told_to_wait_again_and_again_is_no_storm() -> None:
    clock = SteppingClock()
    pace = Pace(rate=30, clock=clock, metrics=Metrics())
    await asyncio.gather(*(send_expecting_wait(pace, 1001, 20) for _ in range(3)))
    before = clock.now()

    await pace.turn()

    assert clock.now() - before < timedelta(seconds=1)


async def test_among_very_many_chats_a_pause_is_not_forgotten() -> None:
    clock = SteppingClock()
    pace = Pace(rate=1000, clock=clock, metrics=Metrics())
    await send_expecting_wait(pace, 1, 3600)
    for chat_id in range(2, 5000):
        await send(pace, chat_id)

    assert pace.wait_for(1) > timedelta(minutes=50)


async def accepted(bot: Bot, method: TelegramMethod[Any]) -> Response[Any]:
    assert bot is BOT
    return Response[Any](ok=True, result=method)


async def seconds_for(pace: Pace, clock: SteppingClock, turns: int) -> float:
    began = clock.now()
    for _ in range(turns):
        await pace.turn()
    return (clock.now() - began).total_seconds()


async def send_expecting_wait(pace: Pace, chat_id: int, seconds: int) -> None:
    try:
        await send(pace, chat_id, told_to_wait=seconds)
    except TelegramRetryAfter:
        return
    raise AssertionError("the wait was swallowed")


async def test_who_has_time_calls_when_the_row_was_empty_for_a_moment() -> None:
    clock = SteppingClock()
    pace = Pace(rate=10, clock=clock, metrics=Metrics())
    for _ in range(5):
        await pace.turn()
    last = clock.now()
    await pace.leisure()

    assert timedelta(seconds=0.5) <= clock.now() - last <= timedelta(seconds=0.8)
