"""The rates Telegram puts up with: each message sent and each edit in a channel comes in, nothing or a 429 goes out.

Bulk messages only count over all chats: an answer to what a person just wrote or tapped is free there, as at Telegram. Stricter
than Telegram in one thing: a wait under eight seconds is told at once, where Telegram would hold the request back instead.
"""

import math
from collections import deque

from bot.sandbox.bot_api.chats import Chat
from bot.sandbox.bot_api.errors import too_many_requests

BULK_PER_SECOND = 30
PAID_PER_SECOND = 1000
PRIVATE_BURST = 5
PRIVATE_PER_SECOND = 1.0
CHANNEL_PER_MINUTE = 20
ANSWERS_PER_UPDATE = 3
ANSWER_SECONDS = 10.0


class Window:
    """At most `limit` in any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float, messages: int = 1) -> float:
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        over = len(self._times) + messages - self.limit
        return self._times[min(over, len(self._times)) - 1] + self._seconds - now if over > 0 else 0.0

    def add(self, now: float, messages: int = 1) -> None:
        self._times.extend([now] * messages)


class Bucket:
    """A short burst, then `PRIVATE_PER_SECOND`."""

    def __init__(self) -> None:
        self._full_at = 0.0

    def wait(self, now: float, messages: int = 1) -> float:
        room = max(0, PRIVATE_BURST - messages)
        return max(0.0, self._full_at - now - room / PRIVATE_PER_SECOND)

    def add(self, now: float, messages: int = 1) -> None:
        self._full_at = max(self._full_at, now) + messages / PRIVATE_PER_SECOND


class Limits:
    def __init__(self) -> None:
        self._bulk = Window(BULK_PER_SECOND, 1.0)
        self._paid = Window(PAID_PER_SECOND, 1.0)
        self._chats: dict[int, Window | Bucket] = {}
        self._answers: dict[int, tuple[int, float]] = {}

    def heard(self, chat_id: int, now: float) -> None:
        """A person wrote or tapped: the next few messages there are answers."""
        self._answers[chat_id] = (ANSWERS_PER_UPDATE, now + ANSWER_SECONDS)

    def admit(self, chat: Chat, now: float, *, paid: bool, messages: int = 1) -> None:
        """So many at once: the pictures of an album go in together or not at all."""
        in_chat = self._chats.get(chat.id)
        if in_chat is None:
            in_chat = Window(CHANNEL_PER_MINUTE, 60.0) if chat.person is None else Bucket()
            self._chats[chat.id] = in_chat
        over_all = None if self._is_answer(chat.id, now) else self._paid if paid else self._bulk
        wait = max(in_chat.wait(now, messages), over_all.wait(now, messages) if over_all else 0.0)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        in_chat.add(now, messages)
        if over_all:
            over_all.add(now, messages)
        else:
            left, until = self._answers[chat.id]
            self._answers[chat.id] = (left - 1, until)

    def admit_edit(self, chat: Chat, now: float) -> None:
        """A channel's edits count with its posts; those in a private chat nobody was seen to be held up for."""
        if not chat.is_channel:
            return
        in_chat = self._chats.setdefault(chat.id, Window(CHANNEL_PER_MINUTE, 60.0))
        if (wait := in_chat.wait(now)) > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        in_chat.add(now)

    def _is_answer(self, chat_id: int, now: float) -> bool:
        left, until = self._answers.get(chat_id, (0, 0.0))
        if left > 0 and now <= until:
            return True
        self._answers.pop(chat_id, None)
        return False
