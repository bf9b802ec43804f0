"""/sources: the newsroom's sources, how each is doing, and what can be done about it. With an address: look at it, then add it."""

from typing import assert_never

from aiogram import Bot, F, Router
from aiogram.enums import ChatAction
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery

from bot.domain.errors import SourceError, UnknownSourceError
from bot.domain.source import SourceId
from bot.handlers.answers import SLOW
from bot.handlers.context import Person
from bot.handlers.editor import adding
from bot.handlers.editor.source_screens import (
    SourceButton,
    SourcesButton,
    Wish,
    back_row,
    failure_text,
    health_screen,
    list_screen,
    name_of,
    removal_screen,
    trial_text,
)
from bot.handlers.screen import Screen, redraw, show
from bot.services import Services


def build_router() -> Router:
    router = Router(name="sources")
    router.message.register(sources, Command("sources"))
    router.callback_query.register(turn, SourcesButton.filter())
    router.callback_query.register(test, SourceButton.filter(F.wish == Wish.TEST), flags=SLOW)
    router.callback_query.register(tap, SourceButton.filter())
    router.include_router(adding.build_router())
    return router


async def sources(_: object, command: CommandObject, bot: Bot, person: Person, services: Services) -> None:
    link = (command.args or "").strip()
    if link:
        await adding.look(link, bot, person, services)
    else:
        await show(bot, person.chat_id, list_screen(await services.sources.all(), person.texts))


async def turn(
    callback: CallbackQuery, callback_data: SourcesButton, bot: Bot, person: Person, services: Services
) -> None:
    await redraw(bot, callback, list_screen(await services.sources.all(), person.texts, page=callback_data.page))


async def tap(
    callback: CallbackQuery, callback_data: SourceButton, bot: Bot, person: Person, services: Services
) -> str | None:
    try:
        screen, toast = await _fulfil(callback_data, person, services)
    except UnknownSourceError:
        # Removed meanwhile, by this editor or another one: show what there is.
        await redraw(bot, callback, list_screen(await services.sources.all(), person.texts))
        raise
    await redraw(bot, callback, screen)
    return toast


async def _fulfil(button: SourceButton, person: Person, services: Services) -> tuple[Screen, str | None]:
    """What is to be seen then, and the toast."""
    texts, source_id = person.texts, SourceId(button.source)
    match button.wish:
        case Wish.LOOK | Wish.TEST:
            return health_screen(await services.sources.show(source_id), texts), None
        case Wish.PAUSE:
            return health_screen(await services.sources.pause(source_id), texts), None
        case Wish.RESUME:
            return health_screen(await services.sources.resume(source_id), texts), None
        case Wish.POLL:
            return health_screen(await services.sources.poll_now(source_id), texts), texts("sources.polling")
        case Wish.REMOVE:
            return removal_screen(await services.sources.show(source_id), texts), None
        case Wish.REMOVE_SURELY:
            removed = await services.sources.remove(source_id)
            said = texts("sources.removed", source=name_of(removed))
            return list_screen(await services.sources.all(), texts, said=said), None
        case _:
            assert_never(button.wish)


async def test(
    callback: CallbackQuery, callback_data: SourceButton, bot: Bot, person: Person, services: Services
) -> None:
    texts, source_id = person.texts, SourceId(callback_data.source)
    try:
        source = (await services.sources.show(source_id)).source
        await bot.send_chat_action(person.chat_id, ChatAction.TYPING)
        found = trial_text(await services.sources.test(source_id), texts)
    except UnknownSourceError:
        # The tap is answered by now, so that the list is all there is to say.
        await redraw(bot, callback, list_screen(await services.sources.all(), texts))
        return
    except SourceError as error:
        found = failure_text(error.trouble, texts)
    text = f"<b>{name_of(source)}</b>\n\n{found}"
    await redraw(bot, callback, Screen(text=text, rows=(back_row(source, texts),)))
