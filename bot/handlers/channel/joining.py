"""The bot may post somewhere from now on, or no longer: who has to know is told.

However it came about: by a promotion, by a choice in the keyboard, by a one-time code, by the daily look. A new channel's menu
comes with what the bot can do there, what it lacks and why that matters.
"""

import logging

from aiogram import Bot

from bot.domain.channel import Right
from bot.domain.destination import Destination, DestinationState
from bot.handlers.channel.settings import settings_screen
from bot.handlers.context import Person
from bot.handlers.menu import publish_person_commands
from bot.handlers.screen import Screen, show, show_if_reachable
from bot.i18n import I18n, Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.channel_editing import ChannelSettings
from bot.services.connections import Connection, Place

logger = logging.getLogger(__name__)


async def join(place: Place, bot: Bot, services: Services, i18n: I18n, *, person: Person | None) -> Connection:
    """Known to us from now on; `person`, who did it, is told if it is new to us, and who connected it if it is back."""
    connection = await services.connections.connected(
        place,
        by=person.administrator if person else None,
        language=person.language if person else None,
    )
    if connection.is_new:
        logger.info("A channel is connected.", extra={"channel": connection.settings.channel.id})
    if connection.is_back:
        logger.info("A channel may be posted in again.", extra={"channel": connection.settings.channel.id})
        await _tell(bot, connection.settings.channel, "channels.right-back", place.title, services, i18n)
    if person is None:
        return connection
    if connection.is_new:
        await welcome(connection.settings, bot, services, i18n, person)
    elif connection.newly_lacks:
        text = person.texts("channels.rights-gone", channel=named(place.title))
        reasons = (_reason(right, person.texts, is_group=place.is_group) for right in connection.newly_lacks)
        await show_if_reachable(bot, person.chat_id, Screen(text="\n".join((text, *reasons))))
    return connection


async def welcome(settings: ChannelSettings, bot: Bot, services: Services, i18n: I18n, person: Person) -> None:
    """The menu, for who connected it; and, now that they can be reached, the menus of channels that waited for them."""
    await publish_person_commands(
        bot, i18n, user_id=person.user_id, language=person.language, role=person.role, has_channels=True
    )
    screen = settings_screen(settings, person.texts, intro=introduction(settings, person.texts))
    if not await show_if_reachable(bot, person.chat_id, screen):
        # Who never started the bot cannot be written to: the menu waits for their /start.
        return
    for owed in await services.connections.introduced(person.user_id):
        if owed.channel.id != settings.channel.id:
            intro = introduction(owed, person.texts)
            await show(bot, person.chat_id, settings_screen(owed, person.texts, intro=intro))


def introduction(settings: ChannelSettings, texts: Texts) -> str:
    channel = settings.channel
    key = "channels.connected-group" if channel.is_group else "channels.connected"
    lines = [texts(key, channel=named(channel.title))]
    if channel.lacks:
        lines += ["", texts("channels.lacking")]
        lines += (_reason(Right(right), texts, is_group=channel.is_group) for right in channel.lacks)
    else:
        lines.append(texts("channels.complete"))
    return "\n".join(lines)


async def bar(place: Place, bot: Bot, services: Services, i18n: I18n, *, person: Person | None) -> None:
    """It is there and may not post: who connected it is told, or, if nobody has yet, who is adding the bot just now."""
    before = await services.connections.barred(place.chat_id)
    if before is None or before.state is DestinationState.GONE:
        # Whoever is adding the bot has only to tick one more box.
        if person is not None:
            sentence = person.texts("channels.right-missing", channel=named(place.title))
            await show_if_reachable(bot, person.chat_id, Screen(text=sentence))
    elif before.state is DestinationState.ACTIVE:
        logger.info("A channel may not be posted in any more.", extra={"channel": before.id})
        key = "channels.barred-restricted" if place.is_group else "channels.barred-right"
        await _tell(bot, before, key, place.title, services, i18n)


async def lose(chat_id: int, title: str, bot: Bot, services: Services, i18n: I18n, *, person: Person | None) -> None:
    """It is there no more; whoever took it out, who connected it is told."""
    lost = await services.connections.disconnected(chat_id, by=person.administrator if person else None)
    if lost is not None:
        logger.info("A channel is lost.", extra={"channel": lost.id})
        await _tell(bot, lost, "channels.lost", title, services, i18n)


async def _tell(bot: Bot, channel: Destination, key: str, title: str, services: Services, i18n: I18n) -> None:
    """To the person who had connected it, whoever changed what the bot may."""
    if channel.connected_by is None:
        return
    language = await services.subscribers.language_of(channel.connected_by, None)
    sentence = i18n.texts(language)(key, channel=named(title))
    await show_if_reachable(bot, channel.connected_by, Screen(text=sentence))


def named(title: str) -> str:
    return escape(one_line(title))


def _reason(right: Right, texts: Texts, *, is_group: bool) -> str:
    return texts("channels.lacks-delete-group" if is_group and right is Right.DELETE else f"channels.lacks-{right}")
