"""The language of a channel: of its posts and of the articles it gets."""

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
        case _:
            assert_never(callback_data.wish)
    await redraw(bot, callback, _screen(settings, person.texts))


def _language(value: str) -> Language:
    for language in Language:
        if value == language:
            return language
    raise StaleButtonError


def _screen(settings: ChannelSettings, texts: Texts) -> Screen:
    row = tuple(
        InlineKeyboardButton(
            text=marked(texts(f"language.{each}"), is_on=each is settings.channel.language),
            callback_data=ChannelLanguageButton(
                channel=settings.channel.id, wish=LanguageWish.SPEAK, language=each
            ).pack(),
        )
        for each in Language
    )
    return section_screen(settings, texts, *_lines(settings, texts), rows=(row,))


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    return (texts("channels.language", language=texts(f"language.{settings.channel.language}")),)


SECTION = Section(
    name="language",
    build_router=build_router,
    opens=lambda channel_id: ChannelLanguageButton(channel=channel_id),
    lines=_lines,
)
