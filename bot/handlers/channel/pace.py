"""The pace of a channel: at most so many posts an hour, at least so many minutes between two; and where the rest goes."""

from enum import StrEnum
from typing import assert_never

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.domain.channel_pace import GAPS, HOURLY_LIMITS, ChannelPace, Overflow
from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.handlers.channel.section import Section, redrawn_by, section_screen
from bot.handlers.context import Person
from bot.handlers.pace_words import pace_sentence
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row, marked
from bot.i18n import Texts
from bot.services import Services
from bot.services.channel_editing import ChannelSettings

_IN_ROW = 3


class PaceWish(StrEnum):
    LOOK = "o"
    HOURLY = "h"
    ANY_NUMBER = "nh"
    GAP = "g"
    ANY_GAP = "ng"
    WAIT = "w"
    BATCH = "b"
    TICKER = "t"


_OVERFLOWS = {
    PaceWish.WAIT: Overflow.WAIT,
    PaceWish.BATCH: Overflow.BATCH,
    PaceWish.TICKER: Overflow.TICKER,
}


class PaceButton(CallbackData, prefix="cp"):
    channel: int
    wish: PaceWish = PaceWish.LOOK
    number: int = 0


def build_router() -> Router:
    return redrawn_by(PaceButton, _draw)


async def _draw(button: PaceButton, channel: Destination, person: Person, services: Services) -> Screen:
    return _screen(await _fulfil(button, channel, person, services), person.texts)


async def _fulfil(button: PaceButton, channel: Destination, person: Person, services: Services) -> ChannelSettings:
    by, timing = person.administrator, services.timing
    match button.wish:
        case PaceWish.LOOK:
            return await services.channels.show(channel.id, by)
        case PaceWish.HOURLY if button.number in HOURLY_LIMITS:
            return await timing.set_hourly(channel.id, button.number, by)
        case PaceWish.GAP if button.number in GAPS:
            return await timing.set_gap(channel.id, button.number, by)
        case PaceWish.ANY_NUMBER:
            return await timing.set_hourly(channel.id, None, by)
        case PaceWish.ANY_GAP:
            return await timing.set_gap(channel.id, None, by)
        case PaceWish.WAIT | PaceWish.BATCH | PaceWish.TICKER:
            return await timing.set_overflow(channel.id, _OVERFLOWS[button.wish], by)
        case PaceWish.HOURLY | PaceWish.GAP:
            raise StaleButtonError
        case _:
            assert_never(button.wish)


def _screen(settings: ChannelSettings, texts: Texts) -> Screen:
    pace = settings.channel.pace or ChannelPace()
    hourly = [
        _button(settings, marked(texts("pace.hourly", count=each), is_on=pace.hourly == each), PaceWish.HOURLY, each)
        for each in HOURLY_LIMITS
    ]
    gaps = [
        _button(settings, marked(texts("pace.gap", minutes=each), is_on=pace.gap == each), PaceWish.GAP, each)
        for each in GAPS
    ]
    any_number = _button(settings, marked(texts("pace.any-number"), is_on=pace.hourly is None), PaceWish.ANY_NUMBER)
    any_gap = _button(settings, marked(texts("pace.any-gap"), is_on=pace.gap is None), PaceWish.ANY_GAP)
    rows = ((any_number,), *_rows(hourly), (any_gap,), *_rows(gaps))
    if settings.channel.pace is None:
        return section_screen(settings, texts, texts("pace.none"), rows=rows)
    lines = (*_lines(settings, texts), texts(f"pace.about-{pace.overflow}"), texts("pace.about"))
    return section_screen(settings, texts, *lines, rows=(*rows, *_overflow_rows(settings, pace, texts)))


def _overflow_rows(settings: ChannelSettings, pace: ChannelPace, texts: Texts) -> tuple[Row, ...]:
    """What there may be too many for; a ticker is offered where the channel has one."""
    return tuple(
        (_button(settings, marked(texts(f"pace.overflow-{overflow}"), is_on=pace.overflow is overflow), wish),)
        for wish, overflow in _OVERFLOWS.items()
        if overflow is not Overflow.TICKER or settings.channel.ticker is not None
    )


def _rows(buttons: list[InlineKeyboardButton]) -> tuple[Row, ...]:
    return tuple(tuple(buttons[start : start + _IN_ROW]) for start in range(0, len(buttons), _IN_ROW))


def _button(settings: ChannelSettings, text: str, wish: PaceWish, number: int = 0) -> InlineKeyboardButton:
    data = PaceButton(channel=settings.channel.id, wish=wish, number=number)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    """Silent while there is none, as most channels have it."""
    pace = settings.channel.pace
    return () if pace is None else (pace_sentence(pace, texts),)


SECTION = Section(
    name="pace",
    build_router=build_router,
    opens=lambda channel_id: PaceButton(channel=channel_id),
    lines=_lines,
)
