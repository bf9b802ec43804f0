"""▸ What is older than RETENTION_DAYS → nothing. In: what the store has kept long enough. Out: counts of what it let go.

Once in a while, in batches small enough that nobody who writes meanwhile would notice. After each batch the database has
nine times as long for the others; while news is going out nothing is let go, unless that has been so for an hour.
"""

import logging
from datetime import timedelta, tzinfo

from bot.clock import Clock, Signal
from bot.metrics import Metrics
from bot.store.database import Database
from bot.store.roles import Role

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
# Rows of one transaction.
BATCH = 500
# The least and most seconds between two batches, and how much longer the rest is than the batch took.
_LEAST_REST, _MOST_REST, _SHARE = 0.05, 5.0, 9
# How long news that is going out comes first.
PATIENCE = timedelta(hours=1)


# As the log and /readyz call it.
_WORK = "Letting go of what is old"


class Retention:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        zone: tzinfo,
        days: int,
        metrics: Metrics,
        role: Role | None = None,
    ) -> None:
        """Without a `role` to share, this is the only process that lets go."""
        self.wake = Signal()
        self._role = role or Role.of_one("retention")
        self._database = database
        self._clock = clock
        self._zone = zone
        self._kept = timedelta(days=days)
        self._metrics = metrics
        self._next_at = self._last_at = clock.now()

    async def run(self) -> None:
        while await self.wake.wait():
            if not self._role.is_held:
                self._database.leave_to_others(_WORK)
                continue
            if self._clock.now() < self._next_at:
                continue
            with self._database.patience(_WORK):
                await self.prune_due()

    async def prune_due(self) -> None:
        """All that is old enough, or until news wants to go out."""
        removed = 0
        while not self.wake.is_closed:
            began = self._clock.now()
            async with self._database.transaction() as tx:
                if await tx.outbox.is_busy() and began < self._last_at + PATIENCE:
                    return
                let_go = await tx.retention.prune(began - self._kept, zone=self._zone, limit=BATCH)
            self._last_at = self._clock.now()
            if let_go is None:
                break
            removed += let_go.count
            self._metrics.let_go.labels(let_go.kind).inc(let_go.count)
            took = (self._last_at - began).total_seconds()
            await self._clock.sleep(min(_MOST_REST, max(_LEAST_REST, took * _SHARE)))
        self._next_at = self._clock.now() + EVERY
        if removed:
            logger.info("What was old enough is let go.", extra={"rows": removed})
