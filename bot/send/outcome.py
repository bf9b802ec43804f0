"""What Telegram's answer means for a delivery. In: the exception of a call. Out: an Outcome; sender.py acts on it.

The answers are told apart by HTTP status and wording, since the Bot API has no finer codes (tdlib/telegram-bot-api,
Client.cpp: fail_query_with_error; tdlib/td, MessagesManager.cpp).
"""

import re
from datetime import timedelta

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from bot.domain.cause import Cause, because
from bot.domain.delivery import Piece
from bot.domain.destination import Lack
from bot.domain.picture import PictureId, UploadedPicture
from bot.domain.topic import GENERAL, Shutting, TopicId
from bot.domain.unguarded import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """It stands in the chat (or, for a delete, does not any more). `message_id` is None where nothing new was posted.

    `picture`: it is a photo of this picture; `uploaded`: Telegram has these now, and shows them again by their ids. `pieces`:
    what a post of several messages consists of now; `is_unfinished`: this was one of the calls that it takes, the
    first of them in this `topic`.
    """

    message_id: int | None = None
    picture: PictureId | None = None
    uploaded: tuple[UploadedPicture, ...] = ()
    pieces: tuple[Piece, ...] = ()
    is_unfinished: bool = False
    topic: TopicId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """Certainly not done, and no attempt; try again after `wait`. `is_outage`: Telegram could not be reached at all."""

    wait: timedelta
    reason: str
    is_outage: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """The answer never came: it may stand in the chat or not, and Telegram offers no way to find out."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """The destination cannot be reached until Telegram says otherwise."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Telegram does not find the chat, which may pass: a destination that was well is gone when it is missed again."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Barred:
    """The bot is in the chat and may not post there."""

    lack: Lack
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shut:
    """This topic of the forum takes no posts of ours. `is_forum` False: the group has no topics at all any more."""

    why: Shutting
    reason: str
    topic: TopicId = GENERAL
    is_forum: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The chat has a new id; the same message is due there."""

    chat_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Vanished:
    """The message to edit is not there any more."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """The message stands there, and Telegram does not let us change it any more."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Empty:
    """The message says nothing."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Telegram will not take this message, however often."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unpermitted:
    """The channel does not let us pin. The post is none the worse for it."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fatal:
    """Nothing can be sent any more: the token is wrong or was revoked, or this server does not serve it.

    `advice` tells an operator what to do.
    """

    reason: str
    advice: str = "Get a valid one from @BotFather."


Outcome = (
    Sent
    | Later
    | Unclear
    | Gone
    | Missing
    | Barred
    | Shut
    | Moved
    | Vanished
    | Fixed
    | Empty
    | Refused
    | Unpermitted
    | Fatal
)

# Telegram out of reach: nothing was sent, so trying again costs nothing but patience.
UNREACHABLE_WAIT = timedelta(seconds=5)

# Parts of Telegram's descriptions, in lower case.
_GONE = ("private chat not found",)
_MISSING = ("chat not found",)
_LACKING = {
    Lack.RIGHT: (
        "need administrator rights in the channel chat",
        "have no write access to the chat",
        "chat_write_forbidden",
        "chat_admin_required",
        "not enough rights to send",
    ),
    Lack.RESTRICTED: ("chat_restricted", "channel_private"),
}
_SHUT = {
    Shutting.CLOSED: ("topic_closed",),
    Shutting.GONE: ("topic_deleted", "message thread not found"),
}
_DONE = ("message is not modified",)
_VANISHED = ("message to edit not found", "message to pin not found", "message not found", "message_id_invalid")
_DELETED = ("message to delete not found",)
_FIXED = ("message can't be edited", "message can't be deleted")
_EMPTY = ("message text is empty", "text must be non-empty")
_WAS_DELETED = "sent message was immediately deleted"
UNKNOWN_METHOD = "method not found"
_OTHER_SERVER = "misdirected request"
# Of pins: it hangs there already, or does not any more.
_PIN_DONE = ("message to unpin not found", "message is not pinned", "chat_not_modified")
_UNPERMITTED = ("not enough rights to manage pinned messages", "not enough rights to pin", "chat_admin_required")

# Whatever stands at Telegram's address may say such; PostgreSQL takes no text with a zero, no database half a surrogate pair.
_UNSTORABLE = re.compile("[\x00-\x1f\ud800-\udfff]")


def understand(error: TelegramAPIError | ClientDecodeError) -> Outcome:  # noqa: PLR0911, one return an answer
    words = _words_of(error)
    match error:
        case TelegramRetryAfter():
            return Later(wait=timedelta(seconds=error.retry_after), reason=Cause.TOLD_TO_WAIT)
        case TelegramMigrateToChat():
            return Moved(chat_id=error.migrate_to_chat_id)
        case TelegramForbiddenError():
            return Gone(reason=words)
        case TelegramBadRequest():
            return _bad_request(words)
        case TelegramServerError() if _WAS_DELETED in words.lower():
            # By Telegram's guard against spam; another copy would fare no better.
            return Refused(reason=words)
        case TelegramServerError() | ClientDecodeError():
            # A gateway's HTML page (502) cannot be decoded; both may come after the message was stored.
            return Unclear(reason=because(Cause.NO_ANSWER, words))
        case TelegramNetworkError() if not isinstance(error, TelegramEntityTooLarge):
            if isinstance(error.__cause__, ClientConnectorError):
                return Later(wait=UNREACHABLE_WAIT, reason=because(Cause.UNREACHABLE, words), is_outage=True)
            return Unclear(reason=because(Cause.NO_ANSWER, words))
        case _:
            return _refused(error, words)


def _refused(error: TelegramAPIError, words: str) -> Fatal | Refused:
    match error:
        case TelegramUnauthorizedError():
            return Fatal(reason=words)
        case TelegramNotFound() if UNKNOWN_METHOD not in words.lower():
            return Fatal(reason=words, advice="Check BOT_TOKEN and TELEGRAM_API_URL.")
        case _ if _OTHER_SERVER in words.lower():
            return Fatal(reason=words, advice="Check TELEGRAM_API_URL: this Bot API server does not serve the token.")
        case _:
            return Refused(reason=words)


def _words_of(error: TelegramAPIError | ClientDecodeError) -> str:
    return _UNSTORABLE.sub(" ", str(getattr(error, "message", error)))


def understand_pin(error: TelegramAPIError | ClientDecodeError) -> Outcome:
    """As `understand`; what a channel says of the pin alone says nothing of the channel."""
    words = _words_of(error)
    if isinstance(error, TelegramBadRequest):
        if any(part in words.lower() for part in _PIN_DONE):
            return Sent()
        if any(part in words.lower() for part in _UNPERMITTED):
            return Unpermitted(reason=words)
    return understand(error)


def _bad_request(words: str) -> Outcome:  # noqa: PLR0911, one return an answer
    said = words.lower()
    if any(part in said for part in _DONE + _DELETED):
        return Sent()
    if any(part in said for part in _VANISHED):
        return Vanished(reason=words)
    if any(part in said for part in _FIXED):
        return Fixed(reason=words)
    if any(part in said for part in _EMPTY):
        return Empty(reason=words)
    if any(part in said for part in _GONE):
        return Gone(reason=words)
    if any(part in said for part in _MISSING):
        return Missing(reason=words)
    return _kept_out(words) or Refused(reason=words)


def _kept_out(words: str) -> Barred | Shut | None:
    said = words.lower()
    for lack, phrases in _LACKING.items():
        if any(part in said for part in phrases):
            return Barred(lack=lack, reason=words)
    for why, phrases in _SHUT.items():
        if any(part in said for part in phrases):
            return Shut(why=why, reason=words)
    return None
