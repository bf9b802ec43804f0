"""The rubrics of a channel, one button each, all and none."""

from enum import StrEnum

from aiogram import Bot, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.destination import Destination
from bot.domain.errors import UnknownRubricError
from bot.domain.rubric import Slug
from bot.handlers.channel.section import Section, section_screen
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw
from bot.handlers.toggles import Row, paged, rubric_label
from bot.i18n import Texts
from bot.services import Services
from bot.services.channel_editing import ChannelSettings


class RubricWish(StrEnum):
    LOOK = "o"
    CHOOSE = "c"
    DROP = "d"
    CHOOSE_ALL = "ca"
    DROP_ALL = "da"


class ChannelRubricButton(CallbackData, prefix="cr"):
    """Within Telegram's 64 bytes with the longest id and slug."""

    channel: int
    wish: RubricWish = RubricWish.LOOK
    slug: str = ""
    page: int = 0


def build_router() -> Router:
    router = Router(name="channel-rubrics")
    router.callback_query.register(tap, ChannelRubricButton.filter())
    return router


async def tap(
    callback: CallbackQuery,
    callback_data: ChannelRubricButton,
    channel: Destination,
    bot: Bot,
    person: Person,
    services: Services,
) -> None:
    try:
        settings = await _fulfil(callback_data, channel, person, services)
    except UnknownRubricError:
        stored = await services.channels.show(channel.id, person.administrator)
        await redraw(bot, callback, _screen(stored, person.texts, callback_data.page))
        raise
    await redraw(bot, callback, _screen(settings, person.texts, callback_data.page))


async def _fulfil(
    button: ChannelRubricButton, channel: Destination, person: Person, services: Services
) -> ChannelSettings:
    by = person.administrator
    match button.wish:
        case RubricWish.LOOK:
            return await services.channels.show(channel.id, by)
        case RubricWish.CHOOSE | RubricWish.DROP:
            is_wanted = button.wish is RubricWish.CHOOSE
            return await services.channels.choose(channel.id, Slug(button.slug), by, is_wanted=is_wanted)
        case RubricWish.CHOOSE_ALL | RubricWish.DROP_ALL:
            is_wanted = button.wish is RubricWish.CHOOSE_ALL
            return await services.channels.choose_every(channel.id, by, is_wanted=is_wanted)


def _screen(settings: ChannelSettings, texts: Texts, page: int) -> Screen:
    if not settings.choices:
        return section_screen(settings, texts, *_lines(settings, texts), rows=())
    buttons = [
        _button(
            settings,
            rubric_label(choice, texts),
            RubricWish.DROP if choice.is_chosen else RubricWish.CHOOSE,
            slug=choice.rubric.slug,
            page=page,
        )
        for choice in settings.choices
    ]
    rows = paged(
        buttons,
        page,
        turn=lambda page: ChannelRubricButton(channel=settings.channel.id, page=page).pack(),
        texts=texts,
    )
    every: Row = (
        _button(settings, texts("rubrics.all"), RubricWish.CHOOSE_ALL, page=page),
        _button(settings, texts("rubrics.none"), RubricWish.DROP_ALL, page=page),
    )
    return section_screen(settings, texts, *_lines(settings, texts), rows=(*rows, every))


def _button(
    settings: ChannelSettings, text: str, wish: RubricWish, *, page: int, slug: str = ""
) -> InlineKeyboardButton:
    data = ChannelRubricButton(channel=settings.channel.id, wish=wish, slug=slug, page=page)
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _lines(settings: ChannelSettings, texts: Texts) -> tuple[str, ...]:
    return (texts("channels.rubrics", count=sum(choice.is_chosen for choice in settings.choices)),)


SECTION = Section(
    name="rubrics",
    build_router=build_router,
    opens=lambda channel_id: ChannelRubricButton(channel=channel_id),
    lines=_lines,
)
