"""The bot is made a channel's administrator or loses it, a channel is renamed, a person blocks the bot and returns."""

import logging

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.types import ChatMemberAdministrator, ChatMemberMember, ChatMemberUpdated, Message

from bot.domain.destination import Destination, DestinationState
from bot.handlers.channel.settings import settings_screen
from bot.handlers.context import Person
from bot.handlers.menu import publish_person_commands
from bot.handlers.screen import Screen, show, show_if_reachable
from bot.i18n import I18n
from bot.render.html import escape, one_line
from bot.services import Services

logger = logging.getLogger(__name__)


def build_router() -> Router:
    router = Router(name="membership")
    router.my_chat_member.register(in_channel, F.chat.type == ChatType.CHANNEL)
    router.my_chat_member.register(in_private, F.chat.type == ChatType.PRIVATE)
    router.my_chat_member.register(in_group, F.chat.type.in_({ChatType.GROUP, ChatType.SUPERGROUP}))
    router.channel_post.register(renamed, F.new_chat_title)
    return router


async def in_channel(
    event: ChatMemberUpdated, bot: Bot, services: Services, i18n: I18n, person: Person | None = None
) -> None:
    now = event.new_chat_member
    title = escape(one_line(event.chat.title or ""))
    if isinstance(now, ChatMemberAdministrator) and now.can_post_messages:
        # `person` is None when another bot did it; there is nobody to talk to then, so nobody to configure the channel.
        back = await services.channels.let_back(event.chat.id)
        if back is not None:
            logger.info("A channel may be posted in again.", extra={"channel": back.id})
            await _tell(bot, back, "channels.right-back", title, services, i18n)
        elif person is not None:
            await _connected(event, bot, services, i18n, person)
    elif isinstance(now, ChatMemberAdministrator):
        await _right_missing(event, bot, services, i18n, person)
    elif (lost := await services.channels.disconnected(event.chat.id)) is not None:
        logger.info("A channel is lost.", extra={"channel": lost.id})
        await _tell(bot, lost, "channels.lost", title, services, i18n)


async def _right_missing(
    event: ChatMemberUpdated, bot: Bot, services: Services, i18n: I18n, person: Person | None
) -> None:
    title = escape(one_line(event.chat.title or ""))
    before = await services.channels.barred(event.chat.id)
    if before is None or before.state is DestinationState.GONE:
        # Not connected: whoever is adding the bot has only to tick one more box.
        if person is not None:
            sentence = person.texts("channels.right-missing", channel=title)
            await show_if_reachable(bot, person.chat_id, Screen(text=sentence))
    elif before.state is DestinationState.ACTIVE:
        logger.info("A channel may not be posted in any more.", extra={"channel": before.id})
        await _tell(bot, before, "channels.barred-right", title, services, i18n)


async def _connected(event: ChatMemberUpdated, bot: Bot, services: Services, i18n: I18n, person: Person) -> None:
    title = event.chat.title or ""
    settings = await services.channels.connected(
        event.chat.id, title=title, by=person.administrator, language=person.language
    )
    if settings is None:
        return
    logger.info("A channel is connected.", extra={"channel": settings.channel.id})
    await publish_person_commands(
        bot, i18n, user_id=person.user_id, language=person.language, role=person.role, has_channels=True
    )
    intro = person.texts("channels.connected", channel=escape(one_line(title)))
    if not await show_if_reachable(bot, person.chat_id, settings_screen(settings, person.texts, intro=intro)):
        # Who never started the bot cannot be written to: the menu waits for their /start.
        return
    for owed in await services.channels.introduced(person.user_id):
        if owed.channel.id != settings.channel.id:
            await show(bot, person.chat_id, settings_screen(owed, person.texts))


async def _tell(bot: Bot, channel: Destination, key: str, title: str, services: Services, i18n: I18n) -> None:
    """To the person who had connected it, whoever changed what the bot may."""
    if channel.connected_by is None:
        return
    language = await services.subscribers.language_of(channel.connected_by, None)
    sentence = i18n.texts(language)(key, channel=title)
    await show_if_reachable(bot, channel.connected_by, Screen(text=sentence))


async def in_private(event: ChatMemberUpdated, services: Services) -> None:
    if isinstance(event.new_chat_member, ChatMemberMember):
        await services.subscribers.unblocked(event.chat.id)
    else:
        await services.subscribers.blocked(event.chat.id)


async def in_group(event: ChatMemberUpdated, bot: Bot, person: Person | None = None) -> None:
    """Said once, when the bot is added; what is written in groups is not read."""
    was_there = event.old_chat_member.status in {"member", "administrator", "restricted"}
    is_there = event.new_chat_member.status in {"member", "administrator"}
    if is_there and not was_there and person is not None:
        await show_if_reachable(bot, event.chat.id, Screen(text=person.texts("channels.groups")))


async def renamed(post: Message, services: Services) -> None:
    await services.channels.renamed(post.chat.id, post.new_chat_title or "")
