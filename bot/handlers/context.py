"""Middleware: who is asking, in which language, and as what. In: an update. Out: `person` for the handler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from bot.domain.channel import MAX_NAME, Administrator
from bot.domain.language import Language
from bot.domain.staff import Role
from bot.i18n import I18n, Texts
from bot.render.html import one_line
from bot.services import Services

# What a middleware stands around: the next one, or at last the handler.
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """`chat_id` is the private chat with this person, wherever the update came from."""

    user_id: int
    chat_id: int
    name: str
    language: Language
    role: Role
    texts: Texts

    @property
    def administrator(self) -> Administrator:
        """This person as somebody who changes a channel."""
        return Administrator(user_id=self.user_id, name=self.name)


class Context(BaseMiddleware):
    """Channel posts have no person, and other bots are none."""

    def __init__(self, services: Services, i18n: I18n) -> None:
        self._services = services
        self._i18n = i18n

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        if user is not None and not user.is_bot:
            data["person"] = await person_of(user, self._services, self._i18n)
        return await handler(event, data)


async def person_of(user: User, services: Services, i18n: I18n) -> Person:
    language = await services.subscribers.language_of(user.id, user.language_code)
    return Person(
        user_id=user.id,
        # Telegram gives a private chat the id of its person.
        chat_id=user.id,
        name=one_line(user.full_name)[:MAX_NAME],
        language=language,
        role=await services.staff.role_of(user.id),
        texts=i18n.texts(language),
    )
