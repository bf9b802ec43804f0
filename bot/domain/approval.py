"""Posts that wait for an administrator's tap: who is asked, what may be decided, and how it ended.

Asked are the administrators who want to be: who switched it on, and whoever says so in the channel's menu. Each of them has
one message a channel, which shows the oldest waiting post and moves on with each decision, so that a night of news
is one message in the morning. Where none of them can be asked any more, another known administrator is.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.article import ArticleId
from bot.domain.channel import Administrator
from bot.domain.destination import DestinationId

# A post that nobody has decided on is left out after this time: long enough for a night, too short for news of yesterday.
APPROVAL_LIVES = timedelta(hours=12)
# Whoever could not be asked (they blocked the bot) is asked again so much later at the earliest.
ASK_AGAIN = timedelta(hours=1)
# Edits make no sound: whoever has left a request unanswered for so long gets it anew when another post joins it.
CALL_AGAIN = timedelta(hours=3)
# When a waiting delivery goes out by itself. The zones of all readers can still say it.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)


class Decision(StrEnum):
    PUBLISH = "publish"
    LEAVE_OUT = "leave-out"


class Ending(StrEnum):
    """Why a post waits no longer. `over`: nobody remembers."""

    PUBLISHED = "published"
    LEFT_OUT = "left-out"
    EXPIRED = "expired"
    RECALLED = "recalled"
    PAUSED = "paused"
    LOST = "lost"
    PUSHED = "pushed"
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What an administrator decided about an article in a channel."""

    channel_id: DestinationId
    article_id: ArticleId
    decision: Decision
    by: Administrator
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Approver:
    """An administrator who is asked; `refused_at`: when their chat was found closed to us, if it still was."""

    user_id: int
    name: str
    refused_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Awaiting:
    """A post that waits; `revision` is the article's newest."""

    channel_id: DestinationId
    article_id: ArticleId
    revision: int
    since: datetime

    @property
    def until(self) -> datetime:
        return self.since + APPROVAL_LIVES


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """The message in which an administrator is asked, and what it shows.

    `previous` is the article that it showed before; `others` how many more posts wait, as it says; `called_at` when this person
    last got it as a new message, or tapped it.
    """

    channel_id: DestinationId
    user_id: int
    message_id: int
    article_id: ArticleId
    revision: int
    others: int
    previous: ArticleId | None
    drawn_at: datetime
    called_at: datetime
