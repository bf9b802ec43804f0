"""A push: an editor's order to deliver an article now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.article import ArticleId
from bot.domain.destination import DestinationId

PushId = NewType("PushId", int)


class PushState(StrEnum):
    """A draft waits for the editor's word; ordered once, it is planned once."""

    DRAFT = "draft"
    ORDERED = "ordered"
    PLANNED = "planned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Push:
    """`channels` are those the editor chose; the subscribers of the article's rubrics always belong to the audience."""

    id: PushId
    article_id: ArticleId
    editor_id: int
    state: PushState
    channels: tuple[DestinationId, ...]
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PushReach:
    """Whom a push would reach: people and chosen channels that do not have the article yet, and how many have it."""

    subscribers: int
    channels: int
    already: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PushAccount:
    """What became of an article's deliveries so far, in messages."""

    queued: int
    sent: int
    failed: int
    dropped: int
