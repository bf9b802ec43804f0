"""Every call of the Bot API and how it ended: an account for tests and for the page."""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

MAX_CALLS = 300_000


@dataclass(frozen=True, slots=True)
class Call:
    number: int
    monotonic: float
    at: datetime
    method: str
    chat_id: object
    outcome: str
    message_id: object = None
    # What kept the answer from the caller, though the call was carried out.
    hidden_by: str = ""

    def answer(self) -> dict[str, object]:
        return {
            "n": self.number,
            "monotonic": self.monotonic,
            "at": self.at.isoformat(),
            "method": self.method,
            "chat_id": self.chat_id,
            "outcome": self.outcome,
            "message_id": self.message_id,
            "hidden_by": self.hidden_by,
        }


class Journal:
    def __init__(self) -> None:
        self.total = 0
        self.refused = 0
        self.by_method: Counter[str] = Counter()
        self._calls: deque[Call] = deque(maxlen=MAX_CALLS)

    def note(
        self,
        monotonic: float,
        at: datetime,
        method: str,
        chat_id: object,
        outcome: str,
        message_id: object = None,
        hidden_by: str = "",
    ) -> None:
        self.total += 1
        self.by_method[method] += 1
        if outcome != "ok":
            self.refused += 1
        self._calls.append(Call(self.total, monotonic, at, method, chat_id, outcome, message_id, hidden_by))

    def after(self, number: int) -> list[Call]:
        if not self._calls:
            return []
        skipped = max(0, number - self._calls[0].number + 1)
        return list(islice(self._calls, skipped, None))
