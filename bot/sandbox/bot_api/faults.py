"""Trouble on order: the next calls that fit a fault meet it instead of the usual answer, or some of them by chance."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.sandbox.bot_api.errors import NOTHING, RefusedError, forbidden, too_many_requests


class FaultKind(StrEnum):
    FLOOD = "429"
    INTERNAL = "500"
    INTERNAL_AFTER = "500_after"
    BAD_GATEWAY = "502_html"
    BAD_GATEWAY_AFTER = "502_html_after"
    STRANGE_BEFORE = "strange_before"
    STRANGE_AFTER = "strange_after"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    BLOCKED = "403_blocked"
    MIGRATED = "migrated"
    ERROR = "error"
    SLOW = "slow"


@dataclass(slots=True, kw_only=True)
class Fault:
    """`method` and `chat_id` narrow it down; of the calls that fit it lets `skip` pass, then meets `chance`, until it has met `count`.

    `seconds` is how long a slow answer takes. A strange one has `error_code` for its status and `body` in hexadecimal,
    whatever a proxy in between may say.
    """

    kind: FaultKind
    method: str = ""
    chat_id: int | None = None
    skip: int = 0
    count: int = 1
    chance: float = 1.0
    retry_after: int = 1
    migrate_to_chat_id: int = 0
    error_code: int = 400
    description: str = ""
    body: str = ""
    seconds: float = 1.0
    parameters: Mapping[str, int] = field(default_factory=lambda: NOTHING)

    def fits(self, method: str, chat_id: object) -> bool:
        return (not self.method or self.method.lower() == method.lower()) and (
            self.chat_id is None or str(self.chat_id) == str(chat_id)
        )

    @property
    def hides_what_was_done(self) -> bool:
        """The call is carried out, and its answer never comes."""
        return self.kind.endswith("_after")

    def refusal(self) -> RefusedError | None:
        match self.kind:
            case FaultKind.FLOOD:
                return too_many_requests(self.retry_after)
            case FaultKind.INTERNAL | FaultKind.INTERNAL_AFTER:
                return RefusedError(500, "Internal Server Error")
            case FaultKind.BLOCKED:
                return forbidden("bot was blocked by the user")
            case FaultKind.MIGRATED:
                new_id = {"migrate_to_chat_id": self.migrate_to_chat_id}
                return RefusedError(400, "Bad Request: group chat was upgraded to a supergroup chat", new_id)
            case FaultKind.ERROR:
                return RefusedError(self.error_code, self.description, self.parameters)
            case _:
                return None


class Faults:
    def __init__(self) -> None:
        self._queued: list[Fault] = []
        self._random = random.Random(0)  # noqa: S311, the same trouble each time is the point

    def seed(self, number: int) -> None:
        """Chances fall the same way for the same calls in the same order."""
        self._random.seed(number)

    def queue(self, fault: Fault) -> None:
        self._queued.append(fault)

    def clear(self) -> None:
        self._queued.clear()

    def take(self, method: str, chat_id: object) -> Fault | None:
        for fault in self._queued:
            if fault.fits(method, chat_id) and fault.skip > 0:
                fault.skip -= 1
            elif fault.fits(method, chat_id) and (fault.chance >= 1 or self._random.random() < fault.chance):
                fault.count -= 1
                if fault.count <= 0:
                    self._queued.remove(fault)
                return fault
        return None
