"""The words of a channel: those of which an article must have one, and those of which it must have none; typed, removed by a tap."""

from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.domain.channel import Question
from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.domain.words import MAX_WORDS, ChannelWord, WordId, WordKind
from bot.handlers.channel.dialogue import Answers, Asked, ask
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show
from bot.handlers.toggles import paged
from bot.i18n import Texts
from bot.render.html import escape
from bot.services import Services
from bot.services.channel_editing import ChannelSettings

_SECTION = "cw"
_MARKS = {WordKind.INCLUDE: "➕", WordKind.LEAVE_OUT: "🚫"}


class WordWish(StrEnum):
    LOOK = "o"
    INCLUDE = "i"
    LEAVE_OUT = "x"
    REMOVE = "d"


class WordButton(CallbackData, prefix=_SECTION):
    channel: int
    wish: WordWish = WordWish.LOOK
    word: int = 0
    page: int = 0


def build_router() -> Router:
    router = Router(name="channel-words")
    router.callback_query.register(tap, WordButton.filter())
    router.message.register(typed, Answers(_SECTION))
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: WordButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    match callback_data.wish:
        case WordWish.LOOK:
            settings = await services.channels.show(channel.id, person.administrator)
        case WordWish.REMOVE:
            settings = await services.words.remove(channel.id, WordId(callback_data.word), person.administrator)
        case WordWish.INCLUDE:
            return await _ask(callback, channel, WordKind.INCLUDE, bot, person, services)
        case WordWish.LEAVE_OUT:
            return await _ask(callback, channel, WordKind.LEAVE_OUT, bot, person, services)
        case _:
            assert_never(callback_data.wish)
    return await redraw(bot, callback, _screen(settings, person.texts, callback_data.page))


async def _ask(
    callback: CallbackQuery, channel: Destination, kind: WordKind, bot: Bot, person: Person, services: Services
) -> None:
    asked = Asked(
        channel=channel.id,
        section=_SECTION,
        text=person.texts(f"words.ask-{kind}", most=MAX_WORDS),
        way_back=WordButton(channel=channel.id),
        argument=kind,
    )
    await ask(bot, callback, person, services, asked)


async def typed(
    message: Message, channel: Destination, question: Question, bot: Bot, person: Person, services: Services
) -> None:
    kind = _kind(question.argument)
    settings = await services.words.add(channel.id, kind, message.text or "", person.administrator)
    await show(bot, person.chat_id, _screen(settings, person.texts))


def _kind(value: str) -> WordKind:
    for kind in WordKind:
        if value == kind:
            return kind
    raise StaleButtonError


def _screen(settings: ChannelSettings, texts: Texts, page: int = 0) -> Screen:
    add = tuple(
        InlineKeyboardButton(
            text=texts(f"words.add-{kind}"), callback_data=WordButton(channel=settings.channel.id, wish=wish).pack()
        )
        for kind, wish in ((WordKind.INCLUDE, WordWish.INCLUDE), (WordKind.LEAVE_OUT, WordWish.LEAVE_OUT))
    )
    words = [_remove(settings, word, page) for kind in WordKind for word in settings.words if word.kind is kind]
    rows = paged(
        words, page, turn=lambda turned: WordButton(channel=settings.channel.id, page=turned).pack(), texts=texts
    )
    lines = [
        texts("words.none") if not words else texts("words.remove"),
        *(_list(settings, kind, texts) for kind in WordKind),
    ]
    return section_screen(settings, texts, *filter(None, lines), rows=(*((each,) for each in add), *rows))


def _list(settings: ChannelSettings, kind: WordKind, texts: Texts) -> str:
    words = ", ".join(escape(word.written) for word in settings.words if word.kind is kind)
    return texts(f"words.list-{kind}", words=words) if words else ""


def _remove(settings: ChannelSettings, word: ChannelWord, page: int) -> InlineKeyboardButton:
    data = WordButton(channel=settings.channel.id, wish=WordWish.REMOVE, word=word.id, page=page)
    return InlineKeyboardButton(text=f"{_MARKS[word.kind]} {word.written} ✕", callback_data=data.pack())


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    """Silent while there are none: most channels have no words."""
    if not settings.words:
        return ()
    included = sum(word.kind is WordKind.INCLUDE for word in settings.words)
    return (texts("words.counts", included=included, left=len(settings.words) - included),)


SECTION = Section(
    name="words",
    build_router=build_router,
    opens=lambda channel_id: WordButton(channel=channel_id),
    lines=_lines,
)
