"""All that is set in one channel, copied to another of this person's channels, or to all of them, after a question."""

from enum import StrEnum
from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import Destination, DestinationId
from bot.domain.errors import NotChannelAdministratorError
from bot.handlers.access import administers
from bot.handlers.channel.administered import administered
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import Row
from bot.i18n import Texts
from bot.render.html import escape, one_line
from bot.services import Services
from bot.services.channel_editing import ChannelSettings

# Telegram takes about a hundred buttons a message.
_MAX_SHOWN = 90


class CopyWish(StrEnum):
    LOOK = "o"
    ASK = "q"
    COPY = "y"


class CopyButton(CallbackData, prefix="cc"):
    """`target` 0: every other channel of this person."""

    channel: int
    wish: CopyWish = CopyWish.LOOK
    target: int = 0


def build_router() -> Router:
    router = Router(name="channel-copying")
    router.callback_query.register(tap, CopyButton.filter())
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: CopyButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    others = [each for each in await administered(bot, services, person.user_id) if each.id != channel.id]
    targets = [each for each in others if callback_data.target in {0, each.id}]
    settings = await services.channels.show(channel.id, person.administrator)
    match callback_data.wish:
        case CopyWish.LOOK:
            screen = _choice(settings, others, person.texts)
        case CopyWish.ASK:
            screen = _question(settings, targets, callback_data.target, person.texts)
        case CopyWish.COPY:
            await _check(bot, targets, person)
            to = [DestinationId(each.id) for each in targets]
            settings = await services.channels.copy(channel.id, to, person.administrator)
            told = [person.texts("copying.copied", channels=_names(targets, person.texts))]
            if settings.channel.forum is not None or any(each.forum is not None for each in targets):
                told.append(person.texts("copying.without-topics"))
            screen = section_screen(settings, person.texts, "", *told, rows=())
        case _:
            assert_never(callback_data.wish)
    await redraw(bot, callback, screen)


async def _check(bot: Bot, targets: list[Destination], person: Person) -> None:
    """The taps are checked for the channel that is copied; these are the others."""
    if not targets:
        raise NotChannelAdministratorError
    for target in targets:
        if not await administers(bot, target.chat_id, person.user_id):
            raise NotChannelAdministratorError


def _choice(settings: ChannelSettings, others: list[Destination], texts: Texts) -> Screen:
    if not others:
        return section_screen(settings, texts, "", texts("copying.none"), rows=())
    rows: list[Row] = [
        (_button(settings, one_line(each.title), CopyWish.ASK, each.id),) for each in others[:_MAX_SHOWN]
    ]
    if len(others) > 1:
        rows.append((_button(settings, texts("copying.every", count=len(others)), CopyWish.ASK),))
    return section_screen(settings, texts, "", texts("copying.choose"), rows=tuple(rows))


def _question(settings: ChannelSettings, targets: list[Destination], target: int, texts: Texts) -> Screen:
    if not targets:
        raise NotChannelAdministratorError
    rows: tuple[Row, ...] = (
        (
            _button(settings, texts("copying.copy"), CopyWish.COPY, target),
            _button(settings, texts("copying.cancel"), CopyWish.LOOK),
        ),
    )
    return section_screen(settings, texts, "", texts("copying.question", channels=_names(targets, texts)), rows=rows)


def _button(settings: ChannelSettings, text: str, wish: CopyWish, target: int = 0) -> InlineKeyboardButton:
    data = CopyButton(channel=settings.channel.id, wish=wish, target=target)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


# So many channels are named, the others counted.
_NAMED = 10


def _names(targets: list[Destination], texts: Texts) -> str:
    names = [texts("copying.named", channel=escape(one_line(each.title))) for each in targets[:_NAMED]]
    more = len(targets) - len(names)
    return ", ".join(names) + (f" + {more}" if more else "")


def _lines(_settings: ChannelSettings, _texts: Texts) -> tuple[str, ...]:
    return ()


SECTION = Section(
    name="copying",
    build_router=build_router,
    opens=lambda channel_id: CopyButton(channel=channel_id),
    lines=_lines,
)
