"""How fast we may call. A session middleware over every Bot API call, and the turn that news waits for.

Every call takes a place in one row, `rate` a second and evenly apart (core.telegram.org/bots/faq); only the long poll does
not count. Replies to people take the next free place, news waits until no reply wants it. Telegram does not hold replies to
the rate of bulk news, so in a storm of them one waits no longer than a moment. A private chat takes one message a second
with a short burst, a channel or group twenty a minute, edits included. A 429 pauses its chat; 429s of several chats at once
pause the whole and lower the rate, which then recovers.
"""

from collections import deque
from contextvars import ContextVar
from datetime import timedelta
from functools import cache

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.methods import GetUpdates, Response, SendMediaGroup, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.clock import Clock
from bot.metrics import Metrics

# Just under the allowed rate: jitter on the way may push messages of neighbouring seconds together.
SAFETY = 0.97
# Seconds that a late call may catch up, so that coarse timers cost no throughput. With SAFETY a window still holds
# floor((1 + CATCH_UP) × SAFETY × rate) + 1 ≤ rate, and 20 ms are left for jitter.
CATCH_UP = 0.01
# As long as a second is for albums, with those 20 ms.
_SECOND = 1.02
# The shortest sleep of news: at a thousand a second a few go out together, since to be woken for each costs a quarter of it.
GRAIN = 0.004
# A private chat takes a short burst above one message a second; a channel or group twenty in any minute.
PRIVATE_BURST, PRIVATE_WINDOW = 4, timedelta(seconds=4)
GROUP_BURST, GROUP_WINDOW = 20, timedelta(seconds=60)
# Chats that are told to wait within this time of each other mean that the bot as a whole is too fast.
_STORM_WINDOW, _STORM_CHATS = timedelta(seconds=1), 3
# What a storm makes of the rate, the least that storms may leave of it, and what comes back a second.
SLOWED, SLOWEST, RECOVERY = 0.7, 0.1, 0.01
# Seconds without a call after which nobody wants one, and the longest that somebody who has time waits for them.
_QUIET, _LEISURE = 0.5, 600.0
# The longest that a reply waits for its place.
REPLY_PATIENCE = 1.0
# The longest that a reply to a person waits for a paused chat; beyond it the person has tapped again.
_PATIENCE = timedelta(seconds=10)
_NO_TIME = timedelta()
# Chats remembered at least; past it those that were quiet for longer than their window are forgotten.
_CHATS = 2_000


class _Turn:
    """The place that news has waited for; it is good for one call."""

    __slots__ = ("is_used",)

    def __init__(self) -> None:
        self.is_used = False


# Set in the task of a delivery once it has had its turn; replies run in the tasks of their updates.
_turn: ContextVar[_Turn | None] = ContextVar("turn", default=None)

# Calls that put something into a chat or change it begin so.
_WRITES = ("send", "edit", "delete", "copy", "forward", "pin", "unpin")


class Pace(BaseRequestMiddleware):
    """`rate` is in calls a second over all chats."""

    def __init__(self, *, rate: float, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._retry_after_seconds = metrics.retry_after_seconds
        # To look a label up costs more than all else here.
        self._calls = cache(metrics.api_calls.labels)
        self._rate = rate * SAFETY
        self._next = 0.0
        # What left in the last second, in messages a call; of use only while an album is among it.
        self._limit = max(1, int(rate))
        self._left: deque[tuple[float, int]] = deque()
        self._album_until = 0.0
        # What storms left of the rate, and when.
        self._share, self._share_at = 1.0, 0.0
        self._storm_until = 0.0
        self._chats: dict[int, _Chat] = {}
        self._room = _CHATS
        self._told_to_wait: deque[tuple[float, int]] = deque(maxlen=_STORM_CHATS)

    def wait_for(self, chat_id: int, messages: int = 1) -> timedelta:
        """How long news of so many messages for this chat has to wait for the chat's own sake; zero: now."""
        chat = self._chats.get(chat_id)
        return timedelta(seconds=max(0.0, chat.free_at(messages) - self._now())) if chat is not None else _NO_TIME

    async def turn(self) -> bool:
        """Wait until a place is free that no reply has taken, and take it for the next call of this task.

        Returns whether there was anything to wait for.
        """
        waited = await self._free_place()
        _turn.set(_Turn())
        return waited

    async def _free_place(self) -> bool:
        waited = False
        while (wait := self._next - (now := self._now())) > 0:
            waited = True
            await self._clock.sleep(max(wait, GRAIN))
        self._take_place(now)
        return waited

    async def leisure(self) -> None:
        """The turn of what has time: when the row was empty for a moment, so that neither replies nor news wait for it."""
        since = self._now()
        while (busy := self._next + _QUIET - self._now()) > 0 and self._now() - since < _LEISURE:
            await self._clock.sleep(max(busy, GRAIN))
        await self.turn()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if isinstance(method, GetUpdates):
            return await self._counted(make_request, bot, method)
        chat_id = getattr(method, "chat_id", None)
        chat = self._chat(chat_id) if isinstance(chat_id, int) else None
        turn = _turn.get()
        await self._wait(chat, turn)
        messages = len(method.media) if isinstance(method, SendMediaGroup) else 1
        now = self._now()
        if messages > 1 or (turn is not None and now < self._album_until):
            await self._make_room(messages)
            now = self._now()
        self._note(messages, now)
        if chat is not None and method.__api_method__.startswith(_WRITES):
            chat.called(now, messages)
        try:
            return await self._counted(make_request, bot, method)
        except TelegramRetryAfter as error:
            self._told(chat, chat_id, error.retry_after)
            # News goes back to the outbox; a reply has only this moment.
            if turn is not None or error.retry_after > _PATIENCE.total_seconds():
                raise
            await self._clock.sleep(error.retry_after)
            await self._wait_for_place()
            return await self._counted(make_request, bot, method)

    async def _wait(self, chat: "_Chat | None", turn: _Turn | None) -> None:
        pause = chat.paused_until - self._now() if chat is not None and chat.paused_until else 0.0
        if pause > 0:
            await self._clock.sleep(min(pause, _PATIENCE.total_seconds()))
        if turn is None:
            await self._wait_for_place()
        elif turn.is_used:
            # News that calls twice, as for a message without its markup, waits twice.
            await self._free_place()
        else:
            turn.is_used = True

    async def _wait_for_place(self) -> None:
        """A reply takes its place at once, before all news, and replies are served in their order."""
        now = self._now()
        place = self._next
        self._take_place(now)
        if place > now:
            await self._clock.sleep(min(place - now, REPLY_PATIENCE))

    async def _make_room(self, messages: int) -> None:
        """An album takes as many places as it has messages, at once: what left before it has to be out of the second."""
        while (wait := self._room_in(messages)) > 0:
            await self._clock.sleep(max(wait, GRAIN))

    def _room_in(self, messages: int) -> float:
        """Seconds until so many messages more are no more than the rate in any second."""
        now = self._now()
        recent = [(moment, each) for moment, each in self._left if moment > now - _SECOND]
        over = sum(each for _, each in recent) + min(messages, self._limit) - self._limit
        wait = 0.0
        for moment, each in recent:
            if over <= 0:
                break
            over, wait = over - each, moment + _SECOND - now
        return wait

    def _note(self, messages: int, now: float) -> None:
        while self._left and self._left[0][0] <= now - _SECOND:
            self._left.popleft()
        self._left.append((now, messages))
        if messages > 1:
            self._album_until = now + _SECOND
            self._next += (messages - 1) / (self._rate * self._share_now(now))

    def _take_place(self, now: float) -> None:
        self._next = max(self._next, now - CATCH_UP) + 1 / (self._rate * self._share_now(now))

    def _share_now(self, now: float) -> float:
        if self._share < 1.0 and now > self._share_at:
            self._share = min(1.0, self._share + (now - self._share_at) * RECOVERY)
            self._share_at = now
        return self._share

    async def _counted(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        result = "ok"
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter:
            result = "retry_after"
            raise
        except TelegramAPIError:
            result = "refused"
            raise
        finally:
            self._calls(method.__api_method__, result).inc()

    def _told(self, chat: "_Chat | None", chat_id: object, seconds: float) -> None:
        now = self._now()
        self._retry_after_seconds.inc(seconds)
        if chat is None or not isinstance(chat_id, int):
            return
        chat.paused_until = max(chat.paused_until, now + seconds)
        self._told_to_wait.append((now, chat_id))
        recent = {who for when, who in self._told_to_wait if now - when <= _STORM_WINDOW.total_seconds()}
        if len(recent) < _STORM_CHATS:
            return
        if now >= self._storm_until:
            # The calls that were on their way when it began will tell the same again; together they slow us once.
            self._share, self._share_at = max(SLOWEST, self._share_now(now) * SLOWED), now
        self._next = self._storm_until = max(self._next, now + seconds)

    def _chat(self, chat_id: int) -> "_Chat":
        if chat_id not in self._chats:
            if len(self._chats) >= self._room:
                self._forget_quiet()
            self._chats[chat_id] = _Chat(is_private=chat_id > 0)
        return self._chats[chat_id]

    def _forget_quiet(self) -> None:
        now = self._now()
        self._chats = {chat_id: chat for chat_id, chat in self._chats.items() if chat.is_busy(now)}
        # Twice what is busy, so that going through all of them stays rare.
        self._room = max(_CHATS, 2 * len(self._chats))

    def _now(self) -> float:
        return self._clock.now().timestamp()


class _Chat:
    """The newest calls to one chat, as many as its burst. Thousands are kept: a list takes a quarter of a deque's memory."""

    __slots__ = ("_burst", "_calls", "_window", "paused_until")

    def __init__(self, *, is_private: bool) -> None:
        self._calls: list[float] = []
        self._burst = PRIVATE_BURST if is_private else GROUP_BURST
        self._window = (PRIVATE_WINDOW if is_private else GROUP_WINDOW).total_seconds()
        self.paused_until = 0.0

    def called(self, now: float, messages: int = 1) -> None:
        self._calls += [now] * messages
        if len(self._calls) > self._burst:
            del self._calls[: -self._burst]

    def free_at(self, messages: int = 1) -> float:
        # So many of the oldest calls have to be out of the window.
        over = len(self._calls) + min(messages, self._burst) - self._burst
        return max(self.paused_until, self._calls[over - 1] + self._window if over > 0 else 0.0)

    def is_busy(self, now: float) -> bool:
        return self.paused_until > now or bool(self._calls and now - self._calls[-1] < self._window)
