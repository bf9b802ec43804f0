"""The text of a call → the text of a message: parsed, cleaned, trimmed, its links and commands found, its entities repaired.

TDLib does it in this order before anything is counted, so 4096 characters are those of the result.
"""

import re
from dataclasses import replace
from functools import lru_cache

from bot.sandbox.bot_api.entities import QUOTES, STYLES, Entity, Formatted, arranged, capped, utf16_length
from bot.sandbox.bot_api.errors import bad_request
from bot.sandbox.bot_api.html_reader import parse_html

MAX_RAW_BYTES = 32_768
_DROPPED = re.compile(r"[\r\u2028-\u202e]")
_BLANKED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_CLEANED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028-\u202e]")
# What Telegram finds in a text by itself. Cheap to refuse: none of these is tried unless its sign is there.
_FOUND: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("@", "email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}")),
    (
        ".",
        "url",
        re.compile(r"(?:(?:https?|ftp)://|(?<![\w@./-])(?:www\.)?)(?:[\w-]+\.)+\w{2,}(?::\d+)?(?:[/?#][^\s<>\"«»]*)?"),
    ),
    ("@", "mention", re.compile(r"(?<![\w`])@[a-zA-Z][a-zA-Z0-9_]{3,31}\b")),
    ("/", "bot_command", re.compile(r"(?<![\w/<>`])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z][a-zA-Z0-9_]{2,31})?(?![\w/<>])")),
    ("#", "hashtag", re.compile(r"(?<![\w`#])#(?=\w*[^\W\d])\w{1,256}(?!#)")),
    ("$", "cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)
# Without a scheme only names under well known ends are links: "и.о.министра" is none.
_ENDS = frozenset(
    (
        "az",
        "com",
        "ru",
        "org",
        "net",
        "info",
        "gov",
        "edu",
        "io",
        "me",
        "tv",
        "news",
        "int",
        "eu",
        "uk",
        "de",
        "fr",
        "tr",
        "ua",
    )
)
_TRAILING = ".,:;!?'\")"


@lru_cache(maxsize=256)
def formatted(raw: str, parse_mode: str | None, given: tuple[Entity, ...] = ()) -> Formatted:
    """Everything Telegram does between the parameters of a call and the message; a fan-out asks for the same again and again."""
    try:
        size = len(raw.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        if size > MAX_RAW_BYTES:
            raise bad_request("text is too long")
        parsed = parse_html(raw)
    else:
        parsed = Formatted(raw, given)
    cleaned = clean(parsed)
    return Formatted(cleaned.text, capped(arranged([*cleaned.entities, *found(cleaned)])))


def clean(given: Formatted) -> Formatted:
    """Drop or blank what Telegram drops or blanks, then trim; entities move along, those over nothing vanish."""
    text, entities = given.text, list(given.entities)
    if _CLEANED.search(text):
        for match in reversed(list(_DROPPED.finditer(text))):
            at = utf16_length(text[: match.start()])
            entities = [_without(entity, at, 1) for entity in entities]
        text = _BLANKED.sub(" ", _DROPPED.sub("", text))
    if not entities:
        return Formatted(text.strip(" \n"))
    units = None if utf16_length(text) == len(text) else _units(text)
    entities = [e for e in entities if e.length > 0 and _slice(text, units, e).strip(" \n")]
    first = min((e.offset for e in entities), default=len(text))
    leading = min(len(text) - len(text.lstrip(" \n")), first)
    text = text[leading:].rstrip(" \n")
    size = utf16_length(text)
    moved = (replace(e, offset=e.offset - leading) if leading else e for e in entities)
    return Formatted(
        text, tuple(e if e.end <= size else replace(e, length=size - e.offset) for e in moved if e.offset < size)
    )


def _without(entity: Entity, at: int, units: int) -> Entity:
    if at < entity.offset:
        return replace(entity, offset=entity.offset - units)
    return replace(entity, length=entity.length - units) if at < entity.end else entity


def _units(text: str) -> bytes:
    return text.encode("utf-16-le")


def _slice(text: str, units: bytes | None, entity: Entity) -> str:
    if units is None:
        return text[entity.offset : entity.end]
    return units[entity.offset * 2 : entity.end * 2].decode("utf-16-le", "replace")


def found(given: Formatted) -> list[Entity]:
    """Links, mentions, tags and commands in plain sight; what the author marked as solid or linked is left alone."""
    text, taken = given.text, [e for e in given.entities if e.type not in STYLES and e.type not in QUOTES]
    result: list[Entity] = []
    for sign, kind, pattern in _FOUND:
        if sign not in text:
            continue
        for match in pattern.finditer(text):
            value = match.group().rstrip(_TRAILING) if kind == "url" else match.group()
            if kind == "url" and not _plausible(value):
                continue
            entity = Entity(kind, utf16_length(text[: match.start()]), utf16_length(value))
            if not any(entity.offset < other.end and other.offset < entity.end for other in (*taken, *result)):
                result.append(entity)
    return result


def _plausible(url: str) -> bool:
    if "://" in url:
        return True
    host = re.split(r"[/?#:]", url, maxsplit=1)[0]
    return host.rpartition(".")[2].lower() in _ENDS
