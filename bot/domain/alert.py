"""What people are told without asking: something is wrong with a source, an article or a channel, or well again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.article import ArticleId
from bot.domain.delivery import DeliveryId
from bot.domain.destination import DestinationId
from bot.domain.source import SourceId
from bot.domain.topic import TopicId

AlertId = NewType("AlertId", int)


class AlertKind(StrEnum):
    """The first eight are troubles of a source, each with a pendant for the day it is over; then those that ask for a decision.

    The last three are for whoever connected a channel: the bot may not post there any more, is not there any more, or one of
    the forum's topics takes no posts.
    """

    FAILING = "failing"
    RECOVERED = "recovered"
    FALLBACK = "fallback"
    FALLBACK_OVER = "fallback-over"
    SILENT = "silent"
    SPEAKING = "speaking"
    RESHAPED = "reshaped"
    SHAPE_RESTORED = "shape-restored"
    HELD = "held"
    UNKNOWN_RUBRIC = "unknown-rubric"
    GONE = "gone"
    RETRACTED = "retracted"
    UNCERTAIN = "uncertain"
    BARRED = "barred"
    LOST = "lost"
    TOPIC = "topic"


class Sighting(StrEnum):
    """What an editor says of a message that may stand in a channel or not."""

    THERE = "there"
    AGAIN = "again"


class Release(StrEnum):
    """What an editor says to held articles: which of them go out."""

    NONE = "none"
    LATEST = "latest"
    ALL = "all"

    @property
    def number(self) -> int | None:
        """How many, the newest first; None: whatever there is."""
        return {Release.NONE: 0, Release.LATEST: 1, Release.ALL: None}[self]


# A trouble, and the kind that tells its end.
ENDS: Mapping[AlertKind, AlertKind] = {
    AlertKind.FAILING: AlertKind.RECOVERED,
    AlertKind.FALLBACK: AlertKind.FALLBACK_OVER,
    AlertKind.SILENT: AlertKind.SPEAKING,
    AlertKind.RESHAPED: AlertKind.SHAPE_RESTORED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAlert:
    """`key` names the trouble: as long as it lasts, it is told once. None: each is told."""

    kind: AlertKind
    key: str | None = None
    source_id: SourceId | None = None
    article_id: ArticleId | None = None
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """`decision` is what was answered where an answer was asked for, `decided_by` the name of who answered first."""

    id: AlertId
    kind: AlertKind
    key: str | None
    source_id: SourceId | None
    article_id: ArticleId | None
    arguments: Mapping[str, str | int]
    created_at: datetime
    decision: str | None = None
    decided_by: str | None = None


def channel_key(kind: AlertKind, channel_id: DestinationId) -> str:
    return f"{kind.value}:{channel_id}"


def topic_key(channel_id: DestinationId, topic: TopicId) -> str:
    return f"{AlertKind.TOPIC.value}:{channel_id}:{topic}"


def delivery_key(delivery_id: DeliveryId) -> str:
    """The key of the question whether an uncertain message arrived."""
    return f"{AlertKind.UNCERTAIN.value}:{delivery_id}"


def source_key(kind: AlertKind, source_id: SourceId, aspect: str = "") -> str:
    """The key of a source's trouble; `aspect` parts those of one kind that may last side by side."""
    return ":".join(filter(None, (kind.value, str(source_id), aspect)))
