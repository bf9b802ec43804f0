"""What no command took: an unknown command, free words, and buttons that lead nowhere any more."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from bot.domain.errors import StaleButtonError
from bot.handlers.access import InPrivate
from bot.handlers.context import Person
from bot.handlers.screen import Screen, show


def build_router() -> Router:
    router = Router(name="unknown")
    router.message.filter(InPrivate())
    router.message.register(unknown_command, F.text.startswith("/"))
    router.message.register(words)
    router.callback_query.register(stale_button)
    return router


async def unknown_command(_: object, bot: Bot, person: Person) -> None:
    await show(bot, person.chat_id, Screen(text=person.texts("unknown.command")))


async def words(_: object, bot: Bot, person: Person) -> None:
    await show(bot, person.chat_id, Screen(text=person.texts("unknown.words")))


async def stale_button(_: CallbackQuery) -> None:
    raise StaleButtonError
