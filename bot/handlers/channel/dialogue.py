"""Sections that ask a person to type something: the question waits in the database, the answer goes to the section's handler.

    await ask(bot, callback, person, services, Asked(channel=channel.id, section="co", text=…, way_back=LookButton(…)))
    router.message.register(signature_typed, Answers("co"))

That handler gets the message, whose `text` is there, `channel` (checked anew by ChannelAdministrator) and `question`. A DomainError
that it raises is told and the question stays for another try; otherwise it is answered. Any tap in a channel's menu
and any command end the question; so the way back is no more than a button that opens the section.
"""

from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware, Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message, TelegramObject

from bot.domain.channel import Question
from bot.domain.destination import DestinationId
from bot.domain.errors import NotChannelAdministratorError, NotWordsError, UnknownChannelError
from bot.handlers.channel.section import back
from bot.handlers.context import Handler, Person
from bot.handlers.screen import Screen, redraw, show
from bot.handlers.toggles import Row
from bot.services import Services


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """`text` is Telegram HTML; `argument` comes back with the answer; `way_back` cancels; `instead` answers with a tap."""

    channel: DestinationId
    section: str
    text: str
    way_back: CallbackData
    argument: str = ""
    instead: Row = ()


async def ask(bot: Bot, callback: CallbackQuery, person: Person, services: Services, asked: Asked) -> None:
    """In place of the tapped message."""
    await services.questions.ask(person.user_id, asked.channel, asked.section, asked.argument)
    cancel = InlineKeyboardButton(text=person.texts("dialogue.cancel"), callback_data=asked.way_back.pack())
    await redraw(bot, callback, Screen(text=asked.text, rows=((*asked.instead, cancel),)))


class HasQuestion(Filter):
    """What this person writes, words and no command, may answer what they were asked. The handler gets `question`."""

    async def __call__(
        self, message: Message, services: Services, person: Person | None = None
    ) -> dict[str, Question] | bool:
        if person is None or _is_command(message):
            return False
        question = await services.questions.pending(person.user_id)
        return {"question": question} if question is not None else False


class Answers(Filter):
    """The answers to what `section` asked. Data that are no text never come this far."""

    def __init__(self, section: str) -> None:
        self._section = section

    async def __call__(self, message: Message, services: Services, question: Question) -> bool:
        return question.section == self._section and message.text is not None and services.questions.is_open(question)


class Answering(BaseMiddleware):
    """Around the handler of an answer: what is answered waits no longer, and who may no longer answer is asked no more."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        services: Services = data["services"]
        question: Question = data["question"]
        try:
            result = await handler(event, data)
        except (NotChannelAdministratorError, UnknownChannelError):
            await services.questions.answered(question)
            raise
        await services.questions.answered(question)
        return result


class TapsEndQuestions(BaseMiddleware):
    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        services: Services = data["services"]
        person: Person = data["person"]
        await services.questions.forget(person.user_id)
        return await handler(event, data)


class CommandsEndQuestions(BaseMiddleware):
    """A command is no answer and begins something new. Its handler gets `ended`, the question that it ended, or None."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        person: Person | None = data.get("person")
        if isinstance(event, Message) and person is not None and event.chat.type == ChatType.PRIVATE:
            services: Services = data["services"]
            data["ended"] = await services.questions.forget(person.user_id) if _is_command(event) else None
        return await handler(event, data)


def build_cancel_router() -> Router:
    """/cancel, which is for everybody: who was asked nothing is told so."""
    router = Router(name="cancel")
    router.message.register(cancel, Command("cancel"))
    return router


async def cancel(_: object, bot: Bot, person: Person, ended: Question | None) -> None:
    if ended is None:
        await show(bot, person.chat_id, Screen(text=person.texts("dialogue.nothing")))
    else:
        await show(bot, person.chat_id, _to_menu("dialogue.cancelled", ended, person))


def build_router() -> Router:
    """What no section took: a picture, an answer that came too late."""
    router = Router(name="dialogue")
    router.message.register(not_words, IsOpen())
    router.message.register(too_late)
    return router


class IsOpen(Filter):
    async def __call__(self, _: Message, services: Services, question: Question) -> bool:
        return services.questions.is_open(question)


async def not_words(_: object) -> None:
    raise NotWordsError


async def too_late(_: object, bot: Bot, person: Person, question: Question) -> None:
    await show(bot, person.chat_id, _to_menu("dialogue.late", question, person))


def _to_menu(key: str, question: Question, person: Person) -> Screen:
    return Screen(text=person.texts(key), rows=((back(question.channel_id, person.texts),),))


def _is_command(message: Message) -> bool:
    return (message.text or "").startswith("/")
