"""The quiet hours of a channel: from which hour to which, and whether posts wait for their end or come without a sound."""

from enum import StrEnum
from typing import assert_never

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.domain.destination import Destination
from bot.domain.errors import StaleButtonError
from bot.domain.quiet import QuietMode
from bot.handlers.channel.section import Section, redrawn_by, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row, marked
from bot.i18n import Texts
from bot.services import Services
from bot.services.channel_editing import ChannelSettings

_HOURS = range(24)
# More of them side by side are broken in two on a phone.
_IN_ROW = 4


class QuietWish(StrEnum):
    LOOK = "o"
    OFF = "n"
    HOLD = "h"
    SILENT = "s"
    # The hours to choose from, and the hour that was chosen.
    STARTS = "fs"
    ENDS = "ts"
    START = "f"
    END = "t"


class QuietButton(CallbackData, prefix="cq"):
    channel: int
    wish: QuietWish = QuietWish.LOOK
    hour: int = 0


def build_router() -> Router:
    return redrawn_by(QuietButton, _draw)


async def _draw(button: QuietButton, channel: Destination, person: Person, services: Services) -> Screen:
    settings = await _fulfil(button, channel, person, services)
    match button.wish:
        case QuietWish.STARTS if settings.channel.quiet:
            return _hours_screen(settings, person.texts, QuietWish.START)
        case QuietWish.ENDS if settings.channel.quiet:
            return _hours_screen(settings, person.texts, QuietWish.END)
        case _:
            return _screen(settings, person.texts, is_silenced=services.tickers.is_silenced(settings.channel))


async def _fulfil(button: QuietButton, channel: Destination, person: Person, services: Services) -> ChannelSettings:
    by, timing = person.administrator, services.timing
    if button.hour not in _HOURS:
        raise StaleButtonError
    match button.wish:
        case QuietWish.LOOK | QuietWish.STARTS | QuietWish.ENDS:
            return await services.channels.show(channel.id, by)
        case QuietWish.OFF:
            return await timing.end_quiet(channel.id, by)
        case QuietWish.HOLD:
            return await timing.set_quiet(channel.id, by, mode=QuietMode.HOLD)
        case QuietWish.SILENT:
            return await timing.set_quiet(channel.id, by, mode=QuietMode.SILENT)
        case QuietWish.START:
            return await timing.set_quiet(channel.id, by, start=button.hour)
        case QuietWish.END:
            return await timing.set_quiet(channel.id, by, end=button.hour)
        case _:
            assert_never(button.wish)


def _screen(settings: ChannelSettings, texts: Texts, *, is_silenced: bool) -> Screen:
    quiet = settings.channel.quiet
    mode = quiet.mode if quiet else None
    rows: list[Row] = [
        (_button(settings, marked(texts("quiet.off"), is_on=quiet is None), QuietWish.OFF),),
        (_button(settings, marked(texts("quiet.hold"), is_on=mode is QuietMode.HOLD), QuietWish.HOLD),),
        (_button(settings, marked(texts("quiet.silent"), is_on=mode is QuietMode.SILENT), QuietWish.SILENT),),
    ]
    if quiet is not None:
        rows.append(
            (
                _button(settings, texts("quiet.start", hour=_clock(quiet.start)), QuietWish.STARTS),
                _button(settings, texts("quiet.end", hour=_clock(quiet.end)), QuietWish.ENDS),
            )
        )
    lines = _lines(settings, texts) or (texts("quiet.none"),)
    if is_silenced:
        lines = (*lines, texts("schedule.silenced"))
    return section_screen(settings, texts, *lines, rows=tuple(rows))


def _hours_screen(settings: ChannelSettings, texts: Texts, wish: QuietWish) -> Screen:
    """Without the hour of the other end: from an hour to the same would be never or always."""
    quiet = settings.channel.quiet
    assert quiet is not None  # noqa: S101, tap saw to it
    own, other = (quiet.start, quiet.end) if wish is QuietWish.START else (quiet.end, quiet.start)
    buttons = [
        _button(settings, marked(_clock(hour), is_on=hour == own), wish, hour) for hour in _HOURS if hour != other
    ]
    rows = [tuple(buttons[start : start + _IN_ROW]) for start in range(0, len(buttons), _IN_ROW)]
    question = texts("quiet.which-start") if wish is QuietWish.START else texts("quiet.which-end")
    return section_screen(settings, texts, *_lines(settings, texts), question, rows=tuple(rows))


def _button(settings: ChannelSettings, text: str, wish: QuietWish, hour: int = 0) -> InlineKeyboardButton:
    data = QuietButton(channel=settings.channel.id, wish=wish, hour=hour)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _clock(hour: int) -> str:
    return f"{hour:02}:00"


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    """Silent while there are none, as most channels have it."""
    quiet = settings.channel.quiet
    return () if quiet is None else (texts(f"quiet.state-{quiet.mode}", hours=quiet.period),)


SECTION = Section(
    name="quiet",
    build_router=build_router,
    opens=lambda channel_id: QuietButton(channel=channel_id),
    lines=_lines,
)
