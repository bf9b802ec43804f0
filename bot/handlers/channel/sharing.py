"""A keyboard in which Telegram itself lets a person choose a channel or group and makes the bot its administrator in one tap.

What it brings proves nothing yet: whether the bot is there, and whether the person may, is asked of Telegram.
"""

from aiogram import Bot, F, Router
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    ChatAdministratorRights,
    ChatShared,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.domain.errors import NotChannelAdministratorError
from bot.handlers.access import administers
from bot.handlers.channel.joining import join, named, welcome
from bot.handlers.channel.standing import look
from bot.handlers.context import Person
from bot.handlers.screen import Screen, show
from bot.i18n import I18n
from bot.services import Services
from bot.services.connections import Place

_CHANNEL, _GROUP = 1, 2


class ShareButton(CallbackData, prefix="cs"):
    """Asks for the keyboard."""


class SaysCancel(Filter):
    """The keyboard's own way out is a text like any other."""

    async def __call__(self, message: Message, person: Person | None = None) -> bool:
        return person is not None and message.text == person.texts("sharing.cancel")


def build_router() -> Router:
    router = Router(name="sharing")
    router.callback_query.register(offer, ShareButton.filter())
    router.message.register(shared, F.chat_shared.as_("choice"))
    router.message.register(cancel, SaysCancel())
    return router


async def offer(_: CallbackQuery, bot: Bot, person: Person) -> None:
    texts = person.texts
    channel = KeyboardButtonRequestChat(
        request_id=_CHANNEL,
        chat_is_channel=True,
        # Telegram offers only the channels in which this person has these, ours among them.
        user_administrator_rights=_rights(post=True, edit=True, delete=True, promote=True),
        bot_administrator_rights=_rights(post=True, edit=True, delete=True),
        request_title=True,
    )
    group = KeyboardButtonRequestChat(
        request_id=_GROUP,
        chat_is_channel=False,
        user_administrator_rights=_rights(delete=True, pin=True, promote=True),
        bot_administrator_rights=_rights(delete=True, pin=True),
        request_title=True,
    )
    keyboard = ReplyKeyboardMarkup(
        keyboard=[
            [KeyboardButton(text=texts("sharing.channel"), request_chat=channel)],
            [KeyboardButton(text=texts("sharing.group"), request_chat=group)],
            [KeyboardButton(text=texts("sharing.cancel"))],
        ],
        resize_keyboard=True,
        one_time_keyboard=True,
    )
    await bot.send_message(person.chat_id, texts("sharing.choose"), reply_markup=keyboard)


async def shared(_: Message, choice: ChatShared, bot: Bot, person: Person, services: Services, i18n: I18n) -> None:
    title = named(choice.title or "")
    await _take_keyboard_away(bot, person, person.texts("sharing.looking", channel=title))
    place = await _place(bot, choice.chat_id)
    if place is None:
        await show(bot, person.chat_id, Screen(text=person.texts("sharing.absent", channel=title)))
        return
    if not await administers(bot, choice.chat_id, person.user_id):
        raise NotChannelAdministratorError
    if not place.may_post:
        sentence = person.texts("channels.right-missing", channel=named(place.title))
        await show(bot, person.chat_id, Screen(text=sentence))
        return
    connection = await join(place, bot, services, i18n, person=person)
    channel = connection.settings.channel
    # That the bot was made administrator is told in an update of its own, which may have come before.
    if not connection.is_new and not await services.connections.connected_lately(channel.id, person.user_id):
        await welcome(connection.settings, bot, services, i18n, person)


async def cancel(_: Message, bot: Bot, person: Person) -> None:
    await _take_keyboard_away(bot, person, person.texts("dialogue.cancelled"))


async def _place(bot: Bot, chat_id: int) -> Place | None:
    try:
        return await look(bot, chat_id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return None


async def _take_keyboard_away(bot: Bot, person: Person, text: str) -> None:
    await bot.send_message(person.chat_id, text, parse_mode=ParseMode.HTML, reply_markup=ReplyKeyboardRemove())


def _rights(
    *, post: bool = False, edit: bool = False, delete: bool = False, pin: bool = False, promote: bool = False
) -> ChatAdministratorRights:
    return ChatAdministratorRights(
        is_anonymous=False,
        can_manage_chat=True,
        can_post_messages=post or None,
        can_edit_messages=edit or None,
        can_delete_messages=delete,
        can_pin_messages=pin or None,
        can_promote_members=promote,
        can_manage_video_chats=False,
        can_restrict_members=False,
        can_change_info=False,
        can_invite_users=False,
        can_post_stories=False,
        can_edit_stories=False,
        can_delete_stories=False,
        can_send_welcome_messages=False,
    )
