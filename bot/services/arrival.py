"""How an article came to us: seen, accepted, its rubrics. Told from what those stages wrote down, by how they decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.account import Trail
from bot.domain.article import Article
from bot.domain.errors import ArticleNotFoundError
from bot.domain.rubric import Match, Rubric, Slug
from bot.domain.source import Source, SourceKind
from bot.ingest.identity import address_in, canonical_url, source_in
from bot.plan.routing import matches, unknown_categories
from bot.services.publishing import is_archive
from bot.store.database import Transaction

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

    @property
    def is_news(self) -> bool:
        """It goes out by itself."""
        return self in {Acceptance.NEW, Acceptance.HEADLINE}


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

    @property
    def slugs(self) -> tuple[Slug, ...]:
        return tuple(rubric.slug for rubric in self.rubrics)


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """`decided_by` is the editor by whose word it was passed over, `pushed_at` when one last pushed it.

    `is_planned`: the planner has dealt with its newest revision; `went_out`: something was planned for somebody.
    """

    seen: Seen
    acceptance: Acceptance
    decided_by: str | None
    pushed_at: datetime | None
    routing: Routing
    is_planned: bool
    went_out: bool


async def arrival(tx: Transaction, article: Article) -> Arrival:
    """Raises ArticleNotFoundError."""
    trail = await tx.accounts.trail(article.id)
    if trail is None:
        raise ArticleNotFoundError
    seen = await _seen(tx, article, trail)
    pushed_at = await tx.accounts.pushed_at(article.id)
    acceptance, decided_by = _acceptance(article, trail, seen.source, is_pushed=pushed_at is not None), None
    if acceptance is Acceptance.READ and seen.source is not None:
        decided_by = await tx.accounts.decided_by(seen.source.id, held_at=article.seen_at)
    return Arrival(
        seen=seen,
        acceptance=Acceptance.PASSED_OVER if decided_by else acceptance,
        decided_by=decided_by,
        pushed_at=pushed_at,
        routing=await _routing(tx, article, is_planned=trail.is_planned),
        is_planned=trail.is_planned,
        went_out=trail.went_out,
    )


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


def _acceptance(article: Article, trail: Trail, source: Source | None, *, is_pushed: bool) -> Acceptance:
    """A push may have sent what was taken as read, so that what went out tells nothing then."""
    arrived = Acceptance.HEADLINE if article.is_headline else Acceptance.NEW
    if article.held:
        return Acceptance.HELD
    if source is None:
        return Acceptance.LINK
    if trail.is_followed or not article.announced or (trail.went_out and not is_pushed):
        return arrived
    if source.spec.kind is SourceKind.API:
        return Acceptance.READ if is_archive(article.published_at, article.seen_at) else arrived
    if source.baseline_at is not None and source.baseline_at <= article.seen_at <= source.baseline_at + _FIRST_IMPORT:
        return Acceptance.FIRST_IMPORT
    # None of these is followed: a headline, what has no page, and what was withdrawn.
    return arrived if article.is_headline or article.url is None or article.recalled else Acceptance.READ


async def _routing(tx: Transaction, article: Article, *, is_planned: bool) -> Routing:
    rubrics = await tx.rubrics.all()
    known = {rubric.slug: rubric for rubric in rubrics}
    always = await tx.sources.rubrics_of(article.source_id) if article.source_id is not None else ()
    found = matches(categories=article.categories, url=article.url, rubrics=rubrics, always=always)
    today = tuple(dict.fromkeys(match.slug for match in found))
    # What was recalled before it was planned has none.
    is_routed = is_planned and (article.rubrics or not article.recalled)
    slugs = article.rubrics if is_routed else today
    return Routing(
        rubrics=tuple(known[slug] for slug in slugs),
        matches=tuple((match, known[match.slug]) for match in found),
        unknown=unknown_categories(categories=article.categories, rubrics=rubrics),
        has_changed=set(slugs) != set(today),
    )
