"""▸ Articles and due pushes → deliveries. In: what the store says is unplanned or due. Out: the outbox; next is send/.

Every transaction is short: an article's readers are planned in parts by destination id, and the sender begins with the
first part while the others follow. An article or push is marked planned last, so that a crash in between plans it again,
where the outbox's key leaves out what is there. Pushes are planned between the parts of an article.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.clock import Clock, Signal
from bot.domain.alert import AlertKind, NewAlert
from bot.domain.article import Article
from bot.domain.cause import Cause
from bot.domain.delivery import Action, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, DestinationKind
from bot.domain.errors import StoreError
from bot.domain.language import Language
from bot.domain.push import Push, PushState
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import SourceId
from bot.i18n import I18n
from bot.plan import instant, push, ticker
from bot.plan.routing import fold, route, unknown_categories
from bot.plan.ticking import Ticking
from bot.plan.words import found_in
from bot.store.database import Database, Transaction
from bot.store.outbox import PART, Outbox
from bot.store.roles import Role

logger = logging.getLogger(__name__)

# Articles a round; the next round follows at once while there are more.
_ROUND = 50
# Parts at a time: PostgreSQL works on each in a process of its own; SQLite, which has one writer, takes them in turn.
_TOGETHER = 2
# Articles taken as read that are filed under their rubrics at once.
_BATCH = 200

# Characters; what is longer is no rubric's name.
_LONGEST_WORD = 64
# Words of one article that editors are asked about. Who names more at a time writes keywords, not rubrics.
_MOST_WORDS, _KEYWORDS = 3, 5
# Of the source's newest articles, so many must name a word before editors are asked what it means, though the article
# has a rubric without it.
_RECENT, _OFTEN = 200, 3


# As the log and /readyz call it.
_WORK = "Planning"


class _StoppingError(Exception):
    """To end in the middle of a plan, which is made again at the next start or by another process."""


class Planner:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        i18n: I18n,
        zone: ZoneInfo,
        default: Language,
        sender_wake: Signal,
        role: Role | None = None,
    ) -> None:
        """Without a `role` to share, this is the only process that plans."""
        self.wake = Signal()
        self._role = role or Role.of_one("planning")
        self._database = database
        self._clock = clock
        self._zone = zone
        self._ticking = Ticking(database=database, clock=clock, i18n=i18n, zone=zone)
        self._default = default
        self._sender_wake = sender_wake

    async def run(self) -> None:
        while await self.wake.wait():
            if not self._role.is_held:
                self._database.leave_to_others(_WORK)
                continue
            try:
                with self._database.patience(_WORK):
                    await self.plan_due()
            except _StoppingError:
                # Or the role is another process's by now, which plans it again.
                continue

    async def plan_due(self) -> None:
        """Everything that is due now: pushes first, then articles, then tickers; at last what was taken as read."""
        await self._plan_pushes()
        await self._plan_articles()
        if await self._ticking.tick():
            self._sender_wake.set()
        await self._file_read()

    async def _plan_articles(self) -> None:
        failed: set[int] = set()
        while True:
            async with self._database.transaction() as tx:
                found = await tx.articles.unplanned(limit=_ROUND + len(failed))
            due = [article for article in found if article.id not in failed]
            if not due:
                return
            for article in due:
                try:
                    await self._plan_article(article)
                except (StoreError, _StoppingError):
                    raise
                except Exception:
                    # One bad article never stops the others; it stays unplanned and is tried again at the next wake-up.
                    failed.add(article.id)
                    logger.exception("An article could not be planned.", extra={"article": article.id})
            self._sender_wake.set()
            # What came meanwhile wakes us.
            if len(found) < _ROUND + len(failed) or self._must_end():
                return

    def _must_end(self) -> bool:
        return self.wake.is_closed or not self._role.is_held

    async def _file_read(self) -> None:
        """Give a batch of what was taken as read its rubrics; nobody waits for it. A first import brings thousands."""
        async with self._database.transaction() as tx:
            found = await tx.articles.unfiled(limit=_BATCH)
            if not found:
                return
            rubrics = await tx.rubrics.all()
            always = {source_id: await tx.sources.rubrics_of(source_id) for source_id in _sources_of(found)}
            await tx.articles.file(
                {
                    article.id: route(
                        categories=article.categories,
                        url=article.url,
                        rubrics=rubrics,
                        always=always.get(article.source_id, ()) if article.source_id is not None else (),
                    )
                    for article in found
                }
            )
        if len(found) == _BATCH:
            self.wake.set()

    async def _plan_article(self, article: Article) -> None:
        if article.recalled:
            await self._take_back(article)
        elif article.announced:
            async with self._database.transaction() as tx:
                routed = await self._route(tx, article)
            await self._change(routed, Action.EDIT)
        else:
            await self._announce(article)
        async with self._database.transaction() as tx:
            await tx.articles.mark_planned(article.id, revision=article.revision, recalled=article.recalled)

    async def _in_parts(
        self, work: Callable[[Transaction, range], Awaitable[int]], between: Callable[[], Awaitable[None]] | None = None
    ) -> int:
        """All destinations, a part a transaction; the sender is told of each part. Returns what `work` counted in all.

        `between` parts something more urgent may be done, for which they wait.
        """
        # The first alone, so that its readers do not wait for others.
        async with self._database.transaction() as tx:
            last = await tx.destinations.highest_id()
            first = await work(tx, range(1, PART + 1))
        self._sender_wake.set()
        if between is not None:
            await between()
        left = deque(range(low, low + PART) for low in range(PART + 1, last + 1, PART))
        turn = asyncio.Lock()

        async def work_off() -> int:
            count = 0
            try:
                while left and not self._must_end():
                    count += await self._part(work, left.popleft())
                    if between is not None:
                        async with turn:
                            await between()
            except BaseException:
                # Nor do the others go on.
                left.clear()
                raise
            return count

        done = await asyncio.gather(*(work_off() for _ in range(_TOGETHER)), return_exceptions=True)
        for count in done:
            if isinstance(count, BaseException):
                raise count
        if left:
            raise _StoppingError
        return first + sum(count for count in done if isinstance(count, int))

    async def _part(self, work: Callable[[Transaction, range], Awaitable[int]], ids: range) -> int:
        async with self._database.transaction() as tx:
            done = await work(tx, ids)
        self._sender_wake.set()
        return done

    async def _route(self, tx: Transaction, article: Article) -> Article:
        rubrics = await tx.rubrics.all()
        always = await tx.sources.rubrics_of(article.source_id) if article.source_id is not None else ()
        slugs = route(categories=article.categories, url=article.url, rubrics=rubrics, always=always)
        await tx.articles.set_rubrics(article.id, slugs)
        if not article.announced:
            await self._ask_for_words(tx, article, slugs, rubrics)
        return article.with_rubrics(slugs)

    async def _ask_for_words(
        self, tx: Transaction, article: Article, found: Collection[Slug], rubrics: Sequence[Rubric]
    ) -> None:
        """Have editors say, once a word, what a category means that the newsroom does not know."""
        unknown = unknown_categories(categories=article.categories, rubrics=rubrics)
        words = [word for word in dict.fromkeys(unknown) if len(word) <= _LONGEST_WORD]
        if found and words and article.source_id is not None:
            recent = await tx.articles.categories_of(article.source_id, limit=_RECENT)
            often = Counter(fold(word) for categories in recent for word in set(categories))
            words = [word for word in words if len(article.categories) <= _KEYWORDS and often[fold(word)] >= _OFTEN]
        for word in words[:_MOST_WORDS]:
            alert = NewAlert(
                kind=AlertKind.UNKNOWN_RUBRIC,
                key=f"rubric:{fold(word)}",
                source_id=article.source_id,
                article_id=article.id,
                arguments={"word": word, "title": article.title},
            )
            if await tx.alerts.add(alert, now=self._clock.now()):
                logger.warning("An article names a rubric that the newsroom does not know.", extra={"category": word})

    async def _announce(self, article: Article) -> None:
        """Tickers and channels first, each of which has readers of its own; then people, part by part.

        A headline alone is for tickers. When its article comes, the line gets its link and is not told again.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await tx.missed.in_turn()
            article = await self._route(tx, article)
            published = await tx.sources.languages()
            words = found_in(article, await tx.channel_words.all())
            for slug in article.rubrics:
                ticking = ticker.audience(article, slug, published=published, default=self._default, words=words)
                await tx.tickers.collect(article.id, rubric=slug, audience=ticking, is_headline=article.is_headline)
            audience = instant.audience(article, published=published, default=self._default, words=words)
            queued = 0 if article.is_headline else await self._queue_for_channels(tx, article, audience, now)
        if not article.is_headline:
            people = replace(audience, kinds=(DestinationKind.SUBSCRIBER,))
            queued += await self._fan_out(
                article, people, Priority.READERS, between=self._plan_pushes_ordered_meanwhile
            )
        if article.revision:
            await self._change(article, Action.EDIT)
        logger.info("An article is planned.", extra={"article": article.id, "deliveries": queued})

    async def _queue_for_channels(self, tx: Transaction, article: Article, audience: Audience, now: datetime) -> int:
        """Some wait for the end of their quiet hours or for approval; those that are paused may ask for the article later."""
        channels = replace(audience, kinds=(DestinationKind.CHANNEL,))
        hours = await tx.destinations.holding_hours()
        holds = {each: end for each in hours if (end := each.until(now, self._zone)) is not None}
        queued = await tx.outbox.fan_out(
            _subject(article), audience=channels, priority=Priority.ARTICLE, now=now, holds=holds, asks_first=True
        )
        if article.revision:
            # It may have been a headline, which tickers told.
            await tx.overflow.leave_to_lines(article.id, now=now)
        await tx.missed.collect(article.id)
        return queued

    async def _fan_out(
        self,
        article: Article,
        people: Audience,
        priority: Priority,
        between: Callable[[], Awaitable[None]] | None = None,
    ) -> int:
        queue = partial(
            Outbox.fan_out, subject=_subject(article), audience=people, priority=priority, now=self._clock.now()
        )
        return await self._in_parts(lambda tx, ids: queue(tx.outbox, ids=ids), between)

    async def _change(self, article: Article, action: Action) -> None:
        subject = _subject(article)
        queue = partial(Outbox.queue_changes, now=self._clock.now())
        await self._in_parts(
            lambda tx, ids: queue(tx.outbox, subject, action=action, revision=article.revision, ids=ids)
        )
        async with self._database.transaction() as tx:
            if article.recalled:
                await tx.tickers.forget_article(article.id)
            await tx.ticker_deliveries.change_line(article.id, priority=Priority.CORRECTION, now=self._clock.now())

    async def _take_back(self, article: Article) -> None:
        drop = partial(Outbox.drop_queued, reason=Cause.RECALLED, now=self._clock.now())
        await self._in_parts(lambda tx, ids: drop(tx.outbox, _subject(article), ids=ids))
        await self._change(article, Action.DELETE)

    async def _plan_pushes_ordered_meanwhile(self) -> None:
        # Whoever orders a push wakes us.
        if self.wake.is_set:
            await self._plan_pushes()

    async def _plan_pushes(self) -> None:
        async with self._database.transaction() as tx:
            ordered = await tx.pushes.ordered()
        for order in ordered:
            await self._plan_push(order)
        if ordered:
            self._sender_wake.set()

    async def _plan_push(self, order: Push) -> None:
        async with self._database.transaction() as tx:
            article = await tx.articles.get(order.article_id)
            if article is not None and not article.recalled:
                article = await self._route(tx, article)
                published = await tx.sources.languages()
                channels = await tx.outbox.queue_posts(
                    _subject(article), to=order.channels, priority=Priority.PUSH, now=self._clock.now()
                )
        if article is not None and not article.recalled:
            audience = push.audience(article, published=published, default=self._default)
            queued = channels + await self._fan_out(article, audience, Priority.PUSH)
            logger.info("A push is planned.", extra={"push": order.id, "deliveries": queued})
        async with self._database.transaction() as tx:
            await tx.pushes.move(order.id, before=PushState.ORDERED, after=PushState.PLANNED)


def _sources_of(articles: Sequence[Article]) -> set[SourceId]:
    return {article.source_id for article in articles if article.source_id is not None}


def _subject(article: Article) -> Subject:
    return Subject(kind=SubjectKind.ARTICLE, id=article.id)
