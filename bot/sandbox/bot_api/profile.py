"""What the bot says about itself: names and descriptions by language, command lists by scope and language, the menu button."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.bot_api.chats import RIGHTS, Person
from bot.sandbox.bot_api.errors import bad_request
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.world import World

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_WIDE_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_TEXTS = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


@dataclass(frozen=True, slots=True)
class Scope:
    kind: str
    chat_id: int = 0
    user_id: int = 0


class Profile:
    def __init__(self, world: World) -> None:
        self._world = world
        self._commands: dict[tuple[Scope, str], list[dict[str, str]]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self._buttons: dict[int, object] = {}

    def methods(self) -> dict[str, Callable[[Params], object]]:
        named: dict[str, Callable[[Params], object]] = {
            "getMe": self._me,
            "setMyCommands": self._set_commands,
            "getMyCommands": self._get_commands,
            "deleteMyCommands": self._delete_commands,
            "setMyDefaultAdministratorRights": self._set_rights,
            "setChatMenuButton": self._set_button,
            "getChatMenuButton": self._get_button,
        }
        for suffix, (field, most) in _TEXTS.items():
            named[f"setMy{suffix}"] = self._setter(field, most)
            named[f"getMy{suffix}"] = self._getter(field)
        return named

    def text(self, field: str, language: str) -> str:
        return self._texts.get((field, language)) or self._texts.get((field, ""), "")

    def commands_for(self, person: Person) -> list[dict[str, str]]:
        """The list a person sees in private: the first found of six."""
        for scope in (Scope("chat", person.id), Scope("all_private_chats"), Scope("default")):
            for language in (person.language, ""):
                if (found := self._commands.get((scope, language))) is not None:
                    return found
        return []

    def _me(self, _params: Params) -> object:
        return self._world.bot.answer() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def _set_commands(self, params: Params) -> object:
        given = params.structure("commands", "can't parse commands JSON object")
        if not isinstance(given, list):
            raise bad_request("expected an Array of BotCommand")
        if len(given) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        commands = [_command(item) for item in given]
        scope, language = self._scope(params), _language(params)
        if commands:
            self._commands[scope, language] = commands
        else:
            self._commands.pop((scope, language), None)
        self._world.changed()
        return True

    def _get_commands(self, params: Params) -> object:
        return self._commands.get((self._scope(params), _language(params)), [])

    def _delete_commands(self, params: Params) -> object:
        self._commands.pop((self._scope(params), _language(params)), None)
        self._world.changed()
        return True

    def _scope(self, params: Params) -> Scope:
        given = params.structure("scope", "can't parse BotCommandScope JSON object")
        if given is None:
            return Scope("default")
        if not isinstance(given, dict):
            raise bad_request("can't parse BotCommandScope: expected an Object")
        kind = str(given.get("type", ""))
        if kind in _WIDE_SCOPES:
            return Scope(kind)
        if kind not in {"chat", "chat_administrators", "chat_member"}:
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        named = Params({"chat_id": given.get("chat_id"), "user_id": given.get("user_id")})
        chat_id = named.integer("chat_id")
        chat = self._world.chats.get(chat_id)
        if chat is None or (chat.person is None and not chat.bot_has_been_in):
            raise bad_request("chat not found")
        if chat.is_channel:
            raise bad_request("can't change commands in channel chats")
        if chat.is_group:
            return Scope(kind, chat_id, named.integer("user_id"))
        if kind != "chat":
            raise bad_request("can't use specified scope in private chats")
        return Scope("chat", chat_id)

    def _setter(self, field: str, most: int) -> Callable[[Params], object]:
        def set_text(params: Params) -> object:
            text = params.text(field)
            if len(text) > most:
                raise bad_request(f"bot {field.replace('_', ' ')} is too long")
            self._texts[field, _language(params)] = text
            if field == "name" and not _language(params) and text:
                self._world.bot.name = text
            self._world.changed()
            return True

        return set_text

    def _getter(self, field: str) -> Callable[[Params], object]:
        def get_text(params: Params) -> object:
            text = self.text(field, _language(params))
            return {field: text or (self._world.bot.name if field == "name" else "")}

        return get_text

    def _set_rights(self, params: Params) -> object:
        if not params.flag("for_channels"):
            return True
        given = params.structure("rights", "can't parse administrator rights JSON object")
        if given is not None and not isinstance(given, dict):
            raise bad_request("can't parse ChatAdministratorRights: expected an Object")
        self._world.default_rights = {right: bool(given.get(right)) for right in RIGHTS} if given else None
        return True

    def _set_button(self, params: Params) -> object:
        given = params.structure("menu_button", "can't parse menu button JSON object") or {"type": "default"}
        if not isinstance(given, dict) or given.get("type") not in {"commands", "web_app", "default"}:
            raise bad_request("can't parse menu button: unsupported type")
        self._buttons[self._button_chat(params)] = given
        return True

    def _get_button(self, params: Params) -> object:
        return self._buttons.get(self._button_chat(params)) or self._buttons.get(0) or {"type": "commands"}

    def _button_chat(self, params: Params) -> int:
        if not params.has("chat_id"):
            return 0
        chat = self._world.chat(params)
        if chat.person is None:
            raise bad_request("invalid user_id specified")
        return chat.id


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _command(item: object) -> dict[str, str]:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command = str(item.get("command", "")).removeprefix("/")
    description = str(item.get("description", "")).strip()
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 0 < len(description) <= MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}
