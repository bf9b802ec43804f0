"""What became of an article, as the store remembers it, for those who ask why."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerId


@dataclass(frozen=True, kw_only=True, slots=True)
class Trail:
    """`keys` are all identities it was seen under. `is_planned`: the planner has dealt with its newest revision.

    `is_followed`: its page is looked at again, as are the pages of those articles only that go out as news. `went_out`: a
    delivery, or a line of a ticker, was planned.
    """

    keys: tuple[str, ...]
    is_planned: bool
    is_followed: bool
    went_out: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Deliveries of one article in one state for one reason (domain/cause.py): how many, when planned, first and last settled.

    `waits_until` is when the first of those that were put off is due.
    """

    action: Action
    state: DeliveryState
    reason: str | None
    count: int
    planned_at: datetime
    first_at: datetime | None
    last_at: datetime | None
    waits_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TickerTally:
    """An article's lines, a channel each: those that wait for the next tick, those in a ticker, those in one that stands."""

    waiting: int
    taken: int
    standing: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One delivery to one chat."""

    action: Action
    revision: int
    state: DeliveryState
    attempts: int
    planned_at: datetime
    not_before: datetime | None
    settled_at: datetime | None
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An article's line in one channel's ticker; without `ticker_id` it waits for `next_tick`."""

    rubric: Slug
    ticker_id: TickerId | None
    next_tick: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """An article that stands in somebody's chat."""

    article_id: ArticleId
    sent_at: datetime
