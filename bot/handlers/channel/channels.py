"""/channels: the channels this person may configure, and how to connect one."""

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import Destination, DestinationState
from bot.handlers.answers import SLOW
from bot.handlers.channel.administered import administered
from bot.handlers.channel.codes import CodeButton
from bot.handlers.channel.section import ChannelButton, ChannelListButton, Wish
from bot.handlers.channel.sharing import ShareButton
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show
from bot.handlers.toggles import Row
from bot.i18n import Texts
from bot.services import Services

# Telegram takes about a hundred buttons a message.
_MAX_SHOWN = 90
_RIGHTS_IN_CHANNEL = "post_messages+edit_messages+delete_messages"
_RIGHTS_IN_GROUP = "delete_messages+pin_messages"


def build_router() -> Router:
    router = Router(name="channels")
    router.message.register(channels, Command("channels"))
    router.callback_query.register(back, ChannelListButton.filter(), flags=SLOW)
    return router


async def channels(_: object, bot: Bot, person: Person, services: Services) -> None:
    await show(bot, person.chat_id, await _screen(bot, person, services))


async def back(callback: CallbackQuery, bot: Bot, person: Person, services: Services) -> None:
    await redraw(bot, callback, await _screen(bot, person, services))


async def _screen(bot: Bot, person: Person, services: Services) -> Screen:
    found = await administered(bot, services, person.user_id)
    invitation = await _invitation(bot, person.texts)
    if not found:
        return Screen(text=person.texts("channels.none"), rows=invitation)
    rows = tuple((_button(channel),) for channel in found[:_MAX_SHOWN])
    return Screen(text=person.texts("channels.list"), rows=(*rows, *invitation))


def _button(channel: Destination) -> InlineKeyboardButton:
    is_paused = channel.state is not DestinationState.ACTIVE
    return InlineKeyboardButton(
        text=f"⏸ {channel.title}" if is_paused else channel.title,
        callback_data=ChannelButton(channel=channel.id, wish=Wish.LOOK).pack(),
    )


async def _invitation(bot: Bot, texts: Texts) -> tuple[Row, ...]:
    """Links that open the choice of a channel or group in Telegram, with the rights we need ticked; and the way of a code."""
    username = (await bot.me()).username
    link = f"https://t.me/{username}"
    return (
        (
            InlineKeyboardButton(text=texts("channels.add"), url=f"{link}?startchannel&admin={_RIGHTS_IN_CHANNEL}"),
            InlineKeyboardButton(text=texts("channels.add-group"), url=f"{link}?startgroup&admin={_RIGHTS_IN_GROUP}"),
        ),
        (
            InlineKeyboardButton(text=texts("channels.share"), callback_data=ShareButton().pack()),
            InlineKeyboardButton(text=texts("channels.by-code"), callback_data=CodeButton().pack()),
        ),
    )
