"""/rubrics: one button a rubric. Each button carries what it asks for, so that a double tap does not flip it back.

`from_settings`: the list was opened from /settings, and leads back there.
"""

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.domain.errors import UnknownRubricError
from bot.domain.rubric import Slug
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw_buttons, show
from bot.handlers.subscriber.settings_button import back_row
from bot.handlers.toggles import paged, rubric_label
from bot.i18n import Texts
from bot.services import Services
from bot.services.subscriptions import Selection


class RubricButton(CallbackData, prefix="r"):
    slug: str
    is_wanted: bool
    page: int
    from_settings: bool = False


class EveryRubricButton(CallbackData, prefix="re"):
    is_wanted: bool
    page: int
    from_settings: bool = False


class RubricsPageButton(CallbackData, prefix="rp"):
    page: int
    from_settings: bool = False


def build_router() -> Router:
    router = Router(name="rubrics")
    router.message.register(rubrics, Command("rubrics"))
    router.callback_query.register(choose, RubricButton.filter())
    router.callback_query.register(choose_every, EveryRubricButton.filter())
    router.callback_query.register(turn, RubricsPageButton.filter())
    return router


async def rubrics(_: object, bot: Bot, person: Person, services: Services) -> None:
    selection = await services.subscriptions.show(person.chat_id, person.language)
    await show(bot, person.chat_id, rubrics_screen(rubrics_text(selection, person.texts), selection, person.texts))


async def choose(
    callback: CallbackQuery, callback_data: RubricButton, bot: Bot, person: Person, services: Services
) -> str | None:
    try:
        selection = await services.subscriptions.choose(
            person.chat_id, person.language, Slug(callback_data.slug), is_wanted=callback_data.is_wanted
        )
    except UnknownRubricError:
        selection = await services.subscriptions.show(person.chat_id, person.language)
        await _redraw(callback, callback_data, selection, bot, person)
        raise
    return await _redraw(callback, callback_data, selection, bot, person)


async def choose_every(
    callback: CallbackQuery, callback_data: EveryRubricButton, bot: Bot, person: Person, services: Services
) -> str | None:
    selection = await services.subscriptions.choose_every(
        person.chat_id, person.language, is_wanted=callback_data.is_wanted
    )
    return await _redraw(callback, callback_data, selection, bot, person)


async def turn(
    callback: CallbackQuery, callback_data: RubricsPageButton, bot: Bot, person: Person, services: Services
) -> str | None:
    selection = await services.subscriptions.show(person.chat_id, person.language)
    return await _redraw(callback, callback_data, selection, bot, person)


async def _redraw(
    callback: CallbackQuery,
    tapped: RubricButton | EveryRubricButton | RubricsPageButton,
    selection: Selection,
    bot: Bot,
    person: Person,
) -> str | None:
    text, texts = person.texts("rubrics.choose"), person.texts
    screen = rubrics_screen(text, selection, texts, page=tapped.page, from_settings=tapped.from_settings)
    await redraw_buttons(bot, callback, screen)
    return texts("rubrics.stopped") if selection.is_stopped else None


def rubrics_text(selection: Selection, texts: Texts) -> str:
    stopped = f"\n\n{texts('rubrics.stopped')}" if selection.is_stopped else ""
    return texts("rubrics.choose") + stopped


def rubrics_screen(
    text: str, selection: Selection, texts: Texts, *, page: int = 0, from_settings: bool = False
) -> Screen:
    end = (back_row(texts),) if from_settings else ()
    if not selection.choices:
        return Screen(text=f"{text}\n\n{texts('rubrics.none-yet')}", rows=end)
    buttons = [
        InlineKeyboardButton(
            text=rubric_label(choice, texts),
            callback_data=RubricButton(
                slug=choice.rubric.slug, is_wanted=not choice.is_chosen, page=page, from_settings=from_settings
            ).pack(),
        )
        for choice in selection.choices
    ]
    every = tuple(
        InlineKeyboardButton(
            text=texts(key),
            callback_data=EveryRubricButton(is_wanted=is_wanted, page=page, from_settings=from_settings).pack(),
        )
        for key, is_wanted in (("rubrics.all", True), ("rubrics.none", False))
    )
    rows = paged(
        buttons,
        page,
        turn=lambda number: RubricsPageButton(page=number, from_settings=from_settings).pack(),
        texts=texts,
    )
    return Screen(text=text, rows=(*rows, every, *end))
