"""What the sections of a channel's menu have in common: their row in it, the look of their screens, the way back.

A section is one file: its buttons' data with a prefix of its own and a field `channel`, wishes that say the wanted state, a
`build_router()`, and a SECTION that settings.py lists. Its taps come with `channel`, checked anew by ChannelAdministrator.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.channel import Change, Setting
from bot.domain.destination import Destination, DestinationId
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.ticker_words import ticker_change
from bot.handlers.toggles import Row
from bot.i18n import Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.channel_editing import ChannelSettings


class Wish(StrEnum):
    """What a button of the main menu asks for. It says the state that is wanted, so that a double tap does not flip it back."""

    LOOK = "o"
    ARTICLES = "a"
    NO_ARTICLES = "na"
    PAUSE = "p"
    RESUME = "r"


class ChannelButton(CallbackData, prefix="c"):
    """The main menu of a channel."""

    channel: int
    wish: Wish


class ChannelListButton(CallbackData, prefix="cl"):
    """Back to the list of channels; whose list it is follows from who taps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """`name` ends the key of its button's text, channels.open-…; `lines` tell its state in the main menu.

    `is_for`: the channels that have it at all.
    """

    name: str
    build_router: Callable[[], Router]
    opens: Callable[[DestinationId], CallbackData]
    lines: Callable[[ChannelSettings, Texts], tuple[str, ...]]
    is_for: Callable[[Destination], bool] = lambda _channel: True


Button = TypeVar("Button", bound=CallbackData)


def redrawn_by(
    button: type[Button], draw: Callable[[Button, Destination, Person, Services], Awaitable[Screen]]
) -> Router:
    """For sections that do no more: each tap is done by `draw`, and what it gives stands in place of the tapped message."""

    async def tap(
        callback: CallbackQuery,
        callback_data: Button,
        channel: Destination,
        bot: Bot,
        person: Person,
        services: Services,
    ) -> None:
        await redraw(bot, callback, await draw(callback_data, channel, person, services))

    router = Router(name=button.__module__)
    router.callback_query.register(tap, button.filter())
    return router


def section_screen(
    settings: ChannelSettings, texts: Texts, *lines: str, rows: tuple[Row, ...], leaves: CallbackData | None = None
) -> Screen:
    """`lines` below the channel's title, `rows` above the way back; `leaves` if that has more to do than to lead there."""
    paragraphs = ["\n".join((title(settings), *lines)), *of_others(settings, texts)]
    return Screen(text="\n\n".join(paragraphs), rows=(*rows, (back(settings.channel.id, texts, leaves),)))


def title(settings: ChannelSettings) -> str:
    return f"<b>{escape(one_line(settings.channel.title))}</b>"


def back(channel_id: DestinationId, texts: Texts, leaves: CallbackData | None = None) -> InlineKeyboardButton:
    data = leaves or ChannelButton(channel=channel_id, wish=Wish.LOOK)
    return InlineKeyboardButton(text=texts("channels.menu"), callback_data=data.pack())


def of_others(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    """So that two who change at once see it."""
    last = settings.of_others
    return () if last is None else (f"<i>{change_line(last, texts)}</i>",)


def change_line(change: Change, texts: Texts) -> str:
    value = escape(change.value) if isinstance(change.value, str) else change.value
    arguments = ticker_change(str(change.value)) if change.setting is Setting.TICKER else {"value": value}
    what = texts(f"history.{change.setting}", **arguments)
    return texts("history.line", time=texts.time(change.at), name=escape(change.by.name), change=what)
