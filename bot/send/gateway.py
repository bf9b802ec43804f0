"""Message → Bot API call → Outcome. The only module that sends news; never raises what Telegram answered."""

import logging
from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from aiogram.types import Message as TelegramMessage

from bot.render.html import plain
from bot.render.message import Message, Preview
from bot.send.outcome import Outcome, Sent, understand

logger = logging.getLogger(__name__)

# Seconds for one call. The server itself may sit on a request for 8 s before it answers (tdlib/td, NetQueryDelayer.cpp);
# giving up earlier would post twice.
TIMEOUT = 60


class Gateway:
    def __init__(self, bot: Bot, *, is_paid: bool) -> None:
        self._bot = bot
        # Absent rather than false: servers older than the parameter refuse nothing that is not there.
        self._paid = True if is_paid else None

    async def post(self, chat_id: int, message: Message) -> Outcome:
        async def call(text: str, parse_mode: str | None) -> TelegramMessage:
            return await self._bot.send_message(
                chat_id,
                text,
                parse_mode=parse_mode,
                link_preview_options=_preview(message.preview),
                reply_markup=_keyboard(message),
                disable_notification=message.silent or None,
                allow_paid_broadcast=self._paid,
                request_timeout=TIMEOUT,
            )

        return await _attempt(lambda: _with_plain_fallback(call, message))

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


async def _attempt(call: Callable[[], Awaitable[TelegramMessage | bool]]) -> Outcome:
    try:
        answer = await call()
    except (TelegramAPIError, ClientDecodeError) as error:
        return understand(error)
    return Sent(message_id=answer.message_id if isinstance(answer, TelegramMessage) else None)


async def _with_plain_fallback(
    call: Callable[[str, str | None], Awaitable[TelegramMessage | bool]], message: Message
) -> TelegramMessage | bool:
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
