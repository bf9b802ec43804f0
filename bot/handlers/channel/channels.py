"""/channels: the channels this person may configure, or how to connect the first one."""

import asyncio

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import Destination, DestinationState
from bot.handlers.access import administers
from bot.handlers.answers import SLOW
from bot.handlers.channel.section import ChannelButton, ChannelListButton, Wish
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show
from bot.handlers.toggles import Row
from bot.i18n import Texts
from bot.services import Services

# Channels of others that are asked about, each by a call to Telegram, and how many of these calls run at once.
_MAX_ASKED = 50
_AT_ONCE = 5
# Telegram takes about a hundred buttons a message.
_MAX_SHOWN = 90


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
    own = await services.channels.connected_by(person.user_id)
    others = await services.channels.connected_by_others(person.user_id)
    found = [*own, *await _administered(bot, others[:_MAX_ASKED], person.user_id)]
    invitation = await _invitation(bot, person.texts)
    if not found:
        return Screen(text=person.texts("channels.none"), rows=(invitation,))
    rows = tuple((_button(channel),) for channel in found[:_MAX_SHOWN])
    return Screen(text=person.texts("channels.list"), rows=(*rows, invitation))


async def _administered(bot: Bot, asked: list[Destination], user_id: int) -> list[Destination]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def may(channel: Destination) -> bool:
        async with places:
            try:
                return await administers(bot, channel.chat_id, user_id)
            except TelegramAPIError:
                # One channel about which Telegram says nothing now must not hide the others.
                return False

    answers = await asyncio.gather(*map(may, asked))
    return [channel for channel, is_administrator in zip(asked, answers, strict=True) if is_administrator]


def _button(channel: Destination) -> InlineKeyboardButton:
    is_paused = channel.state is not DestinationState.ACTIVE
    return InlineKeyboardButton(
        text=f"⏸ {channel.title}" if is_paused else channel.title,
        callback_data=ChannelButton(channel=channel.id, wish=Wish.LOOK).pack(),
    )


async def _invitation(bot: Bot, texts: Texts) -> Row:
    """Opens the choice of a channel in Telegram, with the rights we need ticked."""
    username = (await bot.me()).username
    url = f"https://t.me/{username}?startchannel&admin=post_messages+edit_messages+delete_messages"
    return (InlineKeyboardButton(text=texts("channels.add"), url=url),)
