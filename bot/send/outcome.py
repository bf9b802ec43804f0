"""What Telegram's answer means for a delivery. In: the exception of a call. Out: an Outcome; sender.py acts on it.

The answers are told apart by HTTP status and wording, since the Bot API has no finer codes (tdlib/telegram-bot-api,
Client.cpp: fail_query_with_error; tdlib/td, MessagesManager.cpp).
"""

from dataclasses import dataclass
from datetime import timedelta

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """It stands in the chat (or, for a delete, does not any more). `message_id` is None where nothing new was posted."""

    message_id: int | None = None


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
class Moved:
    """The chat has a new id; the same message is due there."""

    chat_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Vanished:
    """The message to edit is not there any more."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Telegram will not take this message, however often."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fatal:
    """The token is wrong or was revoked: nothing can be sent any more."""

    reason: str


Outcome = Sent | Later | Unclear | Gone | Moved | Vanished | Refused | Fatal

# Telegram out of reach: nothing was sent, so trying again costs nothing but patience.
UNREACHABLE_WAIT = timedelta(seconds=5)

# Parts of Telegram's descriptions, in lower case.
_GONE = (
    "chat not found",
    "need administrator rights in the channel chat",
    "have no write access to the chat",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "channel_private",
    "not enough rights to send",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
)
_DONE = ("message is not modified",)
_VANISHED = ("message to edit not found", "message not found", "message_id_invalid")
_DELETED = ("message to delete not found",)


def understand(error: TelegramAPIError | ClientDecodeError) -> Outcome:  # noqa: PLR0911, one return an answer
    words = str(getattr(error, "message", error))
    match error:
        case TelegramRetryAfter():
            return Later(wait=timedelta(seconds=error.retry_after), reason=Cause.TOLD_TO_WAIT)
        case TelegramMigrateToChat():
            return Moved(chat_id=error.migrate_to_chat_id)
        case TelegramUnauthorizedError():
            return Fatal(reason=words)
        case TelegramForbiddenError():
            return Gone(reason=words)
        case TelegramBadRequest():
            return _bad_request(words)
        case TelegramNotFound():
            return Refused(reason=words)
        case TelegramServerError() | ClientDecodeError():
            # A gateway's HTML page (502) cannot be decoded; both may come after the message was stored.
            return Unclear(reason=because(Cause.NO_ANSWER, words))
        case TelegramNetworkError():
            if isinstance(error.__cause__, ClientConnectorError):
                return Later(wait=UNREACHABLE_WAIT, reason=because(Cause.UNREACHABLE, words), is_outage=True)
            return Unclear(reason=because(Cause.NO_ANSWER, words))
        case _:
            return Refused(reason=words)


def _bad_request(words: str) -> Outcome:
    said = words.lower()
    if any(part in said for part in _DONE + _DELETED):
        return Sent()
    if any(part in said for part in _VANISHED):
        return Vanished(reason=words)
    if any(part in said for part in _GONE):
        return Gone(reason=words)
    return Refused(reason=words)
