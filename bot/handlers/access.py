"""Who may: people in private, editors and owners, and a channel's own administrators. Set once on a folder's router.

Data of a button can be forged and rights change, so each tap is asked about anew.
"""

from typing import Any, Protocol

from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.filters import Filter
from aiogram.types import (
    CallbackQuery,
    ChatMemberAdministrator,
    ChatMemberOwner,
    Message,
    TelegramObject,
    User,
)

from bot.domain.channel import Question
from bot.domain.destination import DestinationId
from bot.domain.errors import NotChannelAdministratorError, UnknownChannelError
from bot.domain.staff import Role
from bot.handlers.context import Handler, Person
from bot.services import Services

# What Telegram says to a bot that is no administrator of the channel any more, or for which there is no such chat.
_NOT_THERE = ("member list is inaccessible", "chat not found")


class InPrivate(Filter):
    """A person, and no other bot, in their private chat with us."""

    async def __call__(self, event: Message | CallbackQuery, person: Person | None = None) -> bool:
        message = event.message if isinstance(event, CallbackQuery) else event
        return person is not None and message is not None and message.chat.type == ChatType.PRIVATE


class HasRole(Filter):
    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    async def __call__(self, _event: TelegramObject, person: Person | None = None) -> bool:
        return person is not None and person.role in self._roles


class NamesChannel(Protocol):
    """The data of a button that belongs to a channel."""

    channel: int


class ChannelAdministrator(BaseMiddleware):
    """Lets a tap or an answer pass when Telegram says this person administers the channel it is about; the handler gets that."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        services: Services = data["services"]
        person: Person = data["person"]
        channel = await services.channels.get(_named(data))
        if not await administers(data["bot"], channel.chat_id, person.user_id):
            await services.connections.administers_no_more(person.user_id, channel.id)
            raise NotChannelAdministratorError
        return await handler(event, {**data, "channel": channel})


def _named(data: dict[str, Any]) -> DestinationId:
    question: Question | None = data.get("question")
    if question is not None:
        return question.channel_id
    button: NamesChannel = data["callback_data"]
    return DestinationId(button.channel)


async def administers(bot: Bot, chat_id: int, user_id: int) -> bool:
    """Whether this person may configure the channel or group, by their own right."""
    return await administrator(bot, chat_id, user_id) is not None


async def administrator(bot: Bot, chat_id: int, user_id: int) -> User | None:
    """This person, if they may post in the channel by their own right, or administer the group.

    Raises UnknownChannelError where the bot itself is no longer there to ask.
    """
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except (TelegramForbiddenError, TelegramMigrateToChat) as error:
        raise UnknownChannelError from error
    except TelegramBadRequest as error:
        if any(words in error.message.lower() for words in _NOT_THERE):
            raise UnknownChannelError from error
        # Telegram answers so for strangers.
        return None
    match member:
        case ChatMemberOwner():
            return member.user
        case ChatMemberAdministrator():
            # In groups, where everybody posts, Telegram leaves this right out.
            return None if member.can_post_messages is False else member.user
        case _:
            return None
