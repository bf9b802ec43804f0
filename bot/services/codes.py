"""One-time codes: who posts one in a channel shows that the channel is theirs, even where Telegram hides who they are."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime

from bot.clock import Clock
from bot.domain.channel import CODE_LIVES, WRONG_CODES, WRONG_CODES_WITHIN
from bot.store.database import Database

# A hundred million codes, of which a handful is good at a time.
DIGITS = 8
# Chats whose wrong codes are remembered.
_CHATS = 1_000


def _random_digits() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


class Codes:
    def __init__(self, *, database: Database, clock: Clock, make: Callable[[], str] = _random_digits) -> None:
        self._database = database
        self._clock = clock
        self._make = make
        # In memory: a restart gives a few more guesses of a hundred million.
        self._wrong: OrderedDict[int, deque[datetime]] = OrderedDict()

    async def issue(self, user_id: int) -> str:
        """A new code for this person, who has no other from then on."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await tx.codes.drop_old(now)
            while True:
                digits = self._make()
                if await tx.codes.put(user_id, digits, until=now + CODE_LIVES):
                    return digits

    async def redeem(self, digits: str, *, chat_id: int) -> int | None:
        """Whose code was posted in this chat; it is used up. None: it is nobody's, or this chat has guessed too often."""
        now = self._clock.now()
        wrong = self._wrong.get(chat_id, deque(maxlen=WRONG_CODES))
        if len(wrong) == WRONG_CODES and now - wrong[0] < WRONG_CODES_WITHIN:
            return None
        async with self._database.transaction() as tx:
            user_id = await tx.codes.take(digits, now=now)
        if user_id is None:
            wrong.append(now)
            self._wrong[chat_id] = wrong
            self._wrong.move_to_end(chat_id)
            if len(self._wrong) > _CHATS:
                self._wrong.popitem(last=False)
        return user_id
