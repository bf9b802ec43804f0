"""An editor's push: drafted from a link, aimed at people and channels, ordered once. What follows is the planner's work."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.clock import Clock, Signal
from bot.domain.article import Article, ArticleId, Entry
from bot.domain.delivery import DeliveryState, Subject, SubjectKind
from bot.domain.destination import Audience, Destination, DestinationId, DestinationState
from bot.domain.errors import (
    ArticleNotFoundError,
    PushAlreadyDecidedError,
    SourceError,
    StaleButtonError,
    UnknownChannelError,
    UnreadableLinkError,
)
from bot.domain.language import Language
from bot.domain.push import Push, PushAccount, PushId, PushReach, PushState
from bot.domain.rubric import Rubric
from bot.ingest.accept import accept_entry
from bot.plan.push import audience
from bot.plan.routing import route
from bot.services.links import read_link, source_of
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelOffer:
    channel: Destination
    is_chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A push as an editor sees it: before the order whom it would reach, afterwards what became of it."""

    push: Push
    article: Article
    rubrics: tuple[Rubric, ...]
    channels: tuple[ChannelOffer, ...]
    reach: PushReach
    account: PushAccount


class Pushes:
    """`read_article` reads one page; SourceError when it cannot."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        default: Language,
        read_article: Callable[[str], Awaitable[Entry]],
        planner_wake: Signal,
    ) -> None:
        self._database = database
        self._clock = clock
        self._default = default
        self._read_article = read_article
        self._planner_wake = planner_wake

    async def draft(self, link: str, *, editor_id: int) -> Proposal:
        """The article behind the link, with the channels that carry its rubrics chosen beforehand."""
        found = read_link(link)
        if found is None:
            raise ArticleNotFoundError
        url, key = found
        async with self._database.transaction() as tx:
            known = await tx.articles.by_key(key)
        article_id = known.id if known else await self._read(url, key)
        async with self._database.transaction() as tx:
            article = await self._article(tx, article_id)
            channels = await self._carriers(tx, article)
            push = await tx.pushes.draft(article_id, editor_id=editor_id, channels=channels, now=self._clock.now())
            return await self._proposal(tx, push)

    async def show(self, push_id: PushId) -> Proposal:
        async with self._database.transaction() as tx:
            return await self._proposal(tx, await _held(tx, push_id))

    async def choose(self, push_id: PushId, channel_id: DestinationId, *, is_wanted: bool) -> Proposal:
        async with self._database.transaction() as tx:
            push = await _held(tx, push_id)
            if channel_id not in {channel.id for channel in await _active(tx)}:
                raise UnknownChannelError
            before = set(push.channels)
            after = before | {channel_id} if is_wanted else before - {channel_id}
            if not await tx.pushes.choose(push_id, after):
                raise PushAlreadyDecidedError
            return await self._proposal(tx, await _held(tx, push_id))

    async def order(self, push_id: PushId) -> Proposal:
        proposal = await self._decide(push_id, PushState.ORDERED)
        self._planner_wake.set()
        return proposal

    async def cancel(self, push_id: PushId) -> Proposal:
        return await self._decide(push_id, PushState.CANCELLED)

    async def _decide(self, push_id: PushId, decision: PushState) -> Proposal:
        async with self._database.transaction() as tx:
            await _held(tx, push_id)
            if not await tx.pushes.move(push_id, before=PushState.DRAFT, after=decision):
                raise PushAlreadyDecidedError
            return await self._proposal(tx, await _held(tx, push_id))

    async def _read(self, url: str, key: str) -> ArticleId:
        """A page that no source has brought yet, kept as read: until one does, it goes out by a push only."""
        async with self._database.transaction() as tx:
            source = source_of(url, await tx.sources.all())
        if source is None:
            raise ArticleNotFoundError
        try:
            entry = await self._read_article(url)
        except SourceError as error:
            logger.warning("An editor's link could not be read: %s", error)
            raise UnreadableLinkError from error
        now = self._clock.now()
        found = accept_entry(entry, source_id=None, language=source.spec.language, now=now)
        if found is None:
            raise UnreadableLinkError
        new = replace(found, url=found.url or url, keys=tuple(dict.fromkeys((key, *found.keys))), baseline=True)
        async with self._database.transaction() as tx:
            # The page may call itself by an address that we know already.
            known = await tx.articles.known(new.keys)
            if known:
                article_id = next(iter(known.values())).id
                await tx.articles.add_keys(article_id, new.keys)
                return article_id
            added = await tx.articles.add(new, now=now)
        if added is None:
            raise UnreadableLinkError
        return added

    async def _proposal(self, tx: Transaction, push: Push) -> Proposal:
        article = await self._article(tx, push.article_id)
        titles = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
        chosen = set(push.channels)
        offers = tuple(ChannelOffer(channel=channel, is_chosen=channel.id in chosen) for channel in await _active(tx))
        subscribers, channels, already = await tx.accounts.reach(
            Subject(kind=SubjectKind.ARTICLE, id=article.id),
            audience=await self._audience(tx, article),
            channels=push.channels,
        )
        states = await tx.accounts.states(article.id)
        return Proposal(
            push=push,
            article=article,
            rubrics=tuple(titles[slug] for slug in article.rubrics),
            channels=offers,
            reach=PushReach(subscribers=subscribers, channels=channels, already=already),
            account=PushAccount(
                queued=states.get(DeliveryState.QUEUED, 0) + states.get(DeliveryState.SENDING, 0),
                sent=states.get(DeliveryState.SENT, 0),
                failed=states.get(DeliveryState.FAILED, 0) + states.get(DeliveryState.UNCERTAIN, 0),
                dropped=states.get(DeliveryState.DROPPED, 0),
            ),
        )

    async def _article(self, tx: Transaction, article_id: ArticleId) -> Article:
        """With its rubrics, which the planner may not have written yet."""
        article = await tx.articles.get(article_id)
        if article is None or article.recalled:
            raise ArticleNotFoundError
        if article.rubrics:
            return article
        always = await tx.sources.rubrics_of(article.source_id) if article.source_id is not None else ()
        rubrics = route(categories=article.categories, url=article.url, rubrics=await tx.rubrics.all(), always=always)
        return article.with_rubrics(rubrics)

    async def _carriers(self, tx: Transaction, article: Article) -> list[DestinationId]:
        """The channels that post articles of one of its rubrics in its language; not those that are a ticker only.

        Nor those whose administrators want to be asked: to pass them over an editor has to choose the channel.
        """
        languages = (await self._audience(tx, article)).languages
        return [
            channel.id
            for channel in await _active(tx)
            if channel.articles_on
            and not channel.needs_approval
            and channel.language in languages
            and not (await tx.destinations.rubrics_of(channel.id)).isdisjoint(article.rubrics)
        ]

    async def _audience(self, tx: Transaction, article: Article) -> Audience:
        return audience(article, published=await tx.sources.languages(), default=self._default)


async def _held(tx: Transaction, push_id: PushId) -> Push:
    """The push, held until the transaction ends; a button may name one that never was."""
    await tx.pushes.hold(push_id)
    push = await tx.pushes.get(push_id)
    if push is None:
        raise StaleButtonError
    return push


async def _active(tx: Transaction) -> list[Destination]:
    return [channel for channel in await tx.destinations.channels() if channel.state is DestinationState.ACTIVE]
