"""Who receives news: subscribers and channels, and what they subscribe to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.language import Language
from bot.domain.rubric import Slug

DestinationId = NewType("DestinationId", int)

# Minutes an administrator may choose between two ticker messages.
TICKER_INTERVALS = (5, 10, 15, 30, 60)


class DestinationKind(StrEnum):
    SUBSCRIBER = "subscriber"
    CHANNEL = "channel"


class DestinationState(StrEnum):
    """`paused` by a person; `gone`: blocked, kicked, deleted or without the right to post, until Telegram says otherwise."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


class Mode(StrEnum):
    INSTANT = "instant"
    TICKER = "ticker"


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """`chat_id` is Telegram's; `connected_by` the user who brought a channel; `ticker_minutes` None: no ticker."""

    id: DestinationId
    chat_id: int
    kind: DestinationKind
    state: DestinationState
    language: Language
    title: str = ""
    connected_by: int | None = None
    articles_on: bool = True
    ticker_minutes: int | None = None
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    destination_id: DestinationId
    rubric: Slug
    mode: Mode


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Active destinations in one of `languages` that subscribe to one of `rubrics`, in `modes`, of these `kinds`."""

    rubrics: tuple[Slug, ...]
    languages: tuple[Language, ...]
    modes: tuple[Mode, ...]
    kinds: tuple[DestinationKind, ...] = tuple(DestinationKind)
