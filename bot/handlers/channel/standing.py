"""What Telegram says of the bot in a channel or group: which of the rights that matter it lacks there."""

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import (
    Chat,
    ChatFullInfo,
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberRestricted,
    ResultChatMemberUnion,
)

from bot.domain.channel import Right
from bot.services.connections import Place

GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


def place_of(chat: Chat | ChatFullInfo, member: ResultChatMemberUnion) -> Place:
    """`member` is the bot itself."""
    is_group = chat.type in GROUPS
    return Place(
        chat_id=chat.id,
        title=chat.title or "",
        username=chat.username or "",
        is_group=is_group,
        lacks=_lacking_in_group(member) if is_group else _lacking_in_channel(member),
        is_in=_is_in(member, is_group=is_group),
        is_forum=bool(chat.is_forum),
        may_manage=isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics),
    )


async def look(bot: Bot, chat_id: int) -> Place:
    """As it is now. Raises what aiogram raises where the bot is no longer in the chat."""
    chat = await bot.get_chat(chat_id)
    return place_of(chat, await bot.get_chat_member(chat_id, bot.id))


def _is_in(member: ResultChatMemberUnion, *, is_group: bool) -> bool:
    match member:
        case ChatMemberAdministrator():
            return True
        case ChatMemberMember():
            return is_group
        case ChatMemberRestricted():
            return member.is_member
        case _:
            return False


def _lacking_in_channel(member: ResultChatMemberUnion) -> tuple[Right, ...]:
    if not isinstance(member, ChatMemberAdministrator):
        return (Right.POST, Right.EDIT, Right.DELETE)
    has = {
        Right.POST: member.can_post_messages,
        Right.EDIT: member.can_edit_messages,
        Right.DELETE: member.can_delete_messages,
    }
    return tuple(right for right, is_granted in has.items() if not is_granted)


def _lacking_in_group(member: ResultChatMemberUnion) -> tuple[Right, ...]:
    match member:
        case ChatMemberAdministrator():
            has = {Right.DELETE: member.can_delete_messages, Right.PIN: bool(member.can_pin_messages)}
            return tuple(right for right, is_granted in has.items() if not is_granted)
        case ChatMemberMember():
            return (Right.DELETE, Right.PIN)
        case ChatMemberRestricted() if member.is_member and member.can_send_messages:
            return (Right.DELETE, Right.PIN)
        case _:
            return (Right.POST, Right.DELETE, Right.PIN)
