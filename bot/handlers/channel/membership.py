"""The bot is made a channel's administrator or loses it, a channel is renamed or moves, a person blocks the bot and returns."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.types import ChatMemberMember, ChatMemberUpdated, Message

from bot.domain.channel import Right
from bot.handlers.access import administers
from bot.handlers.channel.joining import bar, join, lose
from bot.handlers.channel.standing import GROUPS, place_of
from bot.handlers.context import Person
from bot.handlers.screen import Screen, show_if_reachable
from bot.i18n import I18n
from bot.services import Services


def build_router() -> Router:
    router = Router(name="membership")
    router.my_chat_member.register(in_private, F.chat.type == ChatType.PRIVATE)
    router.my_chat_member.register(in_channel, F.chat.type == ChatType.CHANNEL)
    router.my_chat_member.register(in_group, F.chat.type.in_(GROUPS))
    router.channel_post.register(renamed, F.new_chat_title)
    router.message.register(renamed, F.chat.type.in_(GROUPS), F.new_chat_title)
    router.message.register(moved, F.migrate_to_chat_id)
    router.message.register(moved_from, F.migrate_from_chat_id)
    return router


async def in_channel(
    event: ChatMemberUpdated, bot: Bot, services: Services, i18n: I18n, person: Person | None = None
) -> None:
    """`person` is None when another bot did it: whoever administers the channel finds it in /channels, or by a code."""
    place = place_of(event.chat, event.new_chat_member)
    if place.may_post:
        await join(place, bot, services, i18n, person=person)
        if Right.EDIT not in place.lacks:
            await services.tickers.may_pin(place.chat_id)
    elif place.is_in:
        await bar(place, bot, services, i18n, person=person)
    else:
        await lose(place.chat_id, place.title, bot, services, i18n, person=person)


async def in_group(
    event: ChatMemberUpdated, bot: Bot, services: Services, i18n: I18n, person: Person | None = None
) -> None:
    """Every member of a group may bring the bot; only its administrators may set it up."""
    place = place_of(event.chat, event.new_chat_member)
    if not place.is_in:
        await lose(place.chat_id, place.title, bot, services, i18n, person=person)
        return
    if not place.may_post:
        await bar(place, bot, services, i18n, person=person)
        return
    may = person is not None and await administers(bot, event.chat.id, person.user_id)
    connection = await join(place, bot, services, i18n, person=person if may else None)
    if connection.is_new and not may:
        texts = person.texts if person else i18n.texts(connection.settings.channel.language)
        await show_if_reachable(bot, event.chat.id, Screen(text=texts("channels.group-needs-administrator")))


async def in_private(event: ChatMemberUpdated, services: Services) -> None:
    if isinstance(event.new_chat_member, ChatMemberMember):
        await services.subscribers.unblocked(event.chat.id)
        await services.approvals.reached(event.chat.id)
    else:
        await services.subscribers.blocked(event.chat.id)


async def renamed(message: Message, services: Services) -> None:
    await services.connections.renamed(message.chat.id, message.new_chat_title or "")


async def moved(message: Message, services: Services) -> None:
    await services.connections.moved(message.chat.id, message.migrate_to_chat_id or 0)


async def moved_from(message: Message, services: Services) -> None:
    await services.connections.moved(message.migrate_from_chat_id or 0, message.chat.id)
