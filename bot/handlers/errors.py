"""What went wrong → what the person is told. A domain error is its sentence; anything else an apology and a log entry.

The log holds the kind of update, never what the person wrote.
"""

import logging
from functools import partial

from aiogram import Dispatcher
from aiogram.enums import ChatType, ParseMode
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import ErrorEvent, Update

from bot.domain.errors import DomainError, StoreError
from bot.domain.language import Language
from bot.handlers.answers import answer
from bot.handlers.context import Person
from bot.i18n import I18n, Texts
from bot.render.html import escape, one_line

logger = logging.getLogger(__name__)


def register(dispatcher: Dispatcher, i18n: I18n) -> None:
    dispatcher.errors.register(partial(_tell, i18n=i18n))


async def _tell(event: ErrorEvent, i18n: I18n, person: Person | None = None) -> None:
    texts = person.texts if person else _texts(event.update, i18n)
    try:
        match event.exception:
            case DomainError() as error:
                await _reply(event.update, texts(error.key, **_arguments(error, event.update)))
            case TelegramForbiddenError():
                logger.warning("Somebody blocked the bot before it could answer.", extra=_fields(event.update))
            case TelegramAPIError() | ClientDecodeError() as error if not isinstance(error, TelegramBadRequest):
                logger.warning("Telegram did not do what an update asked: %s", error, extra=_fields(event.update))
                await _reply(event.update, texts("error.unexpected"))
            case StoreError() as error if not _has_asker(event.update):
                # Nobody would try again: polling.py does.
                raise error
            case StoreError() as error:
                logger.error("An update met a database problem: %s", error, extra=_fields(event.update))
                await _reply(event.update, texts("error.unexpected"))
            case error:
                logger.error("An update could not be handled.", exc_info=error, extra=_fields(event.update))
                await _reply(event.update, texts("error.unexpected"))
    except (TelegramAPIError, ClientDecodeError) as error:
        logger.warning("Nobody could be told of an error: %s", error, extra=_fields(event.update))


def _has_asker(update: Update) -> bool:
    """Whether somebody waits for an answer; Telegram also tells of blocked bots and new administrators."""
    message = update.message
    return update.callback_query is not None or (message is not None and message.chat.type == ChatType.PRIVATE)


def _arguments(error: DomainError, update: Update) -> dict[str, str | int]:
    """What a person typed may stand among them. The answer to a button is plain text, that to a message HTML."""
    if update.callback_query is not None:
        return error.arguments
    return {
        name: escape(one_line(value)) if isinstance(value, str) else value for name, value in error.arguments.items()
    }


async def _reply(update: Update, sentence: str) -> None:
    if update.callback_query is not None:
        await answer(update.callback_query, sentence, is_alert=True)
    elif update.message is not None and update.message.chat.type == ChatType.PRIVATE:
        await update.message.answer(sentence, parse_mode=ParseMode.HTML)


def _texts(update: Update, i18n: I18n) -> Texts:
    """For a failure that came before the person was known."""
    event = update.callback_query or update.message
    user = event.from_user if event else None
    return i18n.texts(Language.from_code(user.language_code if user else None, i18n.default))


def _fields(update: Update) -> dict[str, object]:
    return {"update": update.update_id, "kind": update.event_type}
