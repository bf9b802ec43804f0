"""▸ Source → articles. In: the sources that the store says are due. Out: articles in the store; next is plan/.

One poll of one source:

1. fetch the document, conditionally; while the first address fails, the fallback ones in order
2. stop here if the server or the hash of the body says that nothing changed
3. parse it, in a thread
4. ask the store which of its entries are known, and decide (accept.py)
5. for new and corrected articles that lack body or picture, read the article's page
6. in ONE transaction store the articles, the validators and the time of the next poll
7. wake the planner

Until step 6 nothing is written, so a crash anywhere before it only means that the poll is repeated.
"""

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock, Signal
from bot.domain.article import Entry, NewArticle
from bot.domain.errors import SourceError, StoreError
from bot.domain.source import Source, SourceId, SourceKind, Validators
from bot.ingest.accept import Decisions, complete, corrected, decide, keys_of, oldest_first
from bot.ingest.cadence import next_poll
from bot.ingest.detect import detect
from bot.ingest.document import Document
from bot.ingest.feed import parse_feed
from bot.ingest.fetch import Fetched, Fetcher, NotModified
from bot.ingest.page import parse_article_page
from bot.metrics import Metrics
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

# Sources polled at once, and pages read at once in one poll.
WIDTH = 8
PAGES_AT_ONCE = 4
# Seconds: for one page, for all pages of one poll, and for what is in flight when the bot stops.
PAGE_TIMEOUT = 15.0
READING_TIME = timedelta(seconds=60)
STOP_PATIENCE = 5.0

_NOT_A_FEED = {
    SourceKind.PAGE: "The address answers with a web page instead of a feed. Give the address of its RSS or Atom feed.",
    SourceKind.SITEMAP: "The address answers with a sitemap instead of a feed. Give the address of an RSS or Atom feed.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PollReport:
    """What one poll brought; `failure` is the operator's sentence when it brought nothing."""

    new: int = 0
    changed: int = 0
    rejected: tuple[tuple[str, str], ...] = ()
    failure: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """`feed` is None when nothing changed; `retry_after` is what an address that failed asked for."""

    feed: Document | None
    validators: Validators
    retry_after: float | None = None


class ArticleReader:
    """Reads one article from its page."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def read_article(self, url: str) -> Entry:
        """Raises SourceError when the page cannot be read or holds no article."""
        page = await self._fetcher.get(url, timeout=PAGE_TIMEOUT)
        if isinstance(page, NotModified):
            raise SourceError("The server says that nothing changed, though it was not asked that.")
        return (await asyncio.to_thread(parse_article_page, page.body, page.content_type, page.url)).entry()


class Poller:
    def __init__(
        self,
        *,
        database: Database,
        fetcher: Fetcher,
        clock: Clock,
        planner_wake: Signal,
        metrics: Metrics,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.wake = Signal()
        self._database = database
        self._fetcher = fetcher
        self._reader = ArticleReader(fetcher)
        self._clock = clock
        self._planner_wake = planner_wake
        self._metrics = metrics
        self._jitter = jitter
        self._slots = asyncio.Semaphore(WIDTH)
        self._in_flight: set[SourceId] = set()
        self._on_fallback: set[SourceId] = set()

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
        await asyncio.gather(*[self._poll_taken(source) for source in await self._take_due()])

    async def _take_due(self) -> list[Source]:
        try:
            async with self._database.transaction() as tx:
                found = await tx.sources.due(self._clock.now())
        except StoreError as error:
            logger.error("Polling waits for the database: %s", error)  # noqa: TRY400, the sentence says it all
            return []
        due = [source for source in found if source.id not in self._in_flight]
        self._in_flight.update(source.id for source in due)
        return due

    async def _poll_taken(self, source: Source) -> None:
        try:
            async with self._slots:
                await self.poll(source)
        except StoreError as error:
            # It stays due, and is polled again as soon as the database answers.
            logger.error("A poll could not be stored: %s", error, extra={"source": source.spec.name})  # noqa: TRY400
        finally:
            self._in_flight.discard(source.id)

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
        document = await self._read(source)
        now = self._clock.now()
        decisions = Decisions()
        if document.feed is not None:
            async with self._database.transaction() as tx:
                keys = keys_of(document.feed.entries, source.id)
                known = await tx.articles.known({key for each in keys for key in each})
            decisions = decide(document.feed.entries, known, source, now)
            decisions = await self._with_pages(decisions, now)
        async with self._database.transaction() as tx:
            added = await self._store(tx, decisions, now)
            await tx.sources.record(
                source.id,
                validators=document.validators,
                next_poll_at=next_poll(now, interval=source.spec.interval, retry_after=document.retry_after),
                baseline_at=source.baseline_at or now,
                failures=0,
                last_success_at=now,
                last_error=None,
            )
        if added or decisions.changed:
            self._planner_wake.set()
        self._tell(source, document, decisions, added)
        return PollReport(new=added, changed=len(decisions.changed), rejected=decisions.rejected)

    async def _read(self, source: Source) -> _Reading:
        """The document of the first address that answers with a feed."""
        failures: list[SourceError] = []
        for url in (source.spec.url, *source.spec.fallback):
            try:
                document = await self._read_address(source, url, is_first=not failures)
            except SourceError as error:
                failures.append(error)
                continue
            self._tell_fallback(source, failures)
            return replace(document, retry_after=_longest(failures))
        others = " Every fallback address fails too." if len(failures) > 1 else ""
        raise SourceError(f"{failures[0]}{others}", retry_after=_longest(failures)) from failures[0]

    async def _read_address(self, source: Source, url: str, *, is_first: bool) -> _Reading:
        # What the first address gave to ask "has it changed?" means nothing to another.
        fetched = await self._fetcher.get(url, source.validators if is_first else None)
        if isinstance(fetched, NotModified):
            return _Reading(feed=None, validators=source.validators)
        body_hash = hashlib.sha256(fetched.body).hexdigest()
        validators = replace(fetched.validators, body_hash=body_hash) if is_first else Validators(body_hash=body_hash)
        if body_hash == source.validators.body_hash:
            return _Reading(feed=None, validators=validators)
        feed = await asyncio.to_thread(_parse, fetched, source.spec.kind)
        # A document that broke off must not be taken as what the server has: its ETag would hide the rest for good.
        return _Reading(feed=feed, validators=validators if feed.whole else Validators(body_hash=body_hash))

    async def _with_pages(self, decisions: Decisions, now: datetime) -> Decisions:
        slots = asyncio.Semaphore(PAGES_AT_ONCE)
        new = await asyncio.gather(*(self._completed(article, slots, now) for article in decisions.new))
        changed = await asyncio.gather(*(self._completed(article, slots, now) for _, article in decisions.changed))
        ids = [article_id for article_id, _ in decisions.changed]
        return replace(decisions, new=oldest_first(new), changed=tuple(zip(ids, changed, strict=True)))

    async def _completed(self, article: NewArticle, slots: asyncio.Semaphore, now: datetime) -> NewArticle:
        """With what its page tells beyond the feed; a page that cannot be read leaves what the feed gave."""
        if article.baseline or article.url is None or (article.body and article.image):
            return article
        async with slots:
            if self._clock.now() > now + READING_TIME:
                return article
            try:
                return complete(article, await self._reader.read_article(article.url), now=now)
            except SourceError as error:
                logger.warning("The page of an article could not be read: %s", error, extra={"url": article.url})
            except Exception:
                # Whatever is wrong with one page must not keep the article, and all others with it, from going out.
                logger.exception("The page of an article could not be understood.", extra={"url": article.url})
        return article

    async def _store(self, tx: Transaction, decisions: Decisions, now: datetime) -> int:
        """How many of the new ones were new indeed. `now` is when it was decided."""
        seen_at = self._clock.now()
        added = 0
        for article in decisions.new:
            if await tx.articles.add(article, now=seen_at) is not None:
                added += 1
                continue
            # Another source brought it while we read; from now on it is known under our keys as well.
            known = await tx.articles.known(article.keys)
            await tx.articles.add_keys(next(iter(known.values())).id, article.keys)
        for article_id, article in decisions.changed:
            before = await tx.articles.get(article_id)
            if before is not None:
                await tx.articles.correct(article_id, corrected(article, before, now=now))
        for article_id, keys in decisions.more_keys:
            await tx.articles.add_keys(article_id, keys)
        return added

    async def _failed(self, source: Source, error: SourceError) -> PollReport:
        sentence = str(error)
        failures = source.failures + 1
        next_poll_at = next_poll(
            self._clock.now(),
            interval=source.spec.interval,
            failures=failures,
            retry_after=error.retry_after,
            jitter=self._jitter(),
        )
        async with self._database.transaction() as tx:
            await tx.sources.record(source.id, last_error=sentence, failures=failures, next_poll_at=next_poll_at)
        self._metrics.polls.labels(source.spec.name, "failed").inc()
        if sentence != source.last_error:
            logger.warning("A source cannot be read: %s", sentence, extra={"source": source.spec.name})
        return PollReport(failure=sentence)

    def _tell(self, source: Source, document: _Reading, decisions: Decisions, added: int) -> None:
        name = source.spec.name
        self._metrics.polls.labels(name, "unchanged" if document.feed is None else "changed").inc()
        self._metrics.articles_accepted.labels(name).inc(added)
        if source.failures:
            logger.info("A source can be read again.", extra={"source": name})
        if document.feed is not None and not document.feed.whole:
            logger.warning("A feed breaks off; what came before the break was read.", extra={"source": name})
        for entry, sentence in decisions.rejected:
            logger.warning("An entry was left out: %s", sentence, extra={"source": name, "entry": entry})
        if added or decisions.changed:
            brought = {"new": added, "corrected": len(decisions.changed), "baseline": source.baseline_at is None}
            logger.info("A source brought articles.", extra={"source": name, **brought})

    def _tell_fallback(self, source: Source, failures: list[SourceError]) -> None:
        """Once when it begins: the source works, so its record says nothing of the address that does not."""
        if failures and source.id not in self._on_fallback:
            logger.warning("A source is read from a fallback: %s", failures[0], extra={"source": source.spec.name})
            self._on_fallback.add(source.id)
        if not failures:
            self._on_fallback.discard(source.id)


def _parse(fetched: Fetched, wanted: SourceKind) -> Document:
    """In a thread."""
    kind = detect(fetched.body, fetched.content_type) if wanted is SourceKind.AUTO else wanted
    if kind in _NOT_A_FEED and fetched.body.strip():
        raise SourceError(_NOT_A_FEED[kind])
    return parse_feed(fetched.body, fetched.content_type, fetched.url)


def _longest(failures: list[SourceError]) -> float | None:
    return max((error.retry_after for error in failures if error.retry_after is not None), default=None)
