"""The news site's WebSub hub (W3C WebSub), in memory: subscriptions come in, feeds that changed go out to whoever subscribed.

`run` does what a hub does by itself: it asks subscribers whether they meant it, and brings them the feed, signed with the
secret that they gave.
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.clock import Clock

HUB_PATH = "/news/hub"
LONGEST_LEASE = timedelta(days=10)
SECONDS_TO_ANSWER = 10
_YES = range(200, 300)
_GONE = 410

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    mode: str
    topic: str
    callback: str
    secret: str
    lease: timedelta


@dataclass(kw_only=True, slots=True)
class Subscription:
    topic: str
    callback: str
    secret: str
    until: datetime
    seen: str = ""


class NewsHub:
    """`is_down`: it answers every request with 503 and brings nothing."""

    def __init__(self, clock: Clock, *, signs_with: str = "sha256") -> None:
        self.is_down = False
        self.requests: list[Request] = []
        self._clock = clock
        self._signs_with = signs_with
        self._subscriptions: dict[str, Subscription] = {}
        self._asked: list[Request] = []
        self._changed = False
        self._work = asyncio.Event()

    @property
    def subscriptions(self) -> list[Subscription]:
        """Those that hold now."""
        now = self._clock.now()
        return [each for each in self._subscriptions.values() if each.until > now]

    def routes(self) -> list[web.RouteDef]:
        return [web.post(HUB_PATH, self._take)]

    def feeds_changed(self) -> None:
        self._changed = True
        self._work.set()

    async def run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS_TO_ANSWER)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                await self._work.wait()
                self._work.clear()
                try:
                    while self._asked:
                        await self._verify(session, self._asked.pop(0))
                    if self._changed and not self.is_down:
                        self._changed = False
                        for subscription in self.subscriptions:
                            await self._distribute(session, subscription)
                except (aiohttp.ClientError, TimeoutError) as error:
                    _log.warning("a subscriber could not be reached", extra={"problem": str(error)})

    async def _take(self, request: web.Request) -> web.Response:
        if self.is_down:
            return web.Response(status=503, text="The hub is down.")
        asked = _request(await request.post())
        if asked is None:
            return web.Response(status=400, text="hub.mode, hub.topic and hub.callback are needed.")
        self.requests.append(asked)
        self._asked.append(asked)
        self._work.set()
        return web.Response(status=202)

    async def _verify(self, session: aiohttp.ClientSession, asked: Request) -> None:
        challenge = secrets.token_hex(16)
        lease = min(asked.lease, LONGEST_LEASE)
        query = {"hub.mode": asked.mode, "hub.topic": asked.topic, "hub.challenge": challenge}
        if asked.mode == "subscribe":
            query["hub.lease_seconds"] = str(int(lease.total_seconds()))
        async with session.get(asked.callback, params=query) as answer:
            is_meant = answer.status in _YES and await answer.text() == challenge
        if not is_meant:
            return
        if asked.mode == "unsubscribe":
            self._subscriptions.pop(asked.callback, None)
            return
        # What stands in the feed now is no news to a new subscriber.
        seen = await self._hash(session, asked.topic)
        self._subscriptions[asked.callback] = Subscription(
            topic=asked.topic,
            callback=asked.callback,
            secret=asked.secret,
            until=self._clock.now() + lease,
            seen=seen,
        )

    async def _distribute(self, session: aiohttp.ClientSession, subscription: Subscription) -> None:
        async with session.get(subscription.topic) as answer:
            body, content_type = await answer.read(), answer.content_type
        seen = hashlib.sha256(body).hexdigest()
        if seen == subscription.seen:
            return
        signature = hmac.new(subscription.secret.encode(), body, self._signs_with).hexdigest()
        headers = {"Content-Type": content_type}
        if subscription.secret:
            headers["X-Hub-Signature"] = f"{self._signs_with}={signature}"
        async with session.post(subscription.callback, data=body, headers=headers) as answer:
            if answer.status == _GONE:
                self._subscriptions.pop(subscription.callback, None)
            elif answer.status in _YES:
                subscription.seen = seen

    async def _hash(self, session: aiohttp.ClientSession, topic: str) -> str:
        async with session.get(topic) as answer:
            return hashlib.sha256(await answer.read()).hexdigest()


def _request(form: Mapping[str, Any]) -> Request | None:
    mode, topic, callback = (str(form.get(f"hub.{name}", "")) for name in ("mode", "topic", "callback"))
    if mode not in ("subscribe", "unsubscribe") or not topic or not callback:
        return None
    lease = str(form.get("hub.lease_seconds", ""))
    return Request(
        mode=mode,
        topic=topic,
        callback=callback,
        secret=str(form.get("hub.secret", "")),
        lease=timedelta(seconds=int(lease)) if lease.isdecimal() else LONGEST_LEASE,
    )
