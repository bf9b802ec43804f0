"""Carries updates to the bot's webhook, as Telegram does: one lane a chat or person, the same update again until a 2xx."""

import asyncio
import logging

import aiohttp

from bot.clock import Clock
from bot.sandbox.bot_api.updates import Update, Updates, Webhook, encoded

SECONDS_TO_ANSWER = 60
LONGEST_PAUSE = 60.0
LONGEST_RETRY_AFTER = 3600.0
_OK = range(200, 300)

_log = logging.getLogger(__name__)


class WebhookCarrier:
    def __init__(self, updates: Updates, clock: Clock) -> None:
        self._updates = updates
        self._clock = clock
        self._busy: set[str] = set()

    async def run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS_TO_ANSWER)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as lanes:
            while True:
                version = self._updates.changes.version
                if self._updates.webhook is not None:
                    for update in list(self._updates.pending()):
                        if update.lane not in self._busy and len(self._busy) < self._updates.webhook.max_connections:
                            self._busy.add(update.lane)
                            lanes.create_task(self._carry(session, update))
                await self._updates.changes.wait_beyond(version, LONGEST_PAUSE)

    async def _carry(self, session: aiohttp.ClientSession, update: Update) -> None:
        """The first repetition is immediate, the pauses then double."""
        pause = 0.0
        try:
            while (webhook := self._updates.webhook) is not None and update.until > self._clock.now():
                problem, asked_pause = await self._deliver(session, webhook, update)
                if not problem:
                    self._updates.done(update.id)
                    return
                self._updates.last_error = (int(self._clock.now().timestamp()), problem)
                _log.warning("webhook refused an update", extra={"problem": problem, "update_id": update.id})
                await self._clock.sleep(asked_pause or pause)
                pause = min(max(1.0, pause * 2), LONGEST_PAUSE)
        finally:
            self._busy.discard(update.lane)
            self._updates.changes.happened()

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Webhook, update: Update) -> tuple[str, float]:
        """What went wrong, empty when nothing did, and the pause the bot asked for."""
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        try:
            async with session.post(webhook.url, data=encoded(update), headers=headers) as answer:
                if answer.status in _OK:
                    return "", 0.0
                asked = answer.headers.get("Retry-After", "")
                pause = min(float(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else 0.0
                return f"Wrong response from the webhook: {answer.status} {answer.reason}", pause
        except (aiohttp.ClientError, TimeoutError) as error:
            return str(error) or "Read timeout expired", 0.0
