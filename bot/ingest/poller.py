"""▸ Source → articles. In: the sources that the store says are due. Out: articles in the store; next is plan/.

One poll of one source:

1. read the document, conditionally and from the first address that answers (reading.py)
2. stop here if nothing changed: the times of the next polls are written together, once a wake-up
3. decide which entries are new, corrected or known, and read the pages of those that lack something (intake.py)
4. in ONE transaction store the articles, the validators and the time of the next poll
5. wake the planner

Until step 4 nothing is written, so a crash anywhere before it only means that the poll is repeated.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from bot.clock import Clock, Signal
from bot.domain.errors import SourceError, StoreError
from bot.domain.health import may_be_silent
from bot.domain.source import Source, SourceId, SourceKind, Validators
from bot.ingest import health
from bot.ingest.accept import Decisions
from bot.ingest.cadence import next_poll, phase_of
from bot.ingest.fetch import Fetcher
from bot.ingest.intake import Intake
from bot.ingest.reading import ArticleReader, Reading, SourceReader
from bot.ingest.websub import Hubs
from bot.metrics import Metrics
from bot.store.database import Database

logger = logging.getLogger(__name__)

# Sources polled at once: two thousand of them a minute, each of whose servers takes a second, are 33 at once. And of one
# host: two are asked, the others wait for that, so that a host that hangs takes few of the places.
WIDTH, AT_ONCE_A_HOST = 64, 4
# Sources started in one wake-up; the others are next, a second later.
MOST_DUE = 500
# Seconds for what is in flight when the bot stops.
STOP_PATIENCE = 5.0
# How long no source is asked after what one brought could not be stored: it would only be asked for it again.
DATABASE_REST = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class PollReport:
    """What one poll brought; `failure` is the operator's sentence when it brought nothing."""

    new: int = 0
    changed: int = 0
    rejected: tuple[tuple[str, str], ...] = ()
    failure: str | None = None


class Poller:
    def __init__(
        self,
        *,
        database: Database,
        fetcher: Fetcher,
        clock: Clock,
        zone: tzinfo,
        planner_wake: Signal,
        metrics: Metrics,
        hubs: Hubs | None = None,
        jitter: Callable[[], float] = random.random,
        phase: Callable[[int], float | None] = phase_of,
        process: Callable[[], int | None] = lambda: None,
    ) -> None:
        """`process`: which of several processes this is (store/roles.py); None where there is one."""
        self.wake = Signal()
        self._process = process
        self._database = database
        self._reader = SourceReader(fetcher, clock=clock, zone=zone)
        self._intake = Intake(database=database, reader=ArticleReader(fetcher, clock=clock, zone=zone), clock=clock)
        self._clock = clock
        self._planner_wake = planner_wake
        self._metrics = metrics
        self._hubs = hubs
        self._jitter = jitter
        self._phase = phase
        self._slots = asyncio.Semaphore(WIDTH)
        # By their hosts.
        self._in_flight: dict[SourceId, str] = {}
        # Polls that brought nothing, until their next times are written.
        self._unchanged: dict[SourceId, datetime] = {}
        self._rests_until = clock.now()

    async def run(self) -> None:
        """A slow source holds up nobody: each wake-up starts what is due beside what is still in flight."""
        async with asyncio.TaskGroup() as group:
            polls: set[asyncio.Task[None]] = set()
            while await self.wake.wait():
                for source in await self._take_due():
                    poll = group.create_task(self._poll_taken(source))
                    polls.add(poll)
                    poll.add_done_callback(polls.discard)
            if polls:
                _, late = await asyncio.wait(polls, timeout=STOP_PATIENCE)
                for poll in late:
                    poll.cancel()

    async def poll_due(self) -> None:
        """All that are due now, until the last one is done."""
        tried: set[SourceId] = set()
        # The last time writes what brought nothing.
        while due := await self._take_due(but=tried):
            await asyncio.gather(*[self._poll_taken(source) for source in due])
            tried.update(source.id for source in due)

    async def _take_due(self, *, but: Collection[SourceId] = ()) -> list[Source]:
        now = self._clock.now()
        if now < self._rests_until:
            return []
        found: list[Source] = []
        with self._database.patience("Polling"):
            unchanged = dict(self._unchanged)
            async with self._database.transaction() as tx:
                await tx.sources.reschedule(unchanged, now=now)
                found = await tx.sources.due(now, limit=MOST_DUE, process=self._process())
            for source_id in unchanged:
                del self._unchanged[source_id]
                del self._in_flight[source_id]
        return self._start([source for source in found if source.id not in but])

    def _start(self, found: Sequence[Source]) -> list[Source]:
        """Those for which there is a place at their host; the others stay due, and ours."""
        busy = Counter(host for source_id, host in self._in_flight.items() if source_id not in self._unchanged)
        due: list[Source] = []
        for source in found:
            host = urlsplit(source.address or source.spec.url).netloc.lower()
            if source.id not in self._in_flight and busy[host] < AT_ONCE_A_HOST:
                self._in_flight[source.id] = host
                busy[host] += 1
                due.append(source)
        return due

    async def _poll_taken(self, source: Source) -> None:
        is_stored = False
        try:
            with self._database.patience("Polling"):
                async with self._slots:
                    await self.poll(source)
                    is_stored = True
        finally:
            if not is_stored:
                # It stays due, and is polled again as soon as the database answers.
                self._rests_until = self._clock.now() + DATABASE_REST
            if source.id not in self._unchanged:
                del self._in_flight[source.id]

    async def poll(self, source: Source) -> PollReport:
        """One poll, whatever becomes of it. Raises StoreError only."""
        try:
            return await self._poll(source)
        except SourceError as error:
            return await self._failed(source, error)
        except StoreError:
            raise
        except Exception:
            # One bad source never stops the others.
            logger.exception("A poll failed in a way that nobody foresaw.", extra={"source": source.spec.name})
            return await self._failed(
                source, SourceError("Rubrika stumbled over this source; its log has the details.")
            )

    async def _poll(self, source: Source) -> PollReport:
        reading = await self._reader.read(source)
        now = self._clock.now()
        next_poll_at = next_poll(
            now,
            interval=source.spec.interval,
            asked=reading.asked,
            retry_after=reading.retry_after,
            phase=self._phase(source.id),
        )
        if _is_as_before(source, reading) and not may_be_silent(source, now):
            self._unchanged[source.id] = next_poll_at
            self._metrics.polls.labels(source.spec.name, "unchanged").inc()
            return PollReport()
        entries = reading.document.entries if reading.document is not None else ()
        decisions = Decisions()
        if entries and not self._intake.is_as_before(source, entries):
            decisions = await self._intake.prepare(source, entries, now)
        validators = reading.validators if decisions.whole else Validators()
        async with self._database.transaction() as tx:
            added = await self._intake.store(tx, decisions, now)
            await tx.sources.record(
                source.id,
                validators=validators,
                address=reading.address or source.address,
                found_kind=_found_kind(source, reading),
                ttl=source.ttl if reading.document is None else _whole_seconds(reading.document.ttl),
                next_poll_at=next_poll_at,
                baseline_at=source.baseline_at or now,
                failures=0,
                last_success_at=now,
                last_error=None,
                polled_by=None,
            )
            # What another source brought first is a sign of life all the same.
            spoke = bool(decisions.new or decisions.more_keys)
            await health.after_success(tx, source, decisions.new if added else (), now, spoke=spoke)
            await health.on_fallback(tx, source, next(iter(reading.failures), None), now)
            if self._hubs is not None and reading.document is not None and not reading.failures:
                await self._hubs.note(tx, source, hub=reading.hub, topic=reading.topic, now=now)
        self._reader.remember(source, reading)
        if entries and decisions.whole:
            self._intake.remember(source, entries, validators)
        if added or decisions.changed:
            self._planner_wake.set()
        self._tell(source, reading, decisions, added)
        return PollReport(new=added, changed=len(decisions.changed), rejected=decisions.rejected)

    async def _failed(self, source: Source, error: SourceError) -> PollReport:
        sentence = str(error)
        failures = source.failures + 1
        now = self._clock.now()
        next_poll_at = next_poll(
            now,
            interval=source.spec.interval,
            failures=failures,
            retry_after=error.retry_after,
            jitter=self._jitter(),
        )
        async with self._database.transaction() as tx:
            await tx.sources.record(
                source.id, last_error=sentence, failures=failures, next_poll_at=next_poll_at, polled_by=None
            )
            await health.after_failure(tx, source, error, now)
        self._metrics.polls.labels(source.spec.name, "failed").inc()
        if sentence != source.last_error:
            logger.warning("A source cannot be read: %s", sentence, extra={"source": source.spec.name})
        return PollReport(failure=sentence)

    def _tell(self, source: Source, reading: Reading, decisions: Decisions, added: int) -> None:
        name = source.spec.name
        self._metrics.polls.labels(name, "unchanged" if reading.document is None else "changed").inc()
        self._metrics.articles_accepted.labels(name).inc(added)
        if source.failures:
            logger.info("A source can be read again.", extra={"source": name})
        if reading.document is not None and not reading.document.whole:
            logger.warning("A feed breaks off; what came before the break was read.", extra={"source": name})
        for entry, sentence in decisions.rejected:
            logger.warning("An entry was left out: %s", sentence, extra={"source": name, "entry": entry})
        if added or decisions.changed:
            brought = {"new": added, "corrected": len(decisions.changed), "baseline": source.baseline_at is None}
            logger.info("A source brought articles.", extra={"source": name, **brought})


def _is_as_before(source: Source, reading: Reading) -> bool:
    """Nothing is to be written but the time of the next poll."""
    is_same = reading.document is None and reading.validators == source.validators
    is_well = not source.failures and not reading.failures and source.fallback_since is None
    return is_same and is_well and reading.address is None and source.baseline_at is not None


def _whole_seconds(ttl: float | None) -> int | None:
    return None if ttl is None else int(ttl)


def _found_kind(source: Source, reading: Reading) -> SourceKind | None:
    """What its own addresses gave; a fallback is another thing."""
    return source.found_kind if reading.document is None or reading.failures else reading.document.kind
