"""What editors may do, and owners with them."""

from aiogram import Router

from bot.domain.staff import Role
from bot.handlers.access import HasRole, InPrivate
from bot.handlers.editor import alerts, push, sources, why


def build_router() -> Router:
    router = Router(name="editor")
    for observer in (router.message, router.callback_query):
        observer.filter(InPrivate(), HasRole(Role.EDITOR, Role.OWNER))
    for command in (push, sources, why, alerts):
        router.include_router(command.build_router())
    return router
