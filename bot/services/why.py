"""/why: what became of an article, from stage to stage, or why there is none under an address. Then: one channel (verdict.py)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.clock import Clock
from bot.domain.account import TickerTally
from bot.domain.alert import AlertKind, source_key
from bot.domain.approval import Awaiting, Ruling
from bot.domain.article import Article, ArticleId, KnownArticle, Revision
from bot.domain.destination import Destination, DestinationId, DestinationKind, Mode
from bot.domain.errors import ArticleNotFoundError, NoLinkError, UnknownChannelError
from bot.domain.health import SourceState, state_of
from bot.domain.language import Language
from bot.domain.source import Source
from bot.plan import instant
from bot.plan.words import found_in
from bot.services.account import Account, account_of
from bot.services.arrival import Arrival, arrival
from bot.services.links import read_link, source_of
from bot.services.verdict import ChannelExplanation, explain_channel
from bot.store.database import Database, Transaction

# Channels of which it is told who decided there, or since when it waits; the others tell when they are asked about.
_NAMED = 5


class Absence(StrEnum):
    """Why there is no article under an address: nobody saw it, it is no longer kept, or a first import took it as read."""

    UNSEEN = "unseen"
    LET_GO = "let-go"
    TAKEN_AS_READ = "taken-as-read"


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """There is no article under this address. `source` is the one that would have it, if one is on that site."""

    url: str
    absence: Absence
    source: Source | None
    state: SourceState | None
    asked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One article from stage to stage. `readers`: who would get it today, counted where nothing was planned for anybody.

    `channels` come with whether it stands there; in some of them it is `awaiting` an administrator's tap, in others one has
    decided (`rulings`): the first of each.
    """

    article: Article
    arrival: Arrival
    revisions: tuple[Revision, ...]
    account: Account
    ticker: TickerTally
    readers: int | None
    channels: tuple[tuple[Destination, bool], ...]
    awaiting: tuple[Awaiting, ...]
    rulings: tuple[Ruling, ...]
    asked_at: datetime


class Why:
    def __init__(self, *, database: Database, clock: Clock, default: Language) -> None:
        self._database = database
        self._clock = clock
        self._default = default

    async def ask(self, link: str) -> Explanation | Missing:
        """Raises NoLinkError."""
        found = read_link(link)
        if found is None:
            raise NoLinkError
        url, key = found
        async with self._database.transaction() as tx:
            known = (await tx.articles.known([key])).get(key)
            article = await tx.articles.get(known.id) if known else None
            if article is None:
                return await self._missing(tx, url, _absence(known))
        return await self._explain(article)

    async def show(self, article_id: ArticleId) -> Explanation:
        """Raises ArticleNotFoundError."""
        async with self._database.transaction() as tx:
            article = await _article(tx, article_id)
        return await self._explain(article)

    async def ask_channel(self, article_id: ArticleId, channel_id: DestinationId) -> ChannelExplanation:
        """Raises ArticleNotFoundError and UnknownChannelError."""
        async with self._database.transaction() as tx:
            article = await _article(tx, article_id)
            channel = await tx.destinations.get(channel_id)
            if channel is None or channel.kind is not DestinationKind.CHANNEL:
                raise UnknownChannelError
            return await explain_channel(tx, article, channel, default=self._default, now=self._clock.now())

    async def find_channel(self, *, chat_id: int | None = None, title: str = "") -> DestinationId:
        """A channel by Telegram's id or by its title, which has to be the only one. Raises UnknownChannelError."""
        async with self._database.transaction() as tx:
            channels = await tx.accounts.channels()
        if chat_id is not None:
            found = [channel for channel in channels if channel.chat_id == chat_id]
        else:
            wanted = _folded(title)
            same = [channel for channel in channels if _folded(channel.title) == wanted]
            found = same or [channel for channel in channels if wanted and wanted in _folded(channel.title)]
        if len(found) != 1:
            raise UnknownChannelError
        return found[0].id

    async def _missing(self, tx: Transaction, url: str, absence: Absence) -> Missing:
        source = source_of(url, await tx.sources.all())
        state = None
        if source is not None:
            silent = await tx.alerts.lasting(source_key(AlertKind.SILENT, source.id))
            state = state_of(source, is_silent=silent is not None)
        return Missing(url=url, absence=absence, source=source, state=state, asked_at=self._clock.now())

    async def _explain(self, article: Article) -> Explanation:
        async with self._database.transaction() as tx:
            came = await arrival(tx, article)
            readers = None if came.went_out else await self._readers(tx, article, came)
            revisions = await tx.articles.revisions(article.id)
            ticker = await tx.accounts.ticker_tally(article.id)
            channels = await tx.accounts.channels()
            awaiting = await tx.approvals.awaiting_of(article.id, limit=_NAMED)
            rulings = await tx.approvals.rulings(article.id, limit=_NAMED)
            holders = await tx.accounts.holders(article.id, [channel.id for channel in channels])
        return Explanation(
            article=article,
            arrival=came,
            revisions=tuple(revisions),
            account=await account_of(self._database, article.id, [channel.id for channel in channels]),
            ticker=ticker,
            readers=readers,
            channels=tuple((channel, channel.id in holders) for channel in channels),
            awaiting=tuple(awaiting),
            rulings=tuple(rulings),
            asked_at=self._clock.now(),
        )

    async def _readers(self, tx: Transaction, article: Article, came: Arrival) -> int:
        """How many would get it at once, or as a line, if it came today."""
        published = await tx.sources.languages()
        routed = article.with_rubrics(came.routing.slugs)
        words = found_in(article, await tx.channel_words.all())
        audience = instant.audience(routed, published=published, default=self._default, words=words)
        modes = (Mode.TICKER,) if article.is_headline else tuple(Mode)
        return await tx.accounts.size(replace(audience, modes=modes))


def _absence(known: KnownArticle | None) -> Absence:
    if known is None:
        return Absence.UNSEEN
    return Absence.LET_GO if known.id else Absence.TAKEN_AS_READ


async def _article(tx: Transaction, article_id: ArticleId) -> Article:
    article = await tx.articles.get(article_id)
    if article is None:
        raise ArticleNotFoundError
    return article


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
