"""A ticker: one line per article, collected for a channel and sent on a schedule."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

from bot.domain.article import ArticleId
from bot.domain.destination import DestinationId
from bot.domain.rubric import Slug

TickerId = NewType("TickerId", int)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticker:
    """One growing ticker message of a channel. `day` is the newsroom's; `revision` grows with every tick that adds."""

    id: TickerId
    destination_id: DestinationId
    day: date
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TickerLine:
    """An article's line, read from the article itself, so that a correction changes it and a recall takes it out."""

    article_id: ArticleId
    published_at: datetime
    title: str
    url: str | None
    rubric: Slug
