"""Message → Bot API call → Outcome. The only module that sends news; never raises what Telegram answered.

A new post goes the lean way of send/rendered.py: serialized once by `prepare`, however many chats it goes to.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from aiogram.types import Message as TelegramMessage

from bot.render.html import plain
from bot.render.message import Message, Preview
from bot.send.outcome import Outcome, Sent, understand
from bot.send.rendered import Rendered, SentMessage

logger = logging.getLogger(__name__)

# Seconds for one call. The server itself may sit on a request for 8 s before it answers (tdlib/td, NetQueryDelayer.cpp);
# giving up earlier would post twice.
TIMEOUT = 60

Answer = TypeVar("Answer", bound=TelegramMessage | SentMessage | bool)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message, and the JSON of its post without the chat."""

    message: Message
    tail: bytes


class Gateway:
    def __init__(self, bot: Bot, *, is_paid: bool) -> None:
        self._bot = bot
        # Absent rather than false: servers older than the parameter refuse nothing that is not there.
        self._paid = {"allow_paid_broadcast": True} if is_paid else {}

    def prepare(self, message: Message) -> Prepared:
        return Prepared(message, self._tail(message, message.text, parse_mode="HTML"))

    async def post(self, chat_id: int, prepared: Prepared) -> Outcome:
        message = prepared.message

        async def call(text: str, parse_mode: str | None) -> SentMessage:
            tail = prepared.tail if parse_mode else self._tail(message, text, parse_mode=None)
            return await self._bot(Rendered(name="sendMessage", chat_id=chat_id, tail=tail), request_timeout=TIMEOUT)

        return await _attempt(lambda: _with_plain_fallback(call, message))

    def _tail(self, message: Message, text: str, *, parse_mode: str | None) -> bytes:
        keyboard = _keyboard(message)
        parameters = {
            "text": text,
            "parse_mode": parse_mode,
            "link_preview_options": _preview(message.preview).model_dump(exclude_none=True, exclude_defaults=True),
            "reply_markup": keyboard.model_dump(exclude_none=True) if keyboard else None,
            "disable_notification": message.silent or None,
            **self._paid,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()[1:]

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        async def call(text: str, parse_mode: str | None) -> TelegramMessage | bool:
            # The keyboard is passed again each time: an edit without it takes it away.
            return await self._bot.edit_message_text(
                text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=parse_mode,
                link_preview_options=_preview(message.preview),
                reply_markup=_keyboard(message),
                request_timeout=TIMEOUT,
            )

        return await _attempt(lambda: _with_plain_fallback(call, message))

    async def delete(self, chat_id: int, message_id: int) -> Outcome:
        return await _attempt(lambda: self._bot.delete_message(chat_id, message_id, request_timeout=TIMEOUT))


async def _attempt(call: Callable[[], Awaitable[TelegramMessage | SentMessage | bool]]) -> Outcome:
    try:
        answer = await call()
    except (TelegramAPIError, ClientDecodeError) as error:
        return understand(error)
    return Sent(message_id=None if isinstance(answer, bool) else answer.message_id)


async def _with_plain_fallback(call: Callable[[str, str | None], Awaitable[Answer]], message: Message) -> Answer:
    """Markup that Telegram cannot parse must not cost readers the news: the same words without it."""
    try:
        return await call(message.text, "HTML")
    except TelegramBadRequest as error:
        if "can't parse entities" not in error.message:
            raise
        logger.warning("Telegram could not parse a message; it goes out without markup.", extra={"said": error.message})
        return await call(plain(message.text), None)


def _preview(preview: Preview | None) -> LinkPreviewOptions:
    if preview is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(
        url=preview.url, prefer_large_media=preview.large or None, show_above_text=preview.above or None
    )


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=button.text, url=button.url) for button in row] for row in message.buttons
        ]
    )
