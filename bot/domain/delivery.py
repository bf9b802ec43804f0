"""One message due to one destination, and the post that it leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from bot.domain.destination import Destination, DestinationId

DeliveryId = NewType("DeliveryId", int)


class Action(StrEnum):
    POST = "post"
    EDIT = "edit"
    DELETE = "delete"


class SubjectKind(StrEnum):
    ARTICLE = "article"
    TICKER = "ticker"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a delivery is about: the id of an article or of a ticker."""

    kind: SubjectKind
    id: int


class Priority(IntEnum):
    """Higher goes first."""

    TICKER = 10
    ARTICLE = 20
    CORRECTION = 30
    PUSH = 40


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A claimed delivery with its destination as it stood at the claim. `attempts` counts those before this one."""

    id: DeliveryId
    destination: Destination
    subject: Subject
    action: Action
    revision: int
    priority: int
    attempts: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """The Telegram message that a delivery left in a chat; `revision` is the one it shows."""

    destination_id: DestinationId
    subject: Subject
    chat_id: int
    message_id: int
    revision: int
    sent_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """All that was ever due of one subject, and what became of it; `standing` posts are in their chats now."""

    counts: Mapping[tuple[Action, DeliveryState], int]
    standing: int
    settled_at: datetime | None
