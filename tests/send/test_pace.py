"""Pace as a property over traffic of every shape, on a clock that tells exactly when each call would leave."""

from datetime import UTC, datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, SendMessage, TelegramMethod
from aiogram.types import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.metrics import Metrics
from bot.send.pace import GROUP_BURST, GROUP_WINDOW, PRIVATE_BURST, PRIVATE_WINDOW, Pace


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

    assert clock.now() - began == timedelta(seconds=20)


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


async def send_expecting_wait(pace: Pace, chat_id: int, seconds: int) -> None:
    try:
        await send(pace, chat_id, told_to_wait=seconds)
    except TelegramRetryAfter:
        return
    raise AssertionError("the wait was swallowed")
