"""The sample under a channel's settings of posts: its last article as it would look now, redrawn with every change.

A message of its own, since a post may be as long as a message can be and has its own preview and buttons. It is always a
text or a rich message, with the picture as its preview: Telegram turns no photo back into a text, so a photo could not follow
the settings. For the same reason it is one message, also of a post that has several.
"""

from contextlib import suppress
from dataclasses import replace

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest

from bot.domain.delivery import Frame
from bot.domain.destination import Destination
from bot.handlers.screen import ALREADY_SO, keyboard_of, preview_of, rich_of, show_as_text, show_rich
from bot.i18n import I18n, Texts
from bot.render.article import article_message
from bot.render.message import Message
from bot.services.appearances import Sample, Shown


def post_of(shown: Shown, i18n: I18n, bot_name: str | None, *, frame: Frame | None = None) -> Message | None:
    """The post as the channel would get it, or as one message shows it; None: there is no article yet."""
    return post_in(shown.settings.channel, shown.sample, i18n, bot_name, frame=frame)


def post_in(
    channel: Destination, sample: Sample, i18n: I18n, bot_name: str | None, *, frame: Frame | None = None
) -> Message | None:
    if sample.article is None:
        return None
    return article_message(
        sample.article,
        sample.rubrics,
        i18n.texts(channel.language),
        channel.appearance,
        source=sample.source,
        bot_name=bot_name,
        frame=frame,
    )


async def draw_sample(bot: Bot, chat_id: int, message_id: int, post: Message | None, texts: Texts) -> int:
    """In place of the sample `message_id`, or anew where that is gone. Gives the id it has now."""
    message = Message(text=texts("posts.no-article")) if post is None else replace(post, photo=None)
    message = replace(message, silent=True)
    if message_id:
        try:
            await _edit(bot, chat_id, message_id, message)
        except TelegramBadRequest as error:
            if ALREADY_SO in error.message:
                return message_id
        else:
            return message_id
    return await show_rich(bot, chat_id, message) or await show_as_text(bot, chat_id, message)


async def _edit(bot: Bot, chat_id: int, message_id: int, message: Message) -> None:
    """As a rich message where it is one and Telegram takes it; a text and a rich message turn into one another."""
    keyboard = keyboard_of(message)
    if (content := rich_of(message)) is not None:
        try:
            await bot.edit_message_text(
                rich_message=content, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
            )
        except TelegramBadRequest as error:
            if ALREADY_SO in error.message:
                raise
        else:
            return
    await bot.edit_message_text(
        message.text,
        chat_id=chat_id,
        message_id=message_id,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard,
        link_preview_options=preview_of(message),
    )


async def erase_sample(bot: Bot, chat_id: int, message_id: int) -> None:
    """Older than two days it stays where it is."""
    if message_id:
        with suppress(TelegramBadRequest):
            await bot.delete_message(chat_id, message_id)
