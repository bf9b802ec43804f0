"""What happened and the bot has yet to hear: getUpdates takes it from here, or webhook.py carries it away."""

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.sandbox.bot_api.chats import Changes
from bot.sandbox.bot_api.errors import bad_request, conflict
from bot.sandbox.bot_api.params import Params

MAX_PENDING = 100_000
MAX_BATCH = 100
MAX_POLL_SECONDS = 50
_DAY = timedelta(hours=24)
_KEPT = {"callback_query": timedelta(seconds=150)}
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Update:
    id: int
    kind: str
    lane: str
    until: datetime
    body: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40


class Updates:
    def __init__(self, clock: Clock) -> None:
        self.changes = Changes()
        self.webhook: Webhook | None = None
        self.last_error: tuple[int, str] | None = None
        self._clock = clock
        self._allowed: list[str] = []
        self._pending: deque[Update] = deque(maxlen=MAX_PENDING)
        self._next_id = 500_000_001
        self._turn = 0

    def add(self, kind: str, payload: dict[str, object], lane: str) -> None:
        if kind not in self._allowed if self._allowed else kind in _NOT_BY_DEFAULT:
            return
        until = self._clock.now() + _KEPT.get(kind, _DAY)
        body = {"update_id": self._next_id, kind: payload}
        self._pending.append(Update(self._next_id, kind, lane, until, body))
        self._next_id += 1
        self.changes.happened()

    def pending(self) -> Iterable[Update]:
        """Oldest first, without what Telegram would have forgotten by now."""
        now = self._clock.now()
        if any(update.until <= now for update in self._pending):
            self._keep(update for update in self._pending if update.until > now)
        return self._pending

    def done(self, update_id: int) -> None:
        self._keep(update for update in self._pending if update.id != update_id)
        self.changes.happened()

    async def poll(self, params: Params) -> list[dict[str, object]]:
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self._allow(params)
        self._confirm(params.integer("offset"))
        limit = params.integer("limit", MAX_BATCH)
        limit = limit if 1 <= limit <= MAX_BATCH else MAX_BATCH
        loop = asyncio.get_running_loop()
        until = loop.time() + min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
        self._turn += 1
        turn = self._turn
        self.changes.happened()
        while True:
            if turn != self._turn:
                raise conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running"
                )
            if self.webhook is not None:
                raise conflict("terminated by setWebhook request")
            batch = [update.body for update, _ in zip(self.pending(), range(limit), strict=False)]
            left = until - loop.time()
            if batch or left <= 0:
                return batch
            await self.changes.wait_beyond(self.changes.version, left)

    def set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if not url:
            return self.delete_webhook(params)
        if not url.startswith(("http://", "https://")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.text("secret_token")
        if len(secret) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):  # noqa: PLR2004 - documented
            raise bad_request("secret token contains unallowed characters")
        self._allow(params)
        self._drop(params)
        connections = params.integer("max_connections", 40)
        self.webhook = Webhook(url=url, secret=secret, max_connections=min(max(connections, 1), 100))
        self.last_error = None
        self.changes.happened()
        return True

    def delete_webhook(self, params: Params) -> bool:
        self._drop(params)
        self.webhook = None
        self.last_error = None
        self.changes.happened()
        return True

    def webhook_info(self, _params: Params) -> dict[str, object]:
        info: dict[str, object] = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": sum(1 for _ in self.pending()),
        }
        if self.webhook:
            info["max_connections"] = self.webhook.max_connections
        if self._allowed:
            info["allowed_updates"] = self._allowed
        if self.last_error:
            info["last_error_date"], info["last_error_message"] = self.last_error
        return info

    def _allow(self, params: Params) -> None:
        """Absent: the stored setting stays. An empty list: all but the three that must be asked for."""
        if not params.has("allowed_updates"):
            return
        allowed = params.structure("allowed_updates", "can't parse allowed_updates JSON object")
        if not isinstance(allowed, list):
            raise bad_request("can't parse allowed_updates: expected an Array of String")
        self._allowed = [str(name) for name in allowed]

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            while self._pending and self._pending[0].id < offset:
                self._pending.popleft()
        elif offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()

    def _drop(self, params: Params) -> None:
        if params.flag("drop_pending_updates"):
            self._pending.clear()

    def _keep(self, updates: Iterable[Update]) -> None:
        self._pending = deque(list(updates), maxlen=MAX_PENDING)


def encoded(update: Update) -> bytes:
    return json.dumps(update.body, ensure_ascii=False).encode()
