"""The ticker of a channel: off, live, batches by the clock face, or at times that are typed."""

from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.domain.ticker_plan import TICKER_INTERVALS, AtTimes, Every, Live
from bot.handlers.channel.dialogue import Answers, Asked, ask
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show
from bot.handlers.ticker_words import ticker_sentence
from bot.handlers.toggles import Row, marked
from bot.i18n import Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.channel_editing import ChannelSettings
from bot.services.tickers import TickerSettings

_NAME = "ct"
# More of them side by side are cut on a phone.
_IN_ROW = 3


class TickerWish(StrEnum):
    LOOK = "o"
    OFF = "f"
    LIVE = "l"
    EVERY = "e"
    ASK = "a"


class TickerButton(CallbackData, prefix=_NAME):
    """`minutes` are those between two batches."""

    channel: int
    wish: TickerWish = TickerWish.LOOK
    minutes: int = 0


def build_router() -> Router:
    router = Router(name="channel-ticker")
    router.callback_query.register(tap, TickerButton.filter())
    router.message.register(typed, Answers(_NAME))
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: TickerButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    if callback_data.wish is TickerWish.ASK:
        await ask(bot, callback, person, services, _question(channel, person.texts))
        return
    await redraw(bot, callback, _screen(await _fulfil(callback_data, channel, person, services), person.texts))


async def _fulfil(button: TickerButton, channel: Destination, person: Person, services: Services) -> TickerSettings:
    by = person.administrator
    match button.wish:
        case TickerWish.LOOK:
            return await services.tickers.show(channel.id, by)
        case TickerWish.OFF:
            return await services.tickers.set_plan(channel.id, None, by)
        case TickerWish.LIVE:
            return await services.tickers.set_plan(channel.id, Live(), by)
        case TickerWish.EVERY if button.minutes in TICKER_INTERVALS:
            return await services.tickers.set_plan(channel.id, Every(minutes=button.minutes), by)
        case TickerWish.EVERY | TickerWish.ASK:
            raise StaleButtonError
        case _:
            assert_never(button.wish)


async def typed(message: Message, channel: Destination, bot: Bot, person: Person, services: Services) -> None:
    settings = await services.tickers.set_typed(channel.id, message.text or "", person.administrator)
    await show(bot, person.chat_id, _screen(settings, person.texts))


def _question(channel: Destination, texts: Texts) -> Asked:
    text = texts("schedule.question", channel=escape(one_line(channel.title)))
    return Asked(channel=channel.id, section=_NAME, text=text, way_back=TickerButton(channel=channel.id))


def _screen(found: TickerSettings, texts: Texts) -> Screen:
    lines = [*_lines(found.settings, texts)]
    if found.next_at is not None:
        lines.append(texts("schedule.next", at=texts.day_and_time(found.next_at)))
    if found.is_silenced:
        lines.append(texts("schedule.silenced"))
    lines += ["", texts("schedule.about")]
    return section_screen(found.settings, texts, *lines, rows=_rows(found.settings.channel, texts))


def _rows(channel: Destination, texts: Texts) -> tuple[Row, ...]:
    plan = channel.ticker

    def button(text: str, wish: TickerWish, *, is_on: bool = False, minutes: int = 0) -> InlineKeyboardButton:
        data = TickerButton(channel=channel.id, wish=wish, minutes=minutes)
        return InlineKeyboardButton(text=marked(text, is_on=is_on), callback_data=data.pack())

    off = button(texts("channels.off"), TickerWish.OFF, is_on=plan is None)
    live = button(texts("schedule.button-live"), TickerWish.LIVE, is_on=plan == Live())
    intervals = tuple(
        button(
            texts("channels.minutes", minutes=minutes),
            TickerWish.EVERY,
            is_on=plan == Every(minutes=minutes),
            minutes=minutes,
        )
        for minutes in TICKER_INTERVALS
    )
    is_typed = isinstance(plan, AtTimes) or (isinstance(plan, Every) and plan.minutes not in TICKER_INTERVALS)
    times = button(texts("schedule.button-times"), TickerWish.ASK, is_on=is_typed)
    rows = (intervals[at : at + _IN_ROW] for at in range(0, len(intervals), _IN_ROW))
    return ((off, live), *rows, (times,))


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    return (ticker_sentence(settings.channel.ticker, texts),)


SECTION = Section(
    name="ticker",
    build_router=build_router,
    opens=lambda channel_id: TickerButton(channel=channel_id),
    lines=_lines,
)
