"""/settings: what this person has set, on one screen that each tap redraws; and why they get what they get."""

from typing import assert_never

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery

from bot.domain.errors import StaleButtonError
from bot.domain.language import Language
from bot.handlers.context import Person
from bot.handlers.screen import Screen, redraw, show
from bot.handlers.subscriber.language import change_language
from bot.handlers.subscriber.received import received_screen
from bot.handlers.subscriber.rubrics import rubrics_screen, rubrics_text
from bot.handlers.subscriber.settings_button import SettingsButton, Wish, button
from bot.handlers.toggles import marked
from bot.i18n import I18n, Texts
from bot.services import Services


def build_router() -> Router:
    router = Router(name="settings")
    router.message.register(settings, Command("settings"))
    router.callback_query.register(tap, SettingsButton.filter())
    return router


async def settings(_: object, bot: Bot, person: Person, services: Services) -> None:
    await show(bot, person.chat_id, await _screen(person, person.texts, services))


async def tap(
    callback: CallbackQuery,
    callback_data: SettingsButton,
    bot: Bot,
    person: Person,
    services: Services,
    i18n: I18n,
) -> None:
    texts = person.texts
    match callback_data.wish:
        case Wish.LOOK:
            pass
        case Wish.LANGUAGE:
            texts = await change_language(_language(callback_data.value), bot, person, services, i18n)
        case Wish.STOP:
            await services.subscribers.stop(person.chat_id)
        case Wish.RESUME:
            await services.subscribers.start(person.chat_id, person.language)
        case Wish.RUBRICS:
            selection = await services.subscriptions.show(person.chat_id, person.language)
            screen = rubrics_screen(rubrics_text(selection, texts), selection, texts, from_settings=True)
            await redraw(bot, callback, screen)
            return
        case Wish.WHY:
            await redraw(bot, callback, received_screen(await services.reading.received(person.chat_id), texts))
            return
        case _:
            assert_never(callback_data.wish)
    await redraw(bot, callback, await _screen(person, texts, services))


def _language(value: str) -> Language:
    if value not in set(Language):
        raise StaleButtonError
    return Language(value)


async def _screen(person: Person, texts: Texts, services: Services) -> Screen:
    selection = await services.subscriptions.show(person.chat_id, person.language)
    count = sum(choice.is_chosen for choice in selection.choices)
    lines = [
        texts("settings.heading"),
        texts("settings.language", language=texts(f"language.{texts.language}")),
        texts("settings.rubrics", count=count),
    ]
    if selection.is_stopped:
        state, news = texts("settings.stopped"), button(texts("settings.resume"), Wish.RESUME)
    else:
        state = texts("settings.active") if count else texts("settings.nothing-chosen")
        news = button(texts("settings.stop"), Wish.STOP)
    languages = tuple(
        button(marked(texts(f"language.{each}"), is_on=each is texts.language), Wish.LANGUAGE, each)
        for each in Language
    )
    rows = (
        (button(texts("settings.to-rubrics"), Wish.RUBRICS), news),
        languages,
        (button(texts("settings.why"), Wish.WHY),),
    )
    return Screen(text="\n\n".join(["\n".join(lines), state]), rows=rows)
