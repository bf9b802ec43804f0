"""What only owners may do."""

from aiogram import Router

from bot.domain.staff import Role
from bot.handlers.access import HasRole, InPrivate
from bot.handlers.owner import editors


def build_router() -> Router:
    router = Router(name="owner")
    for observer in (router.message, router.callback_query):
        observer.filter(InPrivate(), HasRole(Role.OWNER))
    router.include_router(editors.build_router())
    return router
