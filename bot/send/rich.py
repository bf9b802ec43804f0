"""Rich message → Bot API call → Outcome, or None: the ordinary message is to go out instead.

Where Telegram does not take several pictures the first alone is shown, and where it does not fetch that, none. A server older
than Bot API 10.1 does not know the method, and a group may forbid such messages: both are asked again after a while. What is
wrong with a message itself is wrong for good. Each is logged once.
"""

import logging
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Protocol

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramNotFound

from bot.clock import Clock
from bot.domain.delivery import Post
from bot.send.complaint import Complaint, complaint
from bot.send.form import Prepared, RichForm
from bot.send.outcome import UNKNOWN_METHOD, Empty, Outcome, Refused, Sent, understand
from bot.send.rendered import Rendered, SentMessage

logger = logging.getLogger(__name__)

# How long a server or a chat is not asked again.
ASKED_AGAIN = timedelta(hours=1)
_MOST_CHATS = 1_000
# What Telegram says where a chat takes no such message (tdlib/td, MessageContent.cpp).
_FORBIDDEN = "not enough rights to send the rich message"
_OF_PICTURE = frozenset({Complaint.ADDRESS, Complaint.PICTURE, Complaint.NO_PHOTOS})
# A picture may be refused in further words.
_PICTURE_WORDS = ("photo", "media", "web page content", "webpage")


class _Call(Protocol):
    async def __call__(self, rich: RichForm, *, refused: int) -> Outcome: ...


class RichMessages:
    def __init__(self, bot: Bot, clock: Clock, *, timeout: int) -> None:
        self._bot = bot
        self._clock = clock
        self._timeout = timeout
        # Chats that take none, and None for the server, until when.
        self._closed: OrderedDict[int | None, datetime] = OrderedDict()

    def take(self, prepared: Prepared, chat_id: int) -> bool:
        """Whether this message is to be sent there as a rich one."""
        return prepared.rich is not None and not any(
            (until := self._closed.get(each)) is not None and self._clock.now() < until for each in (None, chat_id)
        )

    async def post(self, chat_id: int, prepared: Prepared, head: bytes) -> Outcome | None:
        async def call(rich: RichForm, *, refused: int) -> Outcome:
            tail = head + rich.tail(refused=refused)
            method = Rendered(name="sendRichMessage", chat_id=chat_id, tail=tail)
            answer: SentMessage = await self._bot(method.as_method(), request_timeout=self._timeout)
            return Sent(message_id=answer.message_id)

        return await self._insist(chat_id, prepared, call)

    async def edit(self, post: Post, prepared: Prepared) -> Outcome | None:
        """A text becomes a rich message and the other way round; a photo becomes neither (Bot API, editMessageText)."""

        async def call(rich: RichForm, *, refused: int) -> Outcome:
            await self._bot.edit_message_text(
                rich_message=rich.content(refused=refused),
                chat_id=post.chat_id,
                message_id=post.message_id,
                reply_markup=rich.keyboard,
                request_timeout=self._timeout,
            )
            return Sent()

        return await self._insist(post.chat_id, prepared, call)

    async def _insist(self, chat_id: int, prepared: Prepared, call: _Call) -> Outcome | None:
        rich = prepared.rich
        assert rich is not None  # noqa: S101, take() saw to it
        # First as it was taken last, then with less of what is complained of.
        refused = rich.refused
        while True:
            try:
                return await call(rich, refused=refused)
            except (TelegramAPIError, ClientDecodeError) as error:
                if refused < rich.figures and _is_about_picture(error):
                    refused = self._without(refused, prepared, rich, error)
                    continue
                outcome = understand(error)
                return None if self._is_refused(chat_id, prepared, error, outcome) else outcome

    def _without(
        self, refused: int, prepared: Prepared, rich: RichForm, error: TelegramAPIError | ClientDecodeError
    ) -> int:
        """How many figures to leave out next."""
        if isinstance(error, TelegramBadRequest) and complaint(error) is Complaint.NO_PHOTOS:
            # What one chat forbids, others may take.
            return rich.figures
        if rich.refused <= refused:
            less = "without its picture" if refused + 1 == rich.figures else "with its first picture alone"
            self._log(f"A rich message goes out {less}.", error, prepared)
        rich.refused = max(rich.refused, refused + 1)
        return refused + 1

    def _is_refused(
        self, chat_id: int, prepared: Prepared, error: TelegramAPIError | ClientDecodeError, outcome: Outcome
    ) -> bool:
        """It is taken as no rich message; whether for this chat, for all of them, or whatever the chat."""
        words = str(getattr(error, "message", error)).lower()
        if isinstance(error, TelegramNotFound) and UNKNOWN_METHOD in words:
            self._close(None)
            self._log("This Bot API server knows no rich messages; ordinary ones go out.", error, prepared)
        elif _FORBIDDEN in words:
            self._close(chat_id)
        elif isinstance(error, TelegramBadRequest) and complaint(error) is Complaint.IS_PHOTO:
            # Of this post alone.
            return True
        elif isinstance(error, TelegramBadRequest) and isinstance(outcome, Refused | Empty):
            if prepared.rich is not None:
                self._log("Telegram does not take a rich message; an ordinary one goes out.", error, prepared)
            prepared.rich = None
        else:
            return False
        return True

    def _close(self, chat_id: int | None) -> None:
        self._closed[chat_id] = self._clock.now() + ASKED_AGAIN
        self._closed.move_to_end(chat_id)
        if len(self._closed) > _MOST_CHATS:
            self._closed.popitem(last=False)

    def _log(self, sentence: str, error: Exception, prepared: Prepared) -> None:
        logger.warning(sentence, extra={"said": str(error), **prepared.origin})


def _is_about_picture(error: TelegramAPIError | ClientDecodeError) -> bool:
    if not isinstance(error, TelegramBadRequest) or _FORBIDDEN in error.message.lower():
        return False
    return complaint(error) in _OF_PICTURE or any(word in error.message.lower() for word in _PICTURE_WORDS)
