"""The language of a channel, of its posts and of the articles it gets; and in which others it gets articles besides."""

from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.domain.language import Language
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import marked
from bot.i18n import Texts
from bot.services import Services
from bot.services.channel_editing import ChannelSettings


class LanguageWish(StrEnum):
    LOOK = "o"
    SPEAK = "l"
    ADD_EDITION = "e"
    DROP_EDITION = "ne"


class ChannelLanguageButton(CallbackData, prefix="cg"):
    channel: int
    wish: LanguageWish = LanguageWish.LOOK
    language: str = ""


def build_router() -> Router:
    router = Router(name="channel-language")
    router.callback_query.register(tap, ChannelLanguageButton.filter())
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: ChannelLanguageButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    match callback_data.wish:
        case LanguageWish.LOOK:
            settings = await services.channels.show(channel.id, person.administrator)
        case LanguageWish.SPEAK:
            language = _language(callback_data.language)
            settings = await services.channels.set_language(channel.id, language, person.administrator)
        case LanguageWish.ADD_EDITION | LanguageWish.DROP_EDITION:
            is_wanted = callback_data.wish is LanguageWish.ADD_EDITION
            settings = await services.channels.set_edition(
                channel.id, _language(callback_data.language), person.administrator, is_wanted=is_wanted
            )
        case _:
            assert_never(callback_data.wish)
    await redraw(bot, callback, _screen(settings, person.texts))


def _language(value: str) -> Language:
    for language in Language:
        if value == language:
            return language
    raise StaleButtonError


def _screen(settings: ChannelSettings, texts: Texts) -> Screen:
    own = settings.channel.language
    speak = tuple(_button(settings, texts, each, LanguageWish.SPEAK, is_on=each is own) for each in Language)
    more = tuple(
        _button(
            settings,
            texts,
            each,
            LanguageWish.DROP_EDITION if each in settings.editions else LanguageWish.ADD_EDITION,
            is_on=each in settings.editions,
        )
        for each in Language
        if each is not own
    )
    return section_screen(
        settings, texts, *_lines(settings, texts), "", texts("channels.choose-editions"), rows=(speak, more)
    )


def _button(
    settings: ChannelSettings, texts: Texts, language: Language, wish: LanguageWish, *, is_on: bool
) -> InlineKeyboardButton:
    name = texts(f"language.{language}")
    text = name if wish is LanguageWish.SPEAK else f"+ {name}"
    data = ChannelLanguageButton(channel=settings.channel.id, wish=wish, language=language)
    return InlineKeyboardButton(text=marked(text, is_on=is_on), callback_data=data.pack())


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    own = settings.channel.language
    more = ", ".join(texts(f"language.{each}") for each in Language if each in settings.editions and each is not own)
    line = texts("channels.language", language=texts(f"language.{own}"))
    return (line, texts("channels.editions", languages=more)) if more else (line,)


SECTION = Section(
    name="language",
    build_router=build_router,
    opens=lambda channel_id: ChannelLanguageButton(channel=channel_id),
    lines=_lines,
)
