"""Entries → articles: which of them are new or changed, with what their pages tell. Poller.py calls it and goes on.

`prepare` asks the store, decides (accept.py) and reads pages; `store` writes, inside the poller's transaction:

1. articles that no key told but their words do (similar.py) join the one we have, or correct it
2. far more new ones than the source's habit, or a backlog after a break, are stored to wait for an editor's word
3. corrections and further keys; of a correction that takes the article back editors are told

Step 1 needs to see all that was stored before, so stores of new articles take turns.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.alert import AlertKind, NewAlert
from bot.domain.article import Article, ArticleId, Entry, NewArticle
from bot.domain.errors import GoneError, SourceError
from bot.domain.language import Language
from bot.domain.source import PageSelectors, Source, SourceId, Validators
from bot.ingest.accept import Decisions, complete, corrected, decide, is_freed, oldest_first, says_the_same, traced
from bot.ingest.holding import HABIT_DAYS, LEAST_FLOOD, habit, is_fresh, must_hold
from bot.ingest.identity import keys_of
from bot.ingest.reading import ArticleReader
from bot.ingest.retraction import is_retraction
from bot.ingest.similar import OUT_OF_ORDER, WINDOW, Text, Window, is_same, is_same_story
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

# Pages read at once in one poll; seconds for all of them.
PAGES_AT_ONCE = 4
READING_TIME = timedelta(seconds=60)
# Rows; a thousand take 8 ms.
_TRACES_AT_ONCE = 1000
# What the first import brought at once is no habit.
_AFTER_BASELINE = timedelta(minutes=1)


class Intake:
    def __init__(self, *, database: Database, reader: ArticleReader, clock: Clock) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._windows: dict[Language, Window] = {}
        # Of each source a hash of the entries that were dealt with last, and what was stored with them: other validators
        # there mean that another process dealt with others since.
        self._dealt_with: dict[SourceId, tuple[Validators, int]] = {}

    def is_as_before(self, source: Source, entries: tuple[Entry, ...]) -> bool:
        """The document changed only around its entries, as those do that tell when they were built."""
        return self._dealt_with.get(source.id) == (source.validators, hash(entries))

    def remember(self, source: Source, entries: tuple[Entry, ...], validators: Validators) -> None:
        """They are stored, each with what there was to know of it."""
        self._dealt_with[source.id] = (validators, hash(entries))

    async def prepare(self, source: Source, entries: Sequence[Entry], now: datetime) -> Decisions:
        keys = await asyncio.to_thread(keys_of, entries, source.id)
        async with self._database.transaction() as tx:
            known = await tx.articles.known({key for each in keys for key in each})
        decided = await asyncio.to_thread(decide, entries, known, source, now)
        decisions = await self._with_pages(decided, source, now)
        if not decisions.new and not decisions.changed:
            return decisions
        return await asyncio.to_thread(_traced, decisions)

    async def store(self, tx: Transaction, decisions: Decisions, now: datetime) -> int:
        """How many of the new ones were new indeed. `now` is when it was decided."""
        added = await self._store_new(tx, decisions, decisions.source, now) if decisions.source is not None else 0
        for article_id, article in decisions.changed:
            before = await tx.articles.get(article_id)
            if before is not None:
                await self._correct(tx, article, before, now)
        for article_id, keys in decisions.more_keys:
            await tx.articles.add_keys(article_id, keys)
        await tx.articles.take_as_read(decisions.bare)
        for article_id in decisions.freed:
            await tx.articles.free(article_id)
        return added

    async def _store_new(self, tx: Transaction, decisions: Decisions, source: Source, now: datetime) -> int:
        if not decisions.new:
            return 0
        await tx.articles.take_turns()
        new = decisions.new if source.baseline_at is None else await self._unmet(tx, decisions, now)
        if source.baseline_at is not None:
            new = await self._held(tx, source, new, now)
        seen_at = self._clock.now()
        added = 0
        for article in new:
            if await tx.articles.add(article, now=seen_at) is not None:
                added += 1
                continue
            # An editor's link or a CMS brought it while we read; from now on it is known under our keys as well.
            known = await tx.articles.known(article.keys)
            await tx.articles.add_keys(next(iter(known.values())).id, article.keys)
        return added

    async def _unmet(self, tx: Transaction, decisions: Decisions, now: datetime) -> tuple[NewArticle, ...]:
        """The new articles that are not, under other keys, ones that we have."""
        new = decisions.new
        for language in {article.language for article in new}:
            await self._catch_up(tx, language)
        batch = _Batch(now=now, offered=set(decisions.offered))
        # What another source brought while we read.
        known = await tx.articles.known({key for article in new for key in article.keys})
        for article in new:
            seen = next((known[key] for key in article.keys if key in known), None)
            before = await tx.articles.get(seen.id) if seen else await self._twin(tx, article, batch)
            if before is not None:
                await self._join(tx, article, before, batch, now)
            elif seen is not None:
                await tx.articles.add_keys(seen.id, article.keys)
            else:
                batch.take(article)
        return tuple(batch.unmet)

    async def _catch_up(self, tx: Transaction, language: Language) -> None:
        """Read what was stored since the last time; the whole window at the first."""
        window = self._windows.setdefault(language, Window())
        since = self._clock.now() - WINDOW
        window.forget(since)
        # What others than this stage store may become visible a little later than its neighbours.
        after = max(0, window.newest - OUT_OF_ORDER)
        while True:
            found = await tx.articles.traces(language, since=since, after=after, limit=_TRACES_AT_ONCE)
            for article_id, own, seen_at in found:
                window.add(article_id, own, at=seen_at)
            if len(found) < _TRACES_AT_ONCE:
                return
            after = found[-1][0]

    async def _twin(self, tx: Transaction, article: NewArticle, batch: "_Batch") -> Article | None:
        if article.trace is None:
            return None
        candidates = [ArticleId(key) for key in self._windows[article.language].nearest(article.trace)]
        missing = [candidate for candidate in candidates if candidate not in batch.loaded]
        batch.loaded |= await tx.articles.get_all(missing) if missing else {}
        text = _text(article)
        for candidate in candidates:
            before = batch.loaded.get(candidate)
            if before is None or before.language is not article.language:
                continue
            if is_same(text, _text(before), apart=article.published_at - before.published_at):
                return before
            if batch.takes_the_place_of(before, article) and is_same_story(text, _text(before)):
                return before
        return None

    async def _join(
        self, tx: Transaction, article: NewArticle, before: Article, batch: "_Batch", now: datetime
    ) -> None:
        """One article under further keys; where the new words have the better right, they are its next revision."""
        await tx.articles.add_keys(before.id, article.keys)
        if is_freed(before, article, now):
            await tx.articles.free(before.id)
        is_first_whole = (before.is_headline and not article.is_headline) or before.source_id is None
        if not before.recalled and (is_first_whole or batch.takes_the_place_of(before, article)):
            await self._correct(tx, article, before, now)
        batch.offered.add(before.id)
        logger.info("An article came under another address.", extra={"article": before.id, "url": article.url})

    async def _correct(self, tx: Transaction, article: NewArticle, before: Article, now: datetime) -> None:
        correction = corrected(article, before, now=now)
        is_known = before.source_id == article.source_id and before.is_headline == article.is_headline
        if is_known and says_the_same(correction, before):
            await tx.articles.keep_fingerprint(before.id, article.fingerprint)
            await tx.articles.add_keys(before.id, article.keys)
            return
        await tx.articles.correct(before.id, traced(correction), now=self._clock.now())
        if is_retraction(correction.title, correction.lead or correction.body):
            alert = NewAlert(
                kind=AlertKind.RETRACTED,
                key=f"retracted:{before.id}",
                source_id=article.source_id,
                article_id=before.id,
                arguments={"title": before.title, "url": before.url or ""},
            )
            await tx.alerts.add(alert, now=now)

    async def _held(
        self, tx: Transaction, source: Source, new: tuple[NewArticle, ...], now: datetime
    ) -> tuple[NewArticle, ...]:
        """Those that wait for an editor's word are marked, and editors are asked."""
        usual = None
        if len(new) > LEAST_FLOOD and source.baseline_at is not None:
            since = max(now - timedelta(days=HABIT_DAYS), source.baseline_at + _AFTER_BASELINE)
            usual = habit(await tx.articles.seen_times(source.id, since=since))
        is_flood = must_hold(source, new, now=now, habit=usual)
        marked = tuple(replace(each, held=is_flood or (source.held and not is_fresh(each, now))) for each in new)
        held = [article for article in marked if article.held]
        if held:
            await tx.sources.record(source.id, held=True)
            alert = NewAlert(
                kind=AlertKind.HELD,
                key=f"held:{source.id}",
                source_id=source.id,
                arguments={"count": len(held), "oldest": held[0].title, "newest": held[-1].title},
            )
            await tx.alerts.add(alert, now=now)
            logger.warning("Articles wait for an editor's word.", extra={"source": source.spec.name, "held": len(held)})
        return marked

    async def _with_pages(self, decisions: Decisions, source: Source, now: datetime) -> Decisions:
        slots = asyncio.Semaphore(PAGES_AT_ONCE)
        articles = (*decisions.new, *(article for _, article in decisions.changed))
        whole = await asyncio.gather(*(self._completed(each, source.spec.page, slots, now) for each in articles))
        new, changed = whole[: len(decisions.new)], whole[len(decisions.new) :]
        ids = [article_id for article_id, _ in decisions.changed]
        named = [article for article in new if article is not None and article.title]
        return replace(
            decisions,
            new=oldest_first(named),
            changed=tuple((article_id, article) for article_id, article in zip(ids, changed, strict=True) if article),
            whole=all(article is None or article.title for article in new),
        )

    async def _completed(
        self, article: NewArticle, selectors: PageSelectors, slots: asyncio.Semaphore, now: datetime
    ) -> NewArticle | None:
        """With what its page tells beyond the feed; a page that cannot be read leaves what the feed gave.

        None: there is no page under an address that was all there was.
        """
        if article.baseline or article.is_headline or article.url is None or (article.body and article.image):
            return article
        async with slots:
            if self._clock.now() > now + READING_TIME:
                return article
            try:
                page = await self._reader.read(article.url, selectors=selectors)
                return complete(article, page.entry(), now=now)
            except SourceError as error:
                logger.warning("The page of an article could not be read: %s", error, extra={"url": article.url})
                if isinstance(error, GoneError) and not article.title:
                    return None
            except Exception:
                # Whatever is wrong with one page must not keep the article, and all others with it, from going out.
                logger.exception("The page of an article could not be understood.", extra={"url": article.url})
        return article


@dataclass(kw_only=True, slots=True)
class _Batch:
    """The new articles of one document on their way into the store.

    `unmet` are those that we do not have, `offered` the stored ones that the document lists under whichever keys.
    """

    now: datetime
    offered: set[ArticleId]
    loaded: dict[ArticleId, Article] = field(default_factory=dict)
    unmet: list[NewArticle] = field(default_factory=list)
    window: Window = field(default_factory=Window)

    def takes_the_place_of(self, before: Article, article: NewArticle) -> bool:
        """The source took the one away and gave the other."""
        is_headline = before.is_headline or article.is_headline
        return before.source_id == article.source_id and before.id not in self.offered and not is_headline

    def take(self, article: NewArticle) -> None:
        """Two of one document that say the same become one."""
        if (double := self._double(article)) is not None:
            self.unmet[double] = _joined(self.unmet[double], article)
            return
        if article.trace is not None:
            self.window.add(len(self.unmet), article.trace, at=self.now)
        self.unmet.append(article)

    def _double(self, article: NewArticle) -> int | None:
        for number in self.window.nearest(article.trace) if article.trace is not None else ():
            other = self.unmet[number]
            apart = article.published_at - other.published_at
            if other.language is article.language and is_same(_text(article), _text(other), apart=apart):
                return number
        return None


def _traced(decisions: Decisions) -> Decisions:
    """In a thread: a first import has dozens, each of which takes 0.3 ms."""
    changed = tuple((article_id, traced(article)) for article_id, article in decisions.changed)
    return replace(decisions, new=tuple(map(traced, decisions.new)), changed=changed)


def _joined(first: NewArticle, second: NewArticle) -> NewArticle:
    """One article of one document: the whole one of the two, under the keys of both."""
    whole, other = (second, first) if first.is_headline and not second.is_headline else (first, second)
    return replace(
        whole,
        keys=tuple(dict.fromkeys((*whole.keys, *other.keys))),
        categories=tuple(dict.fromkeys((*whole.categories, *other.categories))),
    )


def _text(article: NewArticle | Article) -> Text:
    return Text(title=article.title, lead=article.lead, body=article.body)
