"""reply_markup → the inline keyboard Telegram would keep, or its refusal."""

import json
from dataclasses import dataclass, field
from functools import lru_cache

from bot.sandbox.bot_api.chats import Keyboard
from bot.sandbox.bot_api.errors import bad_request
from bot.sandbox.bot_api.links import checked_link
from bot.sandbox.bot_api.params import Params

# Undocumented, as observed: more is "reply markup is too long".
MAX_BUTTONS = 100
MAX_BUTTONS_IN_ROW = 8
MAX_CALLBACK_BYTES = 64
MAX_COPIED = 256
_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_REPLY_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


@dataclass(frozen=True, slots=True)
class Markup:
    """`replies` is a keyboard in place of the letters; its buttons send their text, or choose a chat."""

    keyboard: Keyboard = field(default_factory=list)
    has_reply_keyboard: bool = False
    replies: Keyboard = field(default_factory=list)


NO_MARKUP = Markup()


def reply_markup(params: Params) -> Markup:
    given = params.raw("reply_markup")
    if given is None or given == "":
        return NO_MARKUP
    return _from_text(given) if isinstance(given, str) else _markup(given)


@lru_cache(maxsize=256)
def _from_text(given: str) -> Markup:
    """A fan-out brings the same keyboard again and again; nobody changes a keyboard in place."""
    try:
        return _markup(json.loads(given))
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None


def _markup(value: object) -> Markup:
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if any(kind in value for kind in _REPLY_KEYBOARDS):
        rows = value.get("keyboard", [])
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad_request('can\'t parse keyboard: Field "keyboard" must be an Array of Arrays')
        return Markup(
            has_reply_keyboard="keyboard" in value, replies=[[_key(key) for key in row] for row in rows if row]
        )
    rows = value.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays')
    keyboard = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, keyboard)) > MAX_BUTTONS or any(len(row) > MAX_BUTTONS_IN_ROW for row in keyboard):
        raise bad_request("reply markup is too long")
    return Markup(keyboard)


def _button(button: object) -> dict[str, object]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = _checked_text(button.get("text"))
    actions = [action for action in _ACTIONS if button.get(action) is not None]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("BUTTON_TYPE_INVALID")
    kept: dict[str, object] = {"text": text}
    for name in (*actions, "style", "icon_custom_emoji_id"):
        if button.get(name) is not None:
            kept[name] = button[name]
    match actions[0]:
        case "callback_data":
            _check_data(button["callback_data"])
        case "url":
            kept["url"] = _checked_url(button["url"])
        case "copy_text":
            _check_copied(button["copy_text"])
    return kept


def _key(key: object) -> dict[str, object]:
    if isinstance(key, str):
        return {"text": _checked_text(key)}
    if not isinstance(key, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    kept: dict[str, object] = {"text": _checked_text(key.get("text"))}
    request = key.get("request_chat")
    if isinstance(request, dict):
        _check_request(request)
        kept["request_chat"] = request
    return kept


def _check_request(request: dict[str, object]) -> None:
    if not isinstance(request.get("request_id"), int) or not isinstance(request.get("chat_is_channel"), bool):
        raise bad_request('can\'t parse keyboard button: Can\'t find field "request_id" or "chat_is_channel"')
    ours, theirs = (_granted(request.get(f"{who}_administrator_rights")) for who in ("bot", "user"))
    # The rights asked for the bot must be among those asked of the person.
    if not ours <= theirs:
        raise bad_request("BUTTON_INVALID")


def _granted(rights: object) -> set[str]:
    return {name for name, is_granted in rights.items() if is_granted} if isinstance(rights, dict) else set()


def _checked_text(text: object) -> str:
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    return text


def _check_copied(copied: object) -> None:
    if not isinstance(copied, dict) or not 0 < len(str(copied.get("text", ""))) <= MAX_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_data(data: object) -> None:
    if not isinstance(data, str) or not 0 < len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _checked_url(url: object) -> str:
    if not isinstance(url, str) or not url:
        raise bad_request("BUTTON_URL_INVALID")
    if checked := checked_link(url):
        return checked
    raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
