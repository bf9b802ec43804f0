"""Middleware: every tap is answered, else the button would go on spinning. What a handler returns is shown as a toast."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, TelegramObject

from bot.handlers.context import Handler

# answerCallbackQuery takes 0-200 characters.
_MAX_TOAST = 200

# Marks a handler that takes longer than one likes to see a spinning button; its tap is answered first.
SLOW = {"slow": True}


class AnswerTaps(BaseMiddleware):
    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> None:
        if not isinstance(event, CallbackQuery):
            raise TypeError(f"This middleware is for taps, not for {type(event).__name__}.")
        if get_flag(data, "slow"):
            await answer(event)
            await handler(event, data)
        else:
            await answer(event, await handler(event, data))


async def answer(callback: CallbackQuery, toast: str | None = None, *, is_alert: bool = False) -> None:
    try:
        await callback.answer(toast[:_MAX_TOAST] if toast else None, show_alert=is_alert)
    except TelegramBadRequest as error:
        # "query is too old": the tap waited while we were away, and Telegram has stopped the spinning by itself.
        if "query" not in error.message:
            raise
