"""What anyone may do in a private chat; one command, one file."""

from aiogram import Router

from bot.handlers.access import InPrivate
from bot.handlers.subscriber import help as help_command
from bot.handlers.subscriber import language, latest, rubrics, settings, start, stop


def build_router() -> Router:
    router = Router(name="subscriber")
    router.message.filter(InPrivate())
    router.callback_query.filter(InPrivate())
    for command in (start, rubrics, latest, settings, language, stop, help_command):
        router.include_router(command.build_router())
    return router
