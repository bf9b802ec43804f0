"""Which channels a person may configure: those they connected, and others whose administrator Telegram says they are.

Who was found once is remembered, so that among a thousand channels only new ones are asked about; each tap asks again.
"""

import asyncio

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot.domain.destination import Destination
from bot.domain.errors import UnknownChannelError
from bot.handlers.access import administers
from bot.services import Services

# Channels that are asked about, each by a call to Telegram, and how many of these calls run at once.
_MAX_ASKED = 50
_AT_ONCE = 5


async def administered(bot: Bot, services: Services, user_id: int) -> list[Destination]:
    own = await services.connections.administered_by(user_id)
    found = await _found(bot, (await services.connections.others(user_id))[:_MAX_ASKED], user_id)
    if found:
        await services.connections.administers(user_id, [channel.id for channel in found])
    return [*own, *found]


async def _found(bot: Bot, asked: list[Destination], user_id: int) -> list[Destination]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def may(channel: Destination) -> bool:
        async with places:
            try:
                return await administers(bot, channel.chat_id, user_id)
            except (TelegramAPIError, UnknownChannelError):
                # One channel about which Telegram says nothing now must not hide the others.
                return False

    answers = await asyncio.gather(*map(may, asked))
    return [channel for channel, is_administrator in zip(asked, answers, strict=True) if is_administrator]
