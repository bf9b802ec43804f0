"""Why an article went where it went: told from what each stage wrote down, and by the conditions with which it decides.

Editors ask of an article, then of a channel; subscribers ask of what they got.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.domain.account import Line, Reason, Record, Tally, TickerTally, Trail
from bot.domain.alert import AlertKind, source_key
from bot.domain.article import Article, ArticleId, KnownArticle, Revision
from bot.domain.delivery import Action, DeliveryState, Post, Subject, SubjectKind
from bot.domain.destination import (
    Destination,
    DestinationId,
    DestinationKind,
    Mode,
    Requirement,
)
from bot.domain.errors import ArticleNotFoundError, NoLinkError, UnknownChannelError
from bot.domain.health import SourceState, state_of
from bot.domain.language import Language
from bot.domain.rubric import Match, Rubric
from bot.domain.source import Source, SourceKind
from bot.ingest.identity import address_in, canonical_url, source_in
from bot.plan import instant, ticker
from bot.plan.routing import matches, unknown_categories
from bot.services.links import read_link, source_of
from bot.services.publishing import is_archive
from bot.store.database import Database, Transaction

# As many as one looks through on a phone.
LATEST = 10
# Different reasons that are told of one article.
_MOST_REASONS = 5
# Storing what a first import brought takes less.
_FIRST_IMPORT = timedelta(minutes=1)


class Acceptance(StrEnum):
    """What became of an entry when it was accepted.

    `first-import` and `passed-over` ones were taken as read, the latter by an editor's word; of `read` ones no more is
    known. `link`: only an editor's link has brought it so far.
    """

    NEW = "new"
    FIRST_IMPORT = "first-import"
    PASSED_OVER = "passed-over"
    READ = "read"
    HELD = "held"
    HEADLINE = "headline"
    LINK = "link"


class Verdict(StrEnum):
    """What became of an article in one channel, and where it stopped if it did.

    `delivered`: it is not known (any more) where its post stands; `stopped`: its delivery failed or was dropped; `before`: the
    article never came as far as the channels; `late`: today the channel would get it.
    """

    STANDS = "stands"
    ON_ITS_WAY = "on-its-way"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    STOPPED = "stopped"
    RECALLED = "recalled"
    BEFORE = "before"
    UNFIT = "unfit"
    LATE = "late"


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
class Seen:
    """`addresses` are further ones under which it is known; `others` are further sources that have it."""

    source: Source | None
    others: tuple[Source, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Routing:
    """`rubrics` are the article's, or while it is not planned those that it would have; `matches` are today's words.

    `has_changed`: what words mean was changed since it was planned.
    """

    rubrics: tuple[Rubric, ...]
    matches: tuple[tuple[Match, Rubric], ...]
    unknown: tuple[str, ...]
    has_changed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One article from stage to stage. `readers`: who would get it today, counted where nothing was planned for anybody.

    `channels` come with whether it stands there.
    """

    article: Article
    seen: Seen
    acceptance: Acceptance
    decided_by: str | None
    routing: Routing
    revisions: tuple[Revision, ...]
    is_planned: bool
    pushed_at: datetime | None
    tallies: tuple[Tally, ...]
    reasons: tuple[Reason, ...]
    ticker: TickerTally
    readers: int | None
    channels: tuple[tuple[Destination, bool], ...]
    asked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelExplanation:
    """One article and one channel. `lacks` and the modes are as things stand today.

    `carried` are the article's rubrics that the channel subscribes to, `modes` those in which it would get such an article;
    `ticker_records` and `ticker_post` are of the message that has its line.
    """

    article: Article
    acceptance: Acceptance
    is_planned: bool
    rubrics: tuple[Rubric, ...]
    channel: Destination
    lacks: frozenset[Requirement]
    carried: tuple[Rubric, ...]
    modes: tuple[Mode, ...]
    pushed_at: datetime | None
    records: tuple[Record, ...]
    post: Post | None
    line: Line | None
    ticker_records: tuple[Record, ...]
    ticker_post: Post | None
    asked_at: datetime

    @property
    def verdict(self) -> Verdict:  # noqa: PLR0911, one return a verdict
        if self.post or self.ticker_post:
            return Verdict.STANDS
        states = {each.state for each in (*self.records, *self.ticker_records) if each.action is Action.POST}
        waits = self.line is not None and self.line.ticker_id is None
        if waits or not states.isdisjoint({DeliveryState.QUEUED, DeliveryState.SENDING}):
            return Verdict.ON_ITS_WAY
        if DeliveryState.SENT in states:
            return Verdict.DELIVERED
        if DeliveryState.UNCERTAIN in states:
            return Verdict.UNCERTAIN
        if states:
            return Verdict.STOPPED
        if self.article.recalled:
            return Verdict.RECALLED
        if self.acceptance not in {Acceptance.NEW, Acceptance.HEADLINE} or not self.is_planned:
            return Verdict.BEFORE
        return Verdict.LATE if self.modes else Verdict.UNFIT


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """An article in a subscriber's chat. `because_of` are its rubrics that they follow; none: they left them since."""

    article: Article
    sent_at: datetime
    because_of: tuple[Rubric, ...]
    rubrics: tuple[Rubric, ...]


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
            if article is not None:
                return await self._explain(tx, article)
            return await self._missing(tx, url, _absence(known))

    async def show(self, article_id: ArticleId) -> Explanation:
        """Raises ArticleNotFoundError."""
        async with self._database.transaction() as tx:
            return await self._explain(tx, await _article(tx, article_id))

    async def ask_channel(self, article_id: ArticleId, channel_id: DestinationId) -> ChannelExplanation:
        """Raises ArticleNotFoundError and UnknownChannelError."""
        async with self._database.transaction() as tx:
            article = await _article(tx, article_id)
            channel = await tx.destinations.get(channel_id)
            if channel is None or channel.kind is not DestinationKind.CHANNEL:
                raise UnknownChannelError
            return await self._explain_channel(tx, article, channel)

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

    async def received(self, chat_id: int) -> tuple[list[Received], datetime]:
        """The last articles in a subscriber's chat with what brought each, and the time of asking."""
        async with self._database.transaction() as tx:
            person = await tx.destinations.by_chat(chat_id)
            if person is None:
                return [], self._clock.now()
            receipts = await tx.accounts.received(person.id, limit=LATEST)
            articles = await tx.articles.get_all([receipt.article_id for receipt in receipts])
            known = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
            followed = await tx.destinations.rubrics_of(person.id)
        found = [
            Received(
                article=article,
                sent_at=receipt.sent_at,
                because_of=tuple(known[slug] for slug in article.rubrics if slug in followed),
                rubrics=tuple(known[slug] for slug in article.rubrics),
            )
            for receipt in receipts
            if (article := articles.get(receipt.article_id)) is not None
        ]
        return found, self._clock.now()

    async def _missing(self, tx: Transaction, url: str, absence: Absence) -> Missing:
        source = source_of(url, await tx.sources.all())
        state = None
        if source is not None:
            silent = await tx.alerts.lasting(source_key(AlertKind.SILENT, source.id))
            state = state_of(source, is_silent=silent is not None)
        return Missing(url=url, absence=absence, source=source, state=state, asked_at=self._clock.now())

    async def _explain(self, tx: Transaction, article: Article) -> Explanation:
        trail = await _trail(tx, article)
        seen = await _seen(tx, article, trail)
        pushed_at = await tx.accounts.pushed_at(article.id)
        acceptance, decided_by = _acceptance(article, trail, seen.source, is_pushed=pushed_at is not None), None
        if acceptance is Acceptance.READ and seen.source is not None:
            decided_by = await tx.accounts.decided_by(seen.source.id, held_at=article.seen_at)
        routing = await _routing(tx, article, trail)
        holders = await tx.accounts.holders(article.id)
        return Explanation(
            article=article,
            seen=seen,
            acceptance=Acceptance.PASSED_OVER if decided_by else acceptance,
            decided_by=decided_by,
            routing=routing,
            revisions=tuple(await tx.articles.revisions(article.id)),
            is_planned=trail.is_planned,
            pushed_at=pushed_at,
            tallies=tuple(await tx.accounts.tallies(article.id)),
            reasons=tuple(await tx.accounts.reasons(article.id, limit=_MOST_REASONS)),
            ticker=await tx.accounts.ticker_tally(article.id),
            readers=None if trail.went_out else await self._readers(tx, article, routing),
            channels=tuple((channel, channel.id in holders) for channel in await tx.accounts.channels()),
            asked_at=self._clock.now(),
        )

    async def _readers(self, tx: Transaction, article: Article, routing: Routing) -> int:
        """How many would get it at once, or as a line, if it came today."""
        routed = article.with_rubrics(tuple(rubric.slug for rubric in routing.rubrics))
        published = await tx.sources.languages()
        audience = instant.audience(routed, published=published, default=self._default)
        modes = (Mode.TICKER,) if article.is_headline else tuple(Mode)
        return await tx.accounts.size(replace(audience, modes=modes))

    async def _explain_channel(self, tx: Transaction, article: Article, channel: Destination) -> ChannelExplanation:
        trail = await _trail(tx, article)
        routing = await _routing(tx, article, trail)
        seen = await _seen(tx, article, trail)
        pushed_at = await tx.accounts.pushed_at(article.id)
        subject = Subject(kind=SubjectKind.ARTICLE, id=article.id)
        line = await tx.accounts.line(channel.id, article.id)
        ticker_records: list[Record] = []
        ticker_post = None
        if line is not None and line.ticker_id is not None:
            its_ticker = Subject(kind=SubjectKind.TICKER, id=line.ticker_id)
            ticker_records = await tx.accounts.records(channel.id, its_ticker)
            ticker_post = await tx.outbox.post(channel.id, its_ticker)
        followed = await tx.destinations.rubrics_of(channel.id)
        lacks, modes = await self._fit(tx, article, routing, channel)
        return ChannelExplanation(
            article=article,
            acceptance=_acceptance(article, trail, seen.source, is_pushed=pushed_at is not None),
            is_planned=trail.is_planned,
            rubrics=routing.rubrics,
            channel=channel,
            lacks=lacks,
            carried=tuple(rubric for rubric in routing.rubrics if rubric.slug in followed),
            modes=modes,
            pushed_at=await tx.accounts.pushed_at(article.id, channel=channel.id),
            records=tuple(await tx.accounts.records(channel.id, subject)),
            post=await tx.outbox.post(channel.id, subject),
            line=line,
            ticker_records=tuple(ticker_records),
            ticker_post=ticker_post,
            asked_at=self._clock.now(),
        )

    async def _fit(
        self, tx: Transaction, article: Article, routing: Routing, channel: Destination
    ) -> tuple[frozenset[Requirement], tuple[Mode, ...]]:
        """What the channel lacks for such an article in whatever mode, and the modes in which it would get one."""
        routed = article.with_rubrics(tuple(rubric.slug for rubric in routing.rubrics))
        published = await tx.sources.languages()
        at_once = instant.audience(routed, published=published, default=self._default)
        lines = [ticker.audience(routed, slug, published=published, default=self._default) for slug in routed.rubrics]
        lacks = await tx.accounts.lacks(channel.id, replace(at_once, modes=tuple(Mode)))
        modes = []
        if not article.is_headline and not await tx.accounts.lacks(channel.id, at_once):
            modes.append(Mode.INSTANT)
        if any([not await tx.accounts.lacks(channel.id, each) for each in lines]):
            modes.append(Mode.TICKER)
        return lacks, tuple(modes)


def _absence(known: KnownArticle | None) -> Absence:
    if known is None:
        return Absence.UNSEEN
    return Absence.LET_GO if known.id else Absence.TAKEN_AS_READ


async def _article(tx: Transaction, article_id: ArticleId) -> Article:
    article = await tx.articles.get(article_id)
    if article is None:
        raise ArticleNotFoundError
    return article


async def _trail(tx: Transaction, article: Article) -> Trail:
    trail = await tx.accounts.trail(article.id)
    if trail is None:
        raise ArticleNotFoundError
    return trail


async def _seen(tx: Transaction, article: Article, trail: Trail) -> Seen:
    source = await tx.sources.get(article.source_id) if article.source_id is not None else None
    others = dict.fromkeys(source_in(key) for key in trail.keys)
    named = [await tx.sources.get(each) for each in others if each is not None and each != article.source_id]
    own = canonical_url(article.url) if article.url else None
    addresses = dict.fromkeys(address_in(key) for key in trail.keys)
    return Seen(
        source=source,
        others=tuple(each for each in named if each is not None),
        addresses=tuple(address for address in addresses if address is not None and address != own),
    )


def _acceptance(article: Article, trail: Trail, source: Source | None, *, is_pushed: bool) -> Acceptance:  # noqa: PLR0911, one return an acceptance
    """A push may have sent what was taken as read, so that what went out tells nothing then."""
    if article.held:
        return Acceptance.HELD
    if source is None:
        return Acceptance.LINK
    if article.is_headline:
        return Acceptance.HEADLINE
    if trail.is_followed or not article.announced or (trail.went_out and not is_pushed):
        return Acceptance.NEW
    if source.spec.kind is SourceKind.API:
        return Acceptance.READ if is_archive(article.published_at, article.seen_at) else Acceptance.NEW
    if source.baseline_at is not None and source.baseline_at <= article.seen_at <= source.baseline_at + _FIRST_IMPORT:
        return Acceptance.FIRST_IMPORT
    # Neither is followed: a page there is none of, and one that was withdrawn.
    return Acceptance.NEW if article.url is None or article.recalled else Acceptance.READ


async def _routing(tx: Transaction, article: Article, trail: Trail) -> Routing:
    rubrics = await tx.rubrics.all()
    known = {rubric.slug: rubric for rubric in rubrics}
    always = await tx.sources.rubrics_of(article.source_id) if article.source_id is not None else ()
    found = matches(categories=article.categories, url=article.url, rubrics=rubrics, always=always)
    today = tuple(dict.fromkeys(match.slug for match in found))
    slugs = article.rubrics if trail.is_planned else today
    return Routing(
        rubrics=tuple(known[slug] for slug in slugs),
        matches=tuple((match, known[match.slug]) for match in found),
        unknown=unknown_categories(categories=article.categories, rubrics=rubrics),
        has_changed=set(slugs) != set(today),
    )


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
