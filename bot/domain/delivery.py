"""One message due to one destination, the post that it leaves behind, and what is done when nobody knows.

When no answer comes (a time-out, a reset after the request was written, an error of the server, a crash in between), the
message may stand in the chat or not, and Telegram offers no way to find out. Then:

    an edit, a delete, a pin          is repeated until it is answered: doing it twice shows nothing
    a post to a subscriber            is repeated once: a second copy is a nuisance, a missing article a failure
    an article to a channel           is repeated once, for the same reason
    a ticker or digest to a channel   is never repeated: one line is missed, a doubled message is seen by everybody

What is unclear after that is `uncertain`, and an editor who looks into the channel may say what is true.

An article may be a post of several messages: the parts of a long text, or an album. Each call is then settled for itself and
the delivery is due again, so that what was sent is written down before the next goes out, and all the above holds of the one
message that is on its way.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from bot.domain.destination import Destination, DestinationId, DestinationKind
from bot.domain.picture import PictureId
from bot.domain.topic import TopicId
from bot.domain.unguarded import dataclass

DeliveryId = NewType("DeliveryId", int)


class Action(StrEnum):
    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    PIN = "pin"
    UNPIN = "unpin"


# They change what hangs above a chat, and nothing of the post.
PINS = frozenset({Action.PIN, Action.UNPIN})


class SubjectKind(StrEnum):
    ARTICLE = "article"
    TICKER = "ticker"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a delivery is about: the id of an article or of a ticker."""

    kind: SubjectKind
    id: int


class Priority(IntEnum):
    """Higher goes first. What is `awaiting` an administrator's tap is behind everything, so that nothing waits for it."""

    AWAITING = 0
    DIGEST = 5
    # An article to subscribers, who may be many thousands: what comes meanwhile stands in the channels and their tickers before
    # all of these have read it.
    READERS = 8
    TICKER = 10
    # Nor does a channel wait for its next article until the last one is corrected or recalled for all of them.
    READERS_CORRECTION = 15
    ARTICLE = 20
    CORRECTION = 30
    PUSH = 40
    # The rest of a post of which some messages stand in the chat already: nothing comes between them.
    BEGUN = 50


class DeliveryState(StrEnum):
    """`uncertain`: it may stand in the chat or not, and is not tried again unless an editor says so.

    `joined`: a ticker's message tells the article in a line instead; what becomes of it is that message's delivery.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    JOINED = "joined"
    FAILED = "failed"
    DROPPED = "dropped"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """How many messages a post has: so many pictures of an album, and so many others."""

    pictures: int = 0
    others: int = 1


# An ordinary post.
ONE = Frame()
# A message that stands in the chat and cannot be named: somebody saw it there, or the chat has moved since.
NAMELESS = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One message of a post of several; `picture`: it is one of an album; `shows` is a fingerprint of what it shows."""

    message_id: int
    picture: PictureId | None = None
    shows: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """The Telegram message that a delivery left in a chat; `revision` is the one it shows.

    `picture`: it is a photo of this picture; None: it is a text. Telegram edits the two by methods of their own. `pieces`: all
    messages of a post of several, the first included; `is_begun`: more of them are to come, in the same `topic` of a forum.
    """

    destination_id: DestinationId
    subject: Subject
    chat_id: int
    message_id: int
    revision: int
    sent_at: datetime
    picture: PictureId | None = None
    pieces: tuple[Piece, ...] = ()
    is_begun: bool = False
    topic: TopicId | None = None

    @property
    def frame(self) -> Frame:
        if not self.pieces:
            return ONE
        pictures = sum(piece.picture is not None for piece in self.pieces)
        return Frame(pictures=pictures, others=len(self.pieces) - pictures)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A claimed delivery, its destination and the subject's post there as they stood at the claim.

    `attempts` counts those before this one.
    """

    id: DeliveryId
    destination: Destination
    subject: Subject
    action: Action
    revision: int
    priority: int
    attempts: int
    created_at: datetime
    post: Post | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """What became of a claimed delivery. `queued`: it is tried again, from `not_before` on; `attempts` are those made."""

    id: DeliveryId
    state: DeliveryState
    at: datetime
    attempts: int
    reason: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """How a subject stands now. `is_void`: it was recalled, and no message of it is to go out any more.

    Until it `is_planned` its rubrics may still change.
    """

    revision: int
    is_void: bool
    is_planned: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncertain:
    """A message of which nobody knows whether it stands in its channel."""

    id: DeliveryId
    destination: Destination
    subject: Subject
    reason: str
    since: datetime


# Times that a post may go out without an answer before it is uncertain.
MAX_UNCLEAR_POSTS = 2


def is_repeatable(
    action: Action, subject_kind: SubjectKind, destination_kind: DestinationKind, *, unclear_before: int
) -> bool:
    """Whether to try again after no answer came; the outbox says the same in SQL for what a crash left behind."""
    if action is not Action.POST:
        return True
    if destination_kind is DestinationKind.CHANNEL and subject_kind is not SubjectKind.ARTICLE:
        return False
    return unclear_before + 1 < MAX_UNCLEAR_POSTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """All that was ever due of one subject, and what became of it; `standing` posts are in their chats now."""

    counts: Mapping[tuple[Action, DeliveryState], int]
    standing: int
    settled_at: datetime | None
