"""The language of a channel, of its posts and of the articles it gets; and in which others it gets articles besides."""

from enum import StrEnum
from typing import assert_never

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.domain.language import Language
from bot.handlers.channel.section import Section, redrawn_by, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row, marked
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
    return redrawn_by(ChannelLanguageButton, _draw)


async def _draw(button: ChannelLanguageButton, channel: Destination, person: Person, services: Services) -> Screen:
    match button.wish:
        case LanguageWish.LOOK:
            settings = await services.channels.show(channel.id, person.administrator)
        case LanguageWish.SPEAK:
            language = _language(button.language)
            settings = await services.channels.set_language(channel.id, language, person.administrator)
        case LanguageWish.ADD_EDITION | LanguageWish.DROP_EDITION:
            is_wanted = button.wish is LanguageWish.ADD_EDITION
            settings = await services.channels.set_edition(
                channel.id, _language(button.language), person.administrator, is_wanted=is_wanted
            )
        case _:
            assert_never(button.wish)
    return _screen(settings, person.texts)


def _language(value: str) -> Language:
    for language in Language:
        if value == language:
            return language
    raise StaleButtonError


def _screen(settings: ChannelSettings, texts: Texts) -> Screen:
    lines = (*_lines(settings, texts), "", texts("channels.choose-editions"))
    return section_screen(settings, texts, *lines, rows=tuple(_row(settings, each, texts) for each in Language))


def _row(settings: ChannelSettings, language: Language, texts: Texts) -> Row:
    """To be the channel's language, and to be one of its others: side by side, so that the longest name is not cut."""
    name = texts(f"language.{language}")
    if language is settings.channel.language:
        return (_button(settings, marked(name, is_on=True), LanguageWish.SPEAK, language),)
    is_added = language in settings.editions
    wish = LanguageWish.DROP_EDITION if is_added else LanguageWish.ADD_EDITION
    return (
        _button(settings, name, LanguageWish.SPEAK, language),
        _button(settings, marked(f"+ {name}", is_on=is_added), wish, language),
    )


def _button(settings: ChannelSettings, text: str, wish: LanguageWish, language: Language) -> InlineKeyboardButton:
    data = ChannelLanguageButton(channel=settings.channel.id, wish=wish, language=language)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


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
