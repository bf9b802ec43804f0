"""One-time codes: shown in private, posted in the channel or group, taken back, and the channel is that person's."""

import logging
import re

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.domain.channel import CODE_LIVES
from bot.handlers.access import administrator
from bot.handlers.channel.joining import join, named, welcome
from bot.handlers.channel.section import ChannelListButton
from bot.handlers.channel.standing import GROUPS, look
from bot.handlers.context import Person, person_of
from bot.handlers.screen import Screen, redraw, show_if_reachable
from bot.i18n import I18n
from bot.services import Services

logger = logging.getLogger(__name__)

# With a slash a group shows it even to a bot that does not administer it; a person may leave the hyphen out.
_CODE = re.compile(r"/?rubrika(?:@\w+)?\s+(\d{4})[-–— ]?(\d{4})", re.IGNORECASE)


class CodeButton(CallbackData, prefix="cx"):
    """Asks for a new code."""


def build_router() -> Router:
    """In channels and groups: nothing but codes is read there."""
    router = Router(name="codes")
    router.channel_post.register(posted, F.text.regexp(_CODE, mode="fullmatch").as_("code"))
    router.message.register(posted, F.chat.type.in_(GROUPS), F.text.regexp(_CODE, mode="fullmatch").as_("code"))
    return router


def build_private_router() -> Router:
    router = Router(name="code")
    router.callback_query.register(issue, CodeButton.filter())
    return router


async def issue(callback: CallbackQuery, bot: Bot, person: Person, services: Services) -> None:
    digits = await services.codes.issue(person.user_id)
    minutes = int(CODE_LIVES.total_seconds() // 60)
    text = person.texts("channels.code", code=f"/rubrika {digits[:4]}-{digits[4:]}", minutes=minutes)
    rows = (
        (InlineKeyboardButton(text=person.texts("channels.new-code"), callback_data=CodeButton().pack()),),
        (InlineKeyboardButton(text=person.texts("channels.back"), callback_data=ChannelListButton().pack()),),
    )
    await redraw(bot, callback, Screen(text=text, rows=rows))


async def posted(message: Message, code: re.Match[str], bot: Bot, services: Services, i18n: I18n) -> None:
    """Whoever wrote it: the person is the one to whom the code was shown."""
    user_id = await services.codes.redeem("".join(code.groups()), chat_id=message.chat.id)
    if user_id is None:
        return
    is_deleted = await _delete(bot, message)
    user = await administrator(bot, message.chat.id, user_id)
    if user is None:
        language = await services.subscribers.language_of(user_id, None)
        sentence = i18n.texts(language)("channels.code-of-stranger", channel=named(message.chat.title or ""))
        await show_if_reachable(bot, user_id, Screen(text=sentence))
        return
    person = await person_of(user, services, i18n)
    place = await look(bot, message.chat.id)
    if not place.may_post:
        sentence = person.texts("channels.right-missing", channel=named(place.title))
        await show_if_reachable(bot, person.chat_id, Screen(text=sentence))
        return
    connection = await join(place, bot, services, i18n, person=person)
    logger.info("A channel is linked by a code.", extra={"channel": connection.settings.channel.id})
    if not connection.is_new:
        linked = await services.connections.linked(connection.settings.channel.id, person.administrator)
        await welcome(linked, bot, services, i18n, person)
    if not is_deleted:
        sentence = person.texts("channels.code-stays", channel=named(place.title))
        await show_if_reachable(bot, person.chat_id, Screen(text=sentence))


async def _delete(bot: Bot, message: Message) -> bool:
    try:
        return await bot.delete_message(message.chat.id, message.message_id)
    except (TelegramBadRequest, TelegramForbiddenError):
        # We lack the right, or somebody was faster; a code is good only once anyway.
        return False
