"""Who changed what of a channel and when, newest first, a day under its date."""

from itertools import groupby

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.domain.channel import Change
from bot.domain.destination import Destination, DestinationId
from bot.handlers.channel.section import Section, change_line, redrawn_by, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen
from bot.handlers.toggles import Row
from bot.i18n import Texts
from bot.services import Services
from bot.services.channel_editing import ChannelSettings

# A screenful; with the longest names and values still far within a message.
_PAGE = 15


class HistoryButton(CallbackData, prefix="ch"):
    channel: int
    page: int = 0


def build_router() -> Router:
    return redrawn_by(HistoryButton, _draw)


async def _draw(button: HistoryButton, channel: Destination, person: Person, services: Services) -> Screen:
    settings = await services.channels.show(channel.id, person.administrator)
    changes = await services.channels.changes(channel.id)
    return _screen(settings, changes, person.texts, button.page)


def _screen(settings: ChannelSettings, changes: list[Change], texts: Texts, page: int) -> Screen:
    if not changes:
        return section_screen(settings, texts, texts("history.none"), rows=())
    last = (len(changes) - 1) // _PAGE
    shown = min(max(page, 0), last)
    lines = [texts("history.title")]
    for day, of_day in groupby(changes[shown * _PAGE : (shown + 1) * _PAGE], key=lambda change: texts.day(change.at)):
        lines += ["", f"<b>{texts.date(day)}</b>", *(change_line(change, texts) for change in of_day)]
    return section_screen(settings, texts, *lines, rows=_turns(settings.channel.id, shown, last, texts))


def _turns(channel_id: DestinationId, shown: int, last: int, texts: Texts) -> tuple[Row, ...]:
    def turn(text: str, page: int) -> InlineKeyboardButton:
        return InlineKeyboardButton(text=text, callback_data=HistoryButton(channel=channel_id, page=page).pack())

    newer = (turn(texts("history.newer"), shown - 1),) if shown > 0 else ()
    older = (turn(texts("history.older"), shown + 1),) if shown < last else ()
    return ((*newer, *older),) if last else ()


def _lines(_settings: ChannelSettings, _texts: Texts) -> tuple[str, ...]:
    return ()


SECTION = Section(
    name="history",
    build_router=build_router,
    opens=lambda channel_id: HistoryButton(channel=channel_id),
    lines=_lines,
)
