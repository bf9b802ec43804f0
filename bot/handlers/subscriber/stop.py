"""/stop: nothing more is delivered; what was chosen is kept for /start."""

from aiogram import Bot, Router
from aiogram.filters import Command

from bot.handlers.context import Person
from bot.handlers.screen import Screen, show
from bot.services import Services


def build_router() -> Router:
    router = Router(name="stop")
    router.message.register(stop, Command("stop"))
    return router


async def stop(_: object, bot: Bot, person: Person, services: Services) -> None:
    await services.subscribers.stop(person.chat_id)
    await show(bot, person.chat_id, Screen(text=person.texts("stop.done")))
