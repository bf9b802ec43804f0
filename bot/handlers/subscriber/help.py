"""/help: the commands that this person has."""

from aiogram import Bot, Router
from aiogram.filters import Command

from bot.handlers.context import Person
from bot.handlers.menu import commands_of
from bot.handlers.screen import Screen, show
from bot.services import Services


def build_router() -> Router:
    router = Router(name="help")
    router.message.register(show_help, Command("help"))
    return router


async def show_help(_: object, bot: Bot, person: Person, services: Services) -> None:
    texts = person.texts
    names = commands_of(person.role, has_channels=bool(await services.connections.administered_by(person.user_id)))
    lines = [f"/{name} — {texts(f'commands.{name}')}" for name in names]
    paragraphs = [texts("help.heading"), "\n".join(lines)]
    if "channels" not in names:
        paragraphs.append(texts("help.channels"))
    await show(bot, person.chat_id, Screen(text="\n\n".join(paragraphs)))
