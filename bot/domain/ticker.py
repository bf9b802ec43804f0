"""A ticker: one line per article, collected for a channel and sent in batches, or live in one pinned message."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.article import ArticleId
from bot.domain.destination import DestinationId
from bot.domain.rubric import Slug

TickerId = NewType("TickerId", int)


class TickerLayout(StrEnum):
    BATCH = "batch"
    LIVE = "live"


class PinRight(StrEnum):
    """Whether a channel lets us pin, as its last answer said; `told`: it does not, and its administrator knows."""

    HELD = "held"
    MISSING = "missing"
    TOLD = "told"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticker:
    """One ticker message of a channel. `day` is the newsroom's; `revision` grows with all that changes a line or adds one."""

    id: TickerId
    destination_id: DestinationId
    day: date
    revision: int
    layout: TickerLayout = TickerLayout.BATCH


@dataclass(frozen=True, kw_only=True, slots=True)
class TickerLine:
    """An article's line, read from the article itself, so that a correction changes it and a recall takes it out."""

    article_id: ArticleId
    published_at: datetime
    title: str
    url: str | None
    rubric: Slug


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """All that a ticker's message shows. Channels with the same settings have equal ones, of which one is rendered."""

    day: date
    layout: TickerLayout
    lines: tuple[TickerLine, ...]
