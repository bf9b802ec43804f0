"""Who receives news: subscribers and channels, and what they subscribe to."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.appearance import USUAL, Appearance
from bot.domain.channel_pace import ChannelPace
from bot.domain.language import Language
from bot.domain.quiet import QuietHours, QuietMode
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import TickerPlan
from bot.domain.topic import Forum
from bot.domain.unguarded import dataclass

DestinationId = NewType("DestinationId", int)


class DestinationKind(StrEnum):
    SUBSCRIBER = "subscriber"
    CHANNEL = "channel"


class DestinationState(StrEnum):
    """`paused` by a person; `gone`: blocked, kicked or deleted, until Telegram says otherwise.

    `barred`: a channel where the bot is, and may not post (Lack says why); it goes on by itself when Telegram lets it.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    BARRED = "barred"
    GONE = "gone"


class Lack(StrEnum):
    """What keeps the bot from posting where it is: the right to post, what Telegram allows the chat."""

    RIGHT = "right"
    RESTRICTED = "restricted"


class Mode(StrEnum):
    INSTANT = "instant"
    TICKER = "ticker"


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """`chat_id` is Telegram's; `connected_by` the user who brought a channel; `ticker` None: no ticker.

    `is_group`: its chat is a group. `lacks` names the rights that the bot ought to have there and has not
    (domain/channel.py). `paused_at` outlives the loss of the channel, which is paused still when it comes back. `recent` are
    the posts of the last hour, oldest first, of a channel that has a pace. `needs_approval`: its articles wait for an
    administrator's tap. `forum`: its group is parted into topics.
    """

    id: DestinationId
    chat_id: int
    kind: DestinationKind
    state: DestinationState
    language: Language
    title: str = ""
    connected_by: int | None = None
    articles_on: bool = True
    ticker: TickerPlan | None = None
    is_group: bool = False
    username: str = ""
    lacks: tuple[str, ...] = ()
    paused_at: datetime | None = None
    appearance: Appearance = USUAL
    quiet: QuietHours | None = None
    pace: ChannelPace | None = None
    recent: tuple[datetime, ...] = ()
    needs_approval: bool = False
    forum: Forum | None = None
    created_at: datetime

    def is_held(self, now: datetime, zone: ZoneInfo) -> bool:
        """Posts wait there for the end of the quiet."""
        quiet = self.quiet
        return quiet is not None and quiet.mode is QuietMode.HOLD and quiet.until(now, zone) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """Active destinations in one of `languages` that subscribe to one of `rubrics`, in `modes`, of these `kinds`.

    Channels that take `edition`, the articles' own language, besides theirs are part of it too. `words` are those of the
    channels' words that occur: channels that leave one out or miss all of theirs are no part of it.
    """

    rubrics: tuple[Slug, ...]
    languages: tuple[Language, ...]
    modes: tuple[Mode, ...]
    kinds: tuple[DestinationKind, ...] = tuple(DestinationKind)
    words: tuple[str, ...] = ()
    edition: Language | None = None


class Requirement(StrEnum):
    """What an audience asks of a destination."""

    STATE = "state"
    LANGUAGE = "language"
    KIND = "kind"
    SUBSCRIPTION = "subscription"
    INCLUDED_WORDS = "included-words"
    LEFT_OUT_WORDS = "left-out-words"


def edition(language: Language, *, published: Collection[Language], default: Language) -> Language:
    """The language of the articles somebody gets: their own, or the nearest one that the newsroom publishes in."""
    if language in published or not published:
        return language
    return default if default in published else next(each for each in Language if each in published)


def readers(of: Language, *, published: Collection[Language], default: Language) -> tuple[Language, ...]:
    """The inverse: the languages whose people get the articles in `of`."""
    known = {*published, of}
    return tuple(each for each in Language if edition(each, published=known, default=default) is of)
