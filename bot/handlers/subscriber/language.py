"""/language: three buttons, each language called by its own name. The choice changes the texts, the menu and the articles."""

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.language import Language
from bot.handlers.context import Person
from bot.handlers.menu import publish_person_commands
from bot.handlers.screen import Screen, redraw, show
from bot.handlers.toggles import marked
from bot.i18n import I18n, Texts
from bot.services import Services


class LanguageButton(CallbackData, prefix="l"):
    language: Language


def build_router() -> Router:
    router = Router(name="language")
    router.message.register(language, Command("language"))
    router.callback_query.register(choose, LanguageButton.filter())
    return router


async def language(_: object, bot: Bot, person: Person) -> None:
    await show(bot, person.chat_id, _screen("language.choose", person.texts))


async def choose(
    callback: CallbackQuery,
    callback_data: LanguageButton,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> None:
    texts = await change_language(callback_data.language, bot, person, services, i18n)
    await redraw(bot, callback, _screen("language.chosen", texts))


async def change_language(chosen: Language, bot: Bot, person: Person, services: Services, i18n: I18n) -> Texts:
    """Of articles, texts and the command menu; gives the texts."""
    await services.subscribers.set_language(person.chat_id, chosen)
    await publish_person_commands(
        bot,
        i18n,
        user_id=person.user_id,
        language=chosen,
        role=person.role,
        has_channels=bool(await services.connections.administered_by(person.user_id)),
    )
    return i18n.texts(chosen)


def _screen(key: str, texts: Texts) -> Screen:
    row = tuple(
        InlineKeyboardButton(
            text=marked(texts(f"language.{one}"), is_on=one is texts.language),
            callback_data=LanguageButton(language=one).pack(),
        )
        for one in Language
    )
    return Screen(text=texts(key), rows=(row,))
