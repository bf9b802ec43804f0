"""Entries → articles: which of them are new or changed, with what their pages tell. Poller.py calls it and goes on.

`prepare` asks the store, decides (accept.py) and reads pages; `store` writes, inside the poller's transaction.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.article import Entry, NewArticle
from bot.domain.errors import SourceError
from bot.domain.source import Source
from bot.ingest.accept import Decisions, complete, corrected, decide, keys_of, oldest_first
from bot.ingest.reading import ArticleReader
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

# Pages read at once in one poll; seconds for all of them.
PAGES_AT_ONCE = 4
READING_TIME = timedelta(seconds=60)


class Intake:
    def __init__(self, *, database: Database, reader: ArticleReader, clock: Clock) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock

    async def prepare(self, source: Source, entries: Sequence[Entry], now: datetime) -> Decisions:
        async with self._database.transaction() as tx:
            keys = keys_of(entries, source.id)
            known = await tx.articles.known({key for each in keys for key in each})
        return await self._with_pages(decide(entries, known, source, now), now)

    async def store(self, tx: Transaction, decisions: Decisions, now: datetime) -> int:
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
