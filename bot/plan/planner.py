"""▸ Articles and due pushes → deliveries. In: what the store says is unplanned or due. Out: the outbox; next is send/.

Each article, push and ticker is one short transaction that plans it and marks it planned, so that a crash between two
of them neither loses nor doubles one.
"""

import logging
from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from bot.clock import Clock, Signal
from bot.domain.alert import AlertKind, NewAlert
from bot.domain.article import Article
from bot.domain.delivery import Action, Priority, Subject, SubjectKind
from bot.domain.destination import Destination
from bot.domain.errors import StoreError
from bot.domain.language import Language
from bot.domain.push import Push, PushState
from bot.domain.rubric import Rubric, Slug
from bot.domain.source import SourceId
from bot.i18n import I18n
from bot.plan import instant, push, ticker
from bot.plan.routing import fold, route, unknown_categories
from bot.render.ticker import fits
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

# Articles a round; the next round follows at once while there are more.
_ROUND = 50
# Articles taken as read that are filed under their rubrics at once.
_BATCH = 200

# Characters; what is longer is no rubric's name.
_LONGEST_WORD = 64
# Words of one article that editors are asked about. Who names more at a time writes keywords, not rubrics.
_MOST_WORDS, _KEYWORDS = 3, 5
# Of the source's newest articles, so many must name a word before editors are asked what it means, though the article
# has a rubric without it.
_RECENT, _OFTEN = 200, 3


class Planner:
    def __init__(
        self, *, database: Database, clock: Clock, i18n: I18n, zone: ZoneInfo, default: Language, sender_wake: Signal
    ) -> None:
        self.wake = Signal()
        self._database = database
        self._clock = clock
        self._i18n = i18n
        self._zone = zone
        self._default = default
        self._sender_wake = sender_wake

    async def run(self) -> None:
        while await self.wake.wait():
            try:
                await self.plan_due()
            except StoreError as error:
                logger.error("Planning waits for the database: %s", error)  # noqa: TRY400, the sentence says it all

    async def plan_due(self) -> None:
        """Everything that is due now: pushes first, then articles, then tickers; at last what was taken as read."""
        await self._plan_pushes()
        await self._plan_articles()
        await self._tick()
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
                    async with self._database.transaction() as tx:
                        await self._plan_article(tx, article)
                except StoreError:
                    raise
                except Exception:
                    # One bad article never stops the others; it stays unplanned and is tried again at the next wake-up.
                    failed.add(article.id)
                    logger.exception("An article could not be planned.", extra={"article": article.id})
            self._sender_wake.set()
            if self.wake.is_closed:
                return

    async def _file_read(self) -> None:
        """Give a batch of what was taken as read its rubrics; nobody waits for it. A first import brings thousands."""
        async with self._database.transaction() as tx:
            found = await tx.articles.unfiled(limit=_BATCH)
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

    async def _plan_article(self, tx: Transaction, article: Article) -> None:
        if article.recalled:
            await self._take_back(tx, article)
        else:
            routed = await self._route(tx, article)
            if article.announced:
                await self._change(tx, routed, Action.EDIT)
            else:
                await self._announce(tx, routed)
        await tx.articles.mark_planned(article.id, revision=article.revision, recalled=article.recalled)

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

    async def _announce(self, tx: Transaction, article: Article) -> None:
        """A headline alone is for tickers. When its article comes, the line gets its link and is not told again."""
        now = self._clock.now()
        published = await tx.sources.languages()
        queued = 0
        if not article.is_headline:
            queued = await tx.outbox.fan_out(
                _subject(article),
                audience=instant.audience(article, published=published, default=self._default),
                priority=Priority.ARTICLE,
                now=now,
            )
        for slug in article.rubrics:
            audience = ticker.audience(article, slug, published=published, default=self._default)
            await tx.tickers.collect(article.id, rubric=slug, audience=audience)
        if article.revision:
            await self._change(tx, article, Action.EDIT)
        logger.info("An article is planned.", extra={"article": article.id, "deliveries": queued})

    async def _change(self, tx: Transaction, article: Article, action: Action) -> None:
        now = self._clock.now()
        await tx.outbox.queue_changes(
            _subject(article), action=action, revision=article.revision, priority=Priority.CORRECTION, now=now
        )
        for changed in await tx.tickers.with_article(article.id):
            await tx.outbox.queue_changes(
                Subject(kind=SubjectKind.TICKER, id=changed.id),
                action=Action.EDIT,
                revision=changed.revision,
                priority=Priority.CORRECTION,
                now=now,
            )

    async def _take_back(self, tx: Transaction, article: Article) -> None:
        await tx.outbox.drop_queued(_subject(article), reason="the article was recalled", now=self._clock.now())
        await self._change(tx, article, Action.DELETE)

    async def _plan_pushes(self) -> None:
        async with self._database.transaction() as tx:
            ordered = await tx.pushes.ordered()
        for order in ordered:
            async with self._database.transaction() as tx:
                await self._plan_push(tx, order)
        if ordered:
            self._sender_wake.set()

    async def _plan_push(self, tx: Transaction, order: Push) -> None:
        if not await tx.pushes.move(order.id, before=PushState.ORDERED, after=PushState.PLANNED):
            return
        article = await tx.articles.get(order.article_id)
        if article is None or article.recalled:
            return
        routed = await self._route(tx, article)
        now = self._clock.now()
        audience = push.audience(routed, published=await tx.sources.languages(), default=self._default)
        people = await tx.outbox.fan_out(_subject(article), audience=audience, priority=Priority.PUSH, now=now)
        channels = await tx.outbox.queue_posts(_subject(article), to=order.channels, priority=Priority.PUSH, now=now)
        logger.info("A push is planned.", extra={"push": order.id, "deliveries": people + channels})

    async def _tick(self) -> None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            due = await tx.destinations.ticker_due(now)
        for channel in due:
            async with self._database.transaction() as tx:
                await self._tick_channel(tx, channel)
        if due:
            self._sender_wake.set()

    async def _tick_channel(self, tx: Transaction, channel: Destination) -> None:
        now = self._clock.now()
        if channel.ticker_minutes is None:
            return
        await tx.destinations.set_ticker_next(channel.id, ticker.next_tick(now, channel.ticker_minutes, self._zone))
        waiting = await tx.tickers.waiting(channel.id)
        if not waiting:
            return
        day = now.astimezone(self._zone).date()
        standing = await tx.tickers.current(channel.id, day)
        rubrics = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
        arrangement = ticker.arrange(
            await tx.tickers.lines(standing.id) if standing else None,
            waiting,
            lambda lines: fits(day, lines, rubrics, self._i18n.texts(channel.language)),
        )
        queue = partial(tx.outbox.queue_ticker, destination_id=channel.id, priority=Priority.TICKER, now=now)
        if standing and arrangement.extend:
            grown = await tx.tickers.extend(standing, [line.article_id for line in arrangement.extend])
            await queue(grown, action=Action.EDIT)
        for lines in arrangement.open:
            opened = await tx.tickers.open(channel.id, day, [line.article_id for line in lines])
            await queue(opened, action=Action.POST)


def _sources_of(articles: Sequence[Article]) -> set[SourceId]:
    return {article.source_id for article in articles if article.source_id is not None}


def _subject(article: Article) -> Subject:
    return Subject(kind=SubjectKind.ARTICLE, id=article.id)
