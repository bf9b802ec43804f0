"""/editors: who may push. `/editors 1004` appoints; a button per editor dismisses, after one question."""

import re

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.errors import UnknownPersonError
from bot.domain.staff import Editor
from bot.handlers.context import Person
from bot.handlers.menu import publish_person_commands
from bot.handlers.screen import Screen, redraw, show, show_if_reachable
from bot.i18n import I18n, Texts
from bot.render.html import escape, one_line
from bot.services import Services

# Telegram's user ids fit 52 bits.
_USER_ID = re.compile(r"[1-9]\d{0,15}")
# Telegram takes about a hundred buttons a message.
_MAX_SHOWN = 90


class DismissButton(CallbackData, prefix="ed"):
    editor: int
    is_confirmed: bool


class EditorsButton(CallbackData, prefix="el"):
    """Back to the list."""


def build_router() -> Router:
    router = Router(name="editors")
    router.message.register(editors, Command("editors"))
    router.callback_query.register(dismiss, DismissButton.filter())
    router.callback_query.register(back, EditorsButton.filter())
    return router


async def editors(_: object, command: CommandObject, bot: Bot, person: Person, services: Services, i18n: I18n) -> None:
    given = (command.args or "").strip()
    said = ""
    if _USER_ID.fullmatch(given):
        said = await _appoint(int(given), bot, person, services, i18n)
    elif given:
        said = person.texts("editors.usage")
    await show(bot, person.chat_id, _list(await services.staff.editors(), person.texts, said=said))


async def dismiss(
    callback: CallbackQuery,
    callback_data: DismissButton,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> None:
    texts = person.texts
    known = {editor.user_id: editor for editor in await services.staff.editors()}
    editor = known.get(callback_data.editor)
    if editor is None:
        await redraw(bot, callback, _list(list(known.values()), texts))
    elif not callback_data.is_confirmed:
        await redraw(bot, callback, _question(editor, texts))
    else:
        if await services.staff.dismiss(editor.user_id):
            await _tell(bot, editor.user_id, "editors.you-are-dismissed", services, i18n)
        said = texts("editors.dismissed", name=escape(one_line(editor.name)))
        await redraw(bot, callback, _list(await services.staff.editors(), texts, said=said))


async def back(callback: CallbackQuery, bot: Bot, person: Person, services: Services) -> None:
    await redraw(bot, callback, _list(await services.staff.editors(), person.texts))


async def _appoint(user_id: int, bot: Bot, person: Person, services: Services, i18n: I18n) -> str:
    name = await _name_of(user_id, bot)
    shown = escape(one_line(name))
    if not await services.staff.appoint(user_id, name=name, by=person.user_id):
        return person.texts("editors.already", name=shown)
    await _tell(bot, user_id, "editors.you-are-appointed", services, i18n)
    return person.texts("editors.appointed", name=shown)


async def _name_of(user_id: int, bot: Bot) -> str:
    """Only who has started the bot is known to it, which also keeps a mistyped id out."""
    try:
        chat = await bot.get_chat(user_id)
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        raise UnknownPersonError from error
    return chat.full_name


async def _tell(bot: Bot, user_id: int, key: str, services: Services, i18n: I18n) -> None:
    """What they are now, in their language, with the commands that they have now."""
    language = await services.subscribers.language_of(user_id, None)
    await publish_person_commands(
        bot,
        i18n,
        user_id=user_id,
        language=language,
        role=await services.staff.role_of(user_id),
        has_channels=bool(await services.connections.administered_by(user_id)),
    )
    await show_if_reachable(bot, user_id, Screen(text=i18n.texts(language)(key)))


def _list(found: list[Editor], texts: Texts, *, said: str = "") -> Screen:
    paragraphs = [said] if said else []
    paragraphs.append(texts("editors.list", count=len(found)) if found else texts("editors.nobody"))
    paragraphs.append(texts("editors.how"))
    rows = tuple(
        (
            InlineKeyboardButton(
                text=f"✕ {editor.name}",
                callback_data=DismissButton(editor=editor.user_id, is_confirmed=False).pack(),
            ),
        )
        for editor in found[:_MAX_SHOWN]
    )
    return Screen(text="\n\n".join(paragraphs), rows=rows)


def _question(editor: Editor, texts: Texts) -> Screen:
    yes = InlineKeyboardButton(
        text=texts("editors.dismiss"),
        callback_data=DismissButton(editor=editor.user_id, is_confirmed=True).pack(),
    )
    no = InlineKeyboardButton(text=texts("editors.keep"), callback_data=EditorsButton().pack())
    return Screen(text=texts("editors.question", name=escape(one_line(editor.name))), rows=((yes, no),))
