"""How fast we may call. A session middleware over every Bot API call, and the turn that news waits for.

Bulk news keeps to BROADCAST_RATE over all chats, a private chat to one message a second with a short burst, a channel or
group to twenty a minute (core.telegram.org/bots/faq). Replies to people are not bulk and never wait for it; they count
towards their chat. A 429 pauses its chat for everybody, and the whole news when several chats are told to wait at once.
"""

from collections import deque
from contextvars import ContextVar
from datetime import timedelta

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.methods import (
    DeleteMessage,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from bot.clock import Clock
from bot.metrics import Metrics

# Just under the allowed rate: jitter on the way may push messages of neighbouring seconds together.
SAFETY = 0.97
# A private chat takes a short burst above one message a second; a channel or group twenty in any minute.
PRIVATE_BURST, PRIVATE_WINDOW = 4, timedelta(seconds=4)
GROUP_BURST, GROUP_WINDOW = 20, timedelta(seconds=60)
# Chats that are told to wait within this time of each other mean that the bot as a whole is too fast.
_STORM_WINDOW, _STORM_CHATS = timedelta(seconds=1), 3
# The longest that a reply to a person waits for a paused chat; beyond it the person has tapped again.
_PATIENCE = timedelta(seconds=10)
# Chats remembered; past it those that were quiet for longer than any window are forgotten.
_MAX_CHATS = 20_000

# Set in the task of a delivery once it has had its turn; replies run in the tasks of their updates.
_carries_news: ContextVar[bool] = ContextVar("carries_news", default=False)

_WRITES = (SendMessage, SendPhoto, EditMessageText, EditMessageCaption, EditMessageReplyMarkup, DeleteMessage)


class Pace(BaseRequestMiddleware):
    """`rate` is in messages a second over all chats."""

    def __init__(self, *, rate: float, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._metrics = metrics
        self._interval = 1 / (rate * SAFETY)
        self._next_news = 0.0
        self._chats: dict[int, _Chat] = {}
        self._told_to_wait: deque[tuple[float, int]] = deque(maxlen=_STORM_CHATS)

    def wait_for(self, chat_id: int) -> timedelta:
        """How long news for this chat has to wait for the chat's own sake; zero: now."""
        now = self._now()
        chat = self._chats.get(chat_id)
        return timedelta(seconds=max(0.0, chat.free_at() - now) if chat else 0.0)

    async def turn(self) -> None:
        """Wait for this call's place in the rate over all chats. Places are given out one by one, first come first served."""
        now = self._now()
        place = max(self._next_news, now)
        self._next_news = place + self._interval
        _carries_news.set(True)
        if place > now:
            await self._clock.sleep(place - now)

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat_id = getattr(method, "chat_id", None)
        chat = self._chat(chat_id) if isinstance(chat_id, int) else None
        if chat is not None:
            pause = chat.paused_until - self._now()
            if pause > 0:
                await self._clock.sleep(min(pause, _PATIENCE.total_seconds()))
            if isinstance(method, _WRITES):
                chat.calls.append(self._now())
        try:
            answer = await make_request(bot, method)
        except TelegramRetryAfter as error:
            self._told(chat, chat_id, error.retry_after)
            self._count(method, "retry_after")
            # News goes back to the outbox; a reply has only this moment.
            if _carries_news.get() or error.retry_after > _PATIENCE.total_seconds():
                raise
            await self._clock.sleep(error.retry_after)
            answer = await make_request(bot, method)
        except TelegramAPIError:
            self._count(method, "refused")
            raise
        self._count(method, "ok")
        return answer

    def _told(self, chat: "_Chat | None", chat_id: object, seconds: float) -> None:
        now = self._now()
        self._metrics.retry_after_seconds.inc(seconds)
        if chat is None or not isinstance(chat_id, int):
            return
        chat.paused_until = max(chat.paused_until, now + seconds)
        self._told_to_wait.append((now, chat_id))
        recent = {who for when, who in self._told_to_wait if now - when <= _STORM_WINDOW.total_seconds()}
        if len(recent) >= _STORM_CHATS:
            self._next_news = max(self._next_news, now + seconds)

    def _chat(self, chat_id: int) -> "_Chat":
        if chat_id not in self._chats:
            if len(self._chats) >= _MAX_CHATS:
                self._forget_quiet()
            self._chats[chat_id] = _Chat(is_private=chat_id > 0)
        return self._chats[chat_id]

    def _forget_quiet(self) -> None:
        now = self._now()
        self._chats = {
            chat_id: chat
            for chat_id, chat in self._chats.items()
            if chat.paused_until > now or (chat.calls and now - chat.calls[-1] < GROUP_WINDOW.total_seconds())
        }

    def _count(self, method: TelegramMethod[TelegramType], result: str) -> None:
        self._metrics.api_calls.labels(method.__api_method__, result).inc()

    def _now(self) -> float:
        return self._clock.now().timestamp()


class _Chat:
    """The newest calls to one chat, as many as its burst."""

    __slots__ = ("_window", "calls", "paused_until")

    def __init__(self, *, is_private: bool) -> None:
        self.calls: deque[float] = deque(maxlen=PRIVATE_BURST if is_private else GROUP_BURST)
        self._window = (PRIVATE_WINDOW if is_private else GROUP_WINDOW).total_seconds()
        self.paused_until = 0.0

    def free_at(self) -> float:
        full = len(self.calls) == self.calls.maxlen
        return max(self.paused_until, self.calls[0] + self._window if full else 0.0)
