"""The buttons of /settings, and the way back to it from the screens that it opens."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.handlers.toggles import Row
from bot.i18n import Texts


class Wish(StrEnum):
    """What a button asks for. It says the state that is wanted, so that a double tap does not flip it back."""

    LOOK = "o"
    RUBRICS = "u"
    LANGUAGE = "l"
    STOP = "p"
    RESUME = "r"
    WHY = "w"


class SettingsButton(CallbackData, prefix="s"):
    """`value` is a language. Whose settings they are follows from who taps."""

    wish: Wish
    value: str = ""


def button(text: str, wish: Wish, value: str = "") -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=SettingsButton(wish=wish, value=value).pack())


def back_row(texts: Texts) -> Row:
    return (button(texts("settings.back"), Wish.LOOK),)
