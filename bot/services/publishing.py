"""What a CMS may do: publish and correct an article, recall it, ask what became of it. Next: plan/, as for any article.

The CMS is the authority on its articles. One that a feed brought before is corrected and belongs to the CMS from then on;
one that a feed brings later is known already. Both meet at the article's keys (ingest/accept.py).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import Clock, Signal
from bot.domain.article import Article, ArticleId, Entry, KnownArticle, NewArticle
from bot.domain.delivery import Ledger, Subject, SubjectKind
from bot.domain.errors import ArticleLetGoError, ArticleNotFoundError
from bot.domain.language import Language
from bot.domain.source import SourceId, SourceKind, SourceSpec
from bot.ingest.accept import accept_entry
from bot.ingest.identity import keys_of
from bot.plan.routing import route
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

# No address: nothing is ever read from there. A source a language, since those of its sources are what a newsroom publishes in.
_ADDRESS = "publishing-api:"
NAME = "Publishing API"
# What is dated further back is no news: a CMS that sends its archive floods nobody.
ARCHIVE = timedelta(days=1)


class Publication(StrEnum):
    """What came of an article that was given: `recalled` and `let-go` ones are left as they are."""

    CREATED = "created"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    RECALLED = "recalled"
    LET_GO = "let-go"


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedArticle:
    article: Article
    ledger: Ledger


class Publishing:
    """Articles are named by the CMS's own id, or by their address where that is the id."""

    def __init__(self, *, database: Database, clock: Clock, default: Language, planner_wake: Signal) -> None:
        self._database = database
        self._clock = clock
        self._default = default
        self._planner_wake = planner_wake
        # Two calls for one article at the same time are one correction, not two.
        self._writing = asyncio.Lock()

    async def publish(self, entry: Entry) -> tuple[Publication, PublishedArticle | None]:
        """The entry's guid is the CMS's id. There is no article when it was let go by retention."""
        async with self._writing:
            while (published := await self._publish(entry)) is None:
                # A source brought it in this very moment; looked up again, it is known.
                continue
        publication, article_id = published
        if publication in (Publication.CREATED, Publication.CORRECTED):
            self._planner_wake.set()
            logger.info("A CMS published an article.", extra={"article": article_id, "came_of_it": publication.value})
        if publication is Publication.LET_GO:
            return publication, None
        async with self._database.transaction() as tx:
            return publication, await self._told(tx, article_id)

    async def recall(self, cms_id: str) -> PublishedArticle:
        """Again and again, if need be. Raises ArticleNotFoundError, ArticleLetGoError if it was let go by retention."""
        async with self._writing, self._database.transaction() as tx:
            article_id = await self._find(tx, cms_id)
            recalled = await tx.articles.recall(article_id)
            told = await self._told(tx, article_id)
        if recalled:
            self._planner_wake.set()
            logger.info("A CMS recalled an article.", extra={"article": article_id})
        return told

    async def show(self, cms_id: str) -> PublishedArticle:
        """Raises the same."""
        async with self._database.transaction() as tx:
            return await self._told(tx, await self._find(tx, cms_id))

    async def _publish(self, entry: Entry) -> tuple[Publication, ArticleId] | None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            language = entry.language or self._default
            source_id = await self._source(tx, language)
            new = accept_entry(entry, source_id=source_id, language=language, now=now)
            if new is None:
                raise ValueError("An article without a title is not to be published.")
            known = await self._known(tx, entry.guid or "", further=new.keys)
            if known is None:
                added = await tx.articles.add(replace(new, baseline=is_archive(new.published_at, now)), now=now)
                return (Publication.CREATED, added) if added is not None else None
            before = await tx.articles.get(known.id)
            if before is None:
                return Publication.LET_GO, known.id
            if before.recalled:
                return Publication.RECALLED, known.id
            return await self._correct(tx, before, _replacement(new, entry, before)), known.id

    async def _correct(self, tx: Transaction, before: Article, new: NewArticle) -> Publication:
        is_same = _says_the_same(new, before) and before.source_id is not None
        if is_same:
            await tx.articles.add_keys(before.id, new.keys)
        else:
            await tx.articles.correct(before.id, new, now=self._clock.now())
        if new.source_id is not None and new.source_id != before.source_id:
            await tx.articles.adopt(before.id, new.source_id)
        return Publication.UNCHANGED if is_same else Publication.CORRECTED

    async def _source(self, tx: Transaction, language: Language) -> SourceId:
        for source in await tx.sources.of_kind(SourceKind.API):
            if source.spec.language is language:
                return source.id
        now = self._clock.now()
        spec = SourceSpec(name=NAME, url=f"{_ADDRESS}{language}", kind=SourceKind.API, language=language)
        source_id = await tx.sources.add(spec, now=now)
        await tx.sources.record(source_id, baseline_at=now)
        return source_id

    async def _find(self, tx: Transaction, cms_id: str) -> ArticleId:
        known = await self._known(tx, cms_id)
        if known is None:
            raise ArticleNotFoundError
        if await tx.articles.get(known.id) is None:
            raise ArticleLetGoError
        return known.id

    async def _known(self, tx: Transaction, cms_id: str, *, further: Sequence[str] = ()) -> KnownArticle | None:
        """By its id in whichever language it came first, before anything else."""
        named = [Entry(guid=cms_id, title="")]
        ids = [key for source in await tx.sources.of_kind(SourceKind.API) for key in keys_of(named, source.id)[0]]
        keys = [*(ids or keys_of(named, None)[0]), *further]
        found = await tx.articles.known(keys)
        return next((found[key] for key in keys if key in found), None)

    async def _told(self, tx: Transaction, article_id: ArticleId) -> PublishedArticle:
        """With the rubrics that it has as soon as it is planned."""
        article = await tx.articles.get(article_id)
        if article is None:
            raise ArticleNotFoundError
        always = await tx.sources.rubrics_of(article.source_id) if article.source_id is not None else ()
        rubrics = route(categories=article.categories, url=article.url, rubrics=await tx.rubrics.all(), always=always)
        subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
        return PublishedArticle(article=article.with_rubrics(rubrics), ledger=await tx.accounts.ledger(subject))


def is_archive(published_at: datetime, now: datetime) -> bool:
    """Too old to be news when the CMS gives it for the first time."""
    return published_at < now - ARCHIVE


def _replacement(new: NewArticle, entry: Entry, before: Article) -> NewArticle:
    """All that the CMS gave takes the place of what was; an address, date or language that it left out stays."""
    return replace(
        new,
        url=new.url or before.url,
        published_at=new.published_at if entry.published_at is not None else before.published_at,
        language=entry.language or before.language,
    )


def _says_the_same(new: NewArticle, before: Article) -> bool:
    return all(
        getattr(new, name) == getattr(before, name)
        for name in (
            "url",
            "title",
            "lead",
            "body",
            "image",
            "gallery",
            "author",
            "language",
            "categories",
            "published_at",
        )
    )
