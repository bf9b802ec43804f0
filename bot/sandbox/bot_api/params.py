"""Parameters of a call, whatever body brought them: form fields are strings, JSON bodies have types. Read on demand."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.sandbox.bot_api.entities import Entity
from bot.sandbox.bot_api.errors import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes


class Params:
    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given

    @property
    def given(self) -> Mapping[str, object]:
        return self._given

    def has(self, name: str) -> bool:
        return self._given.get(name) not in (None, "")

    def raw(self, name: str) -> object:
        return self._given.get(name)

    def text(self, name: str) -> str:
        match self._given.get(name):
            case str(value):
                return value
            case None:
                return ""
            case bool(value):
                return "true" if value else "false"
            case int() | float() as number:
                return str(number)
            case Upload():
                return ""
            case value:
                return json.dumps(value, ensure_ascii=False)

    def flag(self, name: str) -> bool:
        value = self._given.get(name)
        return value if isinstance(value, bool) else str(value).strip().lower() in {"true", "yes", "1"}

    def integer(self, name: str, default: int = 0) -> int:
        value = self._given.get(name)
        try:
            return int(value) if isinstance(value, str | int) else default
        except ValueError:
            return default

    def seconds(self, name: str) -> float:
        try:
            value = float(self.text(name) or 0)
        except ValueError:
            return 0.0
        return value if math.isfinite(value) else 0.0

    def structure(self, name: str, otherwise: str) -> object:
        """JSON given as a string or as itself; `otherwise` is what Telegram says when it cannot be read."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(otherwise) from None

    def upload(self, name: str) -> Upload | None:
        value = self._given.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self._given.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None


def message_ids(params: Params) -> list[int]:
    value = params.structure("message_ids", "can't parse message identifiers JSON object")
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise bad_request("message identifiers are not specified")
    if len(value) > 100:  # noqa: PLR2004 - the limit of deleteMessages
        raise bad_request("too many message identifiers specified")
    try:
        return [int(item) for item in value]
    except (TypeError, ValueError):
        raise bad_request("invalid message identifier specified") from None


def given_entities(params: Params, name: str) -> list[Entity]:
    value = params.structure(name, f"can't parse {name} JSON object")
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("expected an Array of MessageEntity")
    return [_entity(item) for item in value]


def _entity(item: object) -> Entity:
    if not isinstance(item, dict):
        raise bad_request("expected an Object as MessageEntity")
    offset, length = item.get("offset"), item.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be a non-negative Number')
    return Entity(
        str(item.get("type", "")),
        offset,
        length,
        url=str(item.get("url") or ""),
        language=str(item.get("language") or ""),
        custom_emoji_id=str(item.get("custom_emoji_id") or ""),
        unix_time=int(item.get("unix_time") or 0),
        date_time_format=str(item.get("date_time_format") or ""),
    )
