"""The ticker of a channel: off, or every so many minutes."""

from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import TICKER_INTERVALS, Destination
from bot.domain.errors import StaleButtonError
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import marked
from bot.i18n import Texts
from bot.services import Services
from bot.services.channel_editing import ChannelSettings

# More of them side by side are cut on a phone.
_IN_ROW = 3


class TickerWish(StrEnum):
    LOOK = "o"
    EVERY = "t"
    OFF = "nt"


class TickerButton(CallbackData, prefix="ct"):
    channel: int
    wish: TickerWish = TickerWish.LOOK
    minutes: int = 0


def build_router() -> Router:
    router = Router(name="channel-ticker")
    router.callback_query.register(tap, TickerButton.filter())
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: TickerButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    settings = await _fulfil(callback_data, channel, person, services)
    await redraw(bot, callback, _screen(settings, person.texts))


async def _fulfil(button: TickerButton, channel: Destination, person: Person, services: Services) -> ChannelSettings:
    by = person.administrator
    match button.wish:
        case TickerWish.LOOK:
            return await services.channels.show(channel.id, by)
        case TickerWish.EVERY:
            if button.minutes not in TICKER_INTERVALS:
                raise StaleButtonError
            return await services.channels.set_ticker(channel.id, button.minutes, by)
        case TickerWish.OFF:
            return await services.channels.set_ticker(channel.id, None, by)
        case _:
            assert_never(button.wish)


def _screen(settings: ChannelSettings, texts: Texts) -> Screen:
    current = settings.channel.ticker_minutes
    intervals = [
        _button(
            settings,
            marked(texts("channels.minutes", minutes=each), is_on=each == current),
            TickerWish.EVERY,
            minutes=each,
        )
        for each in TICKER_INTERVALS
    ]
    rows = [tuple(intervals[start : start + _IN_ROW]) for start in range(0, len(intervals), _IN_ROW)]
    off = _button(settings, marked(texts("channels.off"), is_on=current is None), TickerWish.OFF)
    return section_screen(settings, texts, *_lines(settings, texts), rows=((off,), *rows))


def _button(settings: ChannelSettings, text: str, wish: TickerWish, minutes: int = 0) -> InlineKeyboardButton:
    data = TickerButton(channel=settings.channel.id, wish=wish, minutes=minutes)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    minutes = settings.channel.ticker_minutes
    return (texts("channels.ticker-off") if minutes is None else texts("channels.ticker-on", minutes=minutes),)


SECTION = Section(
    name="ticker",
    build_router=build_router,
    opens=lambda channel_id: TickerButton(channel=channel_id),
    lines=_lines,
)
