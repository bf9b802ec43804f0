"""What editors are told without asking: something is wrong with a source or an article, or well again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.article import ArticleId
from bot.domain.source import SourceId

AlertId = NewType("AlertId", int)


class AlertKind(StrEnum):
    """`failing`, `silent` and `reshaped` each have a pendant for the day it is over; the others ask for a decision."""

    FAILING = "failing"
    RECOVERED = "recovered"
    SILENT = "silent"
    SPEAKING = "speaking"
    RESHAPED = "reshaped"
    SHAPE_RESTORED = "shape-restored"
    HELD = "held"
    UNKNOWN_RUBRIC = "unknown-rubric"
    GONE = "gone"
    RETRACTED = "retracted"


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
    id: AlertId
    kind: AlertKind
    key: str | None
    source_id: SourceId | None
    article_id: ArticleId | None
    arguments: Mapping[str, str | int]
    created_at: datetime
