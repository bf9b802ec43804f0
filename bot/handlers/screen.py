"""What a person sees of us: a text with buttons, sent anew or redrawn in place."""

from contextlib import suppress
from dataclasses import dataclass

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputRichMessage,
    LinkPreviewOptions,
)

from bot.render.message import Album, Message

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Telegram says so when what we draw already stands there: a double tap, or an update that came twice.
ALREADY_SO = "message is not modified"


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """`text` is Telegram HTML."""

    text: str
    rows: tuple[tuple[InlineKeyboardButton, ...], ...] = ()

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in self.rows]) if self.rows else None


async def show(bot: Bot, chat_id: int, screen: Screen) -> None:
    await bot.send_message(
        chat_id,
        screen.text,
        parse_mode=ParseMode.HTML,
        reply_markup=screen.keyboard,
        link_preview_options=NO_PREVIEW,
    )


async def show_if_reachable(bot: Bot, user_id: int, screen: Screen) -> bool:
    """False: this person never started the bot, or blocked it."""
    try:
        await show(bot, user_id, screen)
    except TelegramForbiddenError:
        return False
    except TelegramBadRequest as error:
        if "chat not found" not in error.message.lower():
            raise
        return False
    return True


async def redraw(bot: Bot, callback: CallbackQuery, screen: Screen) -> None:
    """Put `screen` in place of the tapped message, or below it where that can no longer be edited."""
    message = callback.message
    if message is not None:
        try:
            await bot.edit_message_text(
                screen.text,
                chat_id=message.chat.id,
                message_id=message.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=screen.keyboard,
                link_preview_options=NO_PREVIEW,
            )
        except TelegramBadRequest as error:
            if ALREADY_SO not in error.message:
                await show(bot, callback.from_user.id, screen)


async def redraw_buttons(bot: Bot, callback: CallbackQuery, screen: Screen) -> None:
    """Only the buttons, so that the greeting or whatever stands above them stays."""
    message = callback.message
    if message is not None:
        try:
            await bot.edit_message_reply_markup(
                chat_id=message.chat.id, message_id=message.message_id, reply_markup=screen.keyboard
            )
        except TelegramBadRequest as error:
            if ALREADY_SO not in error.message:
                await show(bot, callback.from_user.id, screen)


async def show_message(bot: Bot, chat_id: int, message: Message) -> None:
    """A rendered message as its readers get it; pictures that Telegram does not fetch by their addresses are left out."""
    if await show_rich(bot, chat_id, message) is not None:
        return
    if message.album is not None:
        with suppress(TelegramBadRequest):
            await _show_album(bot, chat_id, message.album, is_silent=message.silent)
            return
    await _show_alone(bot, chat_id, message)
    for each in message.following:
        await _show_alone(bot, chat_id, each)


async def _show_album(bot: Bot, chat_id: int, album: Album, *, is_silent: bool) -> None:
    items = [
        InputMediaPhoto(media=item.photo, caption=item.text or None, parse_mode=ParseMode.HTML)
        for item in album.items()
        if item.photo is not None
    ]
    await bot.send_media_group(chat_id, list(items), disable_notification=is_silent)
    for each in album.following:
        await _show_alone(bot, chat_id, each)


async def _show_alone(bot: Bot, chat_id: int, message: Message) -> None:
    if message.photo is not None:
        with suppress(TelegramBadRequest):
            await bot.send_photo(
                chat_id,
                message.photo,
                caption=message.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard_of(message),
                disable_notification=message.silent,
            )
            return
    await show_as_text(bot, chat_id, message)


async def show_rich(bot: Bot, chat_id: int, message: Message) -> int | None:
    """Gives its id; None: it is no rich message, or Telegram does not take it as one."""
    if (content := rich_of(message)) is None:
        return None
    with suppress(TelegramBadRequest, TelegramNotFound):
        sent = await bot.send_rich_message(
            chat_id, content, reply_markup=keyboard_of(message.last), disable_notification=message.silent
        )
        return sent.message_id
    return None


def rich_of(message: Message) -> InputRichMessage | None:
    if message.rich is None:
        return None
    return InputRichMessage(html=message.rich.html(), is_rtl=message.rich.is_rtl or None)


async def show_as_text(bot: Bot, chat_id: int, message: Message) -> int:
    """Gives the id under which it can be drawn anew."""
    sent = await bot.send_message(
        chat_id,
        message.text,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard_of(message),
        link_preview_options=preview_of(message),
        disable_notification=message.silent,
    )
    return sent.message_id


def keyboard_of(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    rows = [[InlineKeyboardButton(text=button.text, url=button.url) for button in row] for row in message.buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def preview_of(message: Message) -> LinkPreviewOptions:
    preview = message.preview
    if preview is None:
        return NO_PREVIEW
    return LinkPreviewOptions(
        url=preview.url,
        prefer_large_media=preview.large,
        prefer_small_media=not preview.large,
        show_above_text=preview.above,
    )
