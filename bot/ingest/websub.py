"""Sources whose feed names a hub are read when the hub calls: in seconds instead of at the next poll (W3C WebSub).

In: what a poll found (`note`), what a hub asks and brings (`confirm`, `find`, `take`), the time. Out: requests to hubs, and
sources that are due; next is poller.py. What a hub brings is never read as news: it only has the source polled at once, so
that a forger could gain no more than a poll. Polling goes on beside it, and what a hub does not call is found by that.

    noted ──asked──▶ confirmed ──0.8 of the lease──▶ asked again ──…     each try that brings no yes doubles the pause
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.clock import Clock, Signal
from bot.domain.errors import SourceError
from bot.domain.hub import HubSubscription
from bot.domain.source import Source, SourceId
from bot.ingest.hub_client import HubClient
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

PATH = "/websub/"
# What we ask for, and what we take of a hub's own mind.
LEASE = timedelta(days=10)
LONGEST_LEASE = timedelta(days=30)
RENEWED_AFTER = 0.8
SHORTEST_PAUSE = timedelta(minutes=1)
# For a hub's yes, which comes by a call of its own; it doubles with each time that none came.
CONFIRMED_WITHIN = timedelta(minutes=10)
LONGEST_BACK_OFF = timedelta(days=1)
# Polls that calls of hubs may cause; a source that fails is not asked as often as its hub calls.
BETWEEN_POLLS = timedelta(seconds=2)
BETWEEN_FAILING_POLLS = timedelta(seconds=60)
# A hub may be quicker than its publisher's caches, and a poll may be under way that saw the feed just before the news.
SECOND_LOOK = timedelta(seconds=10)
# Hubs asked in one wake-up.
MOST_ASKED = 20
_MOST_DOUBLINGS = 8
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


class Hubs:
    def __init__(
        self, *, database: Database, client: HubClient, clock: Clock, public_url: str, wake_poller: Callable[[], None]
    ) -> None:
        """Without a `public_url`, which a hub could call, no hub is asked for anything."""
        self.wake = Signal()
        self._database = database
        self._client = client
        self._clock = clock
        self._public_url = public_url
        self._wake_poller = wake_poller
        self._forced: dict[SourceId, datetime] = {}
        self._second_looks: dict[SourceId, datetime] = {}

    async def note(self, tx: Transaction, source: Source, *, hub: str | None, topic: str | None, now: datetime) -> None:
        """What a source's document says of its hub, each time that it was read; in the poll's own transaction."""
        if not self._public_url:
            return
        known = await tx.hubs.of(source.id)
        hub, topic = _address(hub), _address(topic) or source.address or source.spec.url
        if known is not None and (known.hub, known.topic) == (hub, topic):
            return
        if hub is None:
            # The hub hears of it at its next call: to an address that is gone.
            await tx.hubs.forget(source.id)
            return
        await tx.hubs.put(
            HubSubscription(
                source_id=source.id,
                hub=hub,
                topic=topic,
                token=secrets.token_urlsafe(32),
                secret=secrets.token_hex(32),
                renew_at=now,
            )
        )
        self.wake.set()

    async def run(self) -> None:
        while await self.wake.wait():
            with self._database.patience("Asking hubs"):
                await self.ask_due()

    async def ask_due(self) -> None:
        """Second looks, subscriptions to ask for or renew, and those that nobody wants any more."""
        if not self._public_url:
            return
        now = self._clock.now()
        await self._look_again(now)
        async with self._database.transaction() as tx:
            due = await tx.hubs.due(now, limit=MOST_ASKED)
            outlived = await tx.hubs.outlived(limit=MOST_ASKED)
            # Written before the hub is asked: its yes may come before its answer, and a crash must not ask it in a circle.
            for subscription in due:
                pause = CONFIRMED_WITHIN * 2 ** min(subscription.failures, _MOST_DOUBLINGS)
                await tx.hubs.record(
                    subscription.source_id,
                    renew_at=now + min(pause, LONGEST_BACK_OFF),
                    failures=subscription.failures + 1,
                )
            for subscription in outlived:
                await tx.hubs.record(subscription.source_id, verified_until=None, renew_at=now, failures=0)
        asking = [self._ask(subscription, "subscribe") for subscription in due]
        leaving = [self._ask(subscription, "unsubscribe") for subscription in outlived]
        await asyncio.gather(*asking, *leaving)

    async def confirm(self, token: str, *, mode: str, topic: str, lease: float | None) -> bool:
        """Whether we want what a hub says that we asked for; True for its refusal too, which is noted."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            subscription = await tx.hubs.by_token(token)
            if subscription is None or topic != subscription.topic:
                return False
            source_id = subscription.source_id
            if mode == "subscribe" and subscription.wanted:
                given = timedelta(seconds=min(lease, LONGEST_LEASE.total_seconds())) if lease else LEASE
                pause = max(given * RENEWED_AFTER, SHORTEST_PAUSE)
                await tx.hubs.record(source_id, verified_until=now + given, renew_at=now + pause, failures=0)
            elif mode == "unsubscribe" and not subscription.wanted:
                await tx.hubs.record(source_id, verified_until=None)
            elif mode == "denied":
                await tx.hubs.record(source_id, verified_until=None, renew_at=now + LONGEST_BACK_OFF)
            else:
                return False
        if mode == "denied":
            logger.warning("A hub refuses our subscription.", extra={"source": source_id, "hub": subscription.hub})
        elif subscription.verified_until is None:
            logger.info("A hub confirmed what we asked for.", extra={"source": source_id, "mode": mode})
        return True

    async def find(self, token: str) -> HubSubscription | None:
        """The subscription that a hub brings news of; None where we want none."""
        async with self._database.transaction() as tx:
            subscription = await tx.hubs.by_token(token)
        return subscription if subscription is not None and subscription.wanted else None

    async def take(self, subscription: HubSubscription, *, signature: str, body: bytes) -> bool:
        """Have the source polled; False, and nothing done, unless the hub signed what it brought."""
        if not _is_signed(subscription.secret, signature, body):
            return False
        now, source_id = self._clock.now(), subscription.source_id
        self._second_looks[source_id] = now + SECOND_LOOK
        last = self._forced.get(source_id)
        if last is not None and last > now:
            # One is on its way.
            return True
        async with self._database.transaction() as tx:
            source = await tx.sources.get(source_id)
            pause = BETWEEN_FAILING_POLLS if source is not None and source.failures else BETWEEN_POLLS
            at = max(now, last + pause) if last is not None else now
            await tx.sources.hasten(source_id, to=at)
        self._forced[source_id] = at
        self._wake_poller()
        return True

    async def _look_again(self, now: datetime) -> None:
        due = [source_id for source_id, at in self._second_looks.items() if at <= now]
        if not due:
            return
        async with self._database.transaction() as tx:
            for source_id in due:
                await tx.sources.hasten(source_id, to=now)
        for source_id in due:
            del self._second_looks[source_id]
        self._wake_poller()

    async def _ask(self, subscription: HubSubscription, mode: str) -> None:
        form = {
            "hub.mode": mode,
            "hub.topic": subscription.topic,
            "hub.callback": f"{self._public_url}{PATH}{subscription.token}",
            # Hubs older than WebSub ask for it.
            "hub.verify": "async",
        }
        if mode == "subscribe":
            form |= {"hub.secret": subscription.secret, "hub.lease_seconds": str(int(LEASE.total_seconds()))}
        told = {"source": subscription.source_id, "hub": subscription.hub, "mode": mode}
        try:
            await self._client.ask(subscription.hub, form)
        except SourceError as error:
            if not subscription.failures:
                logger.warning("A hub does not take our request: %s", error, extra=told)
        except Exception:
            # One bad hub never stops the others.
            logger.exception("A hub could not be asked, in a way that nobody foresaw.", extra=told)


def _is_signed(secret: str, signature: str, body: bytes) -> bool:
    """By X-Hub-Signature: `method=hex` of the HMAC over the body as it came (W3C WebSub §7.1)."""
    method, _, given = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode(errors="replace"))


def _address(value: str | None) -> str | None:
    try:
        parts = urlsplit((value or "").strip())
        return (value or "").strip() if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None
