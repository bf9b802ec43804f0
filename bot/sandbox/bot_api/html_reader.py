"""HTML of a bot → text and entities by TDLib's rules; what it cannot read it refuses with the byte offset in the raw text."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.sandbox.bot_api.entities import Entity, Formatted, utf16_length
from bot.sandbox.bot_api.errors import RefusedError, bad_request
from bot.sandbox.bot_api.links import checked_link

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_SPACES = " \t\r\n\0\v"
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*));?")
_SPECIAL = re.compile(r"[<&]")
_BARE_TAG = re.compile(r"</?([a-zA-Z-]+)>")
_NAME_TOKEN = re.compile(r"[0-9A-Za-z.\-]*")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


def parse_html(raw: str) -> Formatted:
    return _HtmlReader(raw).read()


@dataclass(slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    parts: int


class _HtmlReader:
    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._text = raw + "\0"
        self._at = 0
        self._parts: list[str] = []
        self._offset = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def read(self) -> Formatted:
        end = len(self._raw)
        while self._at < end:
            special = _SPECIAL.search(self._text, self._at, end)
            if special is None:
                self._take(self._raw[self._at :])
                break
            if special.start() > self._at:
                self._take(self._text[self._at : special.start()])
            self._at = special.start()
            if special.group() == "&":
                self._reference()
            elif self._text[self._at + 1] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return Formatted(_sound("".join(self._parts)), tuple(self._entities))

    def _take(self, text: str) -> None:
        self._parts.append(text)
        self._offset += utf16_length(text)

    def _byte(self, position: int) -> int:
        return len(self._raw[:position].encode())

    def _reference(self) -> None:
        decoded, self._at = _decoded(self._text, self._at)
        self._take(decoded)

    def _start_tag(self) -> None:
        begin = self._at
        if bare := _BARE_TAG.match(self._text, begin):
            name, attributes = bare[1].lower(), {}
            self._at = bare.end()
            self._check_known(name, begin)
        else:
            name = self._name(begin)
            attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self._open.append(_OpenTag(name, attributes, self._offset, len(self._parts)))

    def _check_known(self, name: str, begin: int) -> None:
        if name not in _TAGS:
            raise _unparsable(f'Unsupported start tag "{name}" at byte offset {self._byte(begin)}')

    def _name(self, begin: int) -> str:
        self._at = self._skip(begin + 1, lambda c: c not in _SPACES and c != ">")
        if self._ended():
            raise _unparsable(f"Unclosed start tag at byte offset {self._byte(begin)}")
        name = _lower(self._text[begin + 1 : self._at])
        self._check_known(name, begin)
        return name

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while self._text[self._at] != ">":
            self._blanks()
            if self._text[self._at] == ">":
                break
            start = self._at
            self._at = self._skip(start, lambda c: c not in _SPACES and c not in "=>")
            name = _lower(self._text[start : self._at])
            if not name:
                raise _unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
            self._blanks()
            if self._text[self._at] != "=":
                attributes[name] = ""
                continue
            self._at += 1
            self._blanks()
            if self._ended():
                raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
            attributes[name] = self._quoted() if self._text[self._at] in "'\"" else self._token()
            if self._ended():
                raise _unparsable(f"Unclosed start tag at byte offset {self._byte(begin)}")
        self._at += 1
        return attributes

    def _token(self) -> str:
        token = _NAME_TOKEN.match(self._text, self._at)
        value, start = token.group() if token else "", self._at
        self._at += len(value)
        if self._text[self._at] not in _SPACES and self._text[self._at] != ">":
            raise _unparsable(f"Unexpected end of name token at byte offset {self._byte(start)}")
        return value.lower()

    def _quoted(self) -> str:
        quote = self._text[self._at]
        self._at += 1
        value: list[str] = []
        while self._text[self._at] != quote and not self._ended():
            if self._text[self._at] == "&":
                decoded, self._at = _decoded(self._text, self._at)
                value.append(decoded)
            else:
                value.append(self._text[self._at])
                self._at += 1
        if not self._ended():
            self._at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self._at = self._skip(begin + 2, lambda c: c not in _SPACES and c != ">")
        found_name = _lower(self._text[begin + 2 : self._at])
        self._blanks()
        if self._text[self._at] != ">":
            raise _unparsable(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._at += 1
        tag = self._open.pop()
        if found_name and found_name != tag.name:
            raise _unparsable(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{tag.name}>", found "</{found_name}>"'
            )
        if self._offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        entity = Entity(_TAGS[tag.name], tag.offset, self._offset - tag.offset)
        match tag.name:
            case "a":
                if url := checked_link(tag.attributes.get("href") or "".join(self._parts[tag.parts :])):
                    self._entities.append(replace(entity, url=url))
            case "code" | "pre":
                self._close_code(tag, entity)
            case "blockquote":
                kind = "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"
                self._entities.append(replace(entity, type=kind))
            case "tg-emoji":
                number = tag.attributes.get("emoji-id", "")
                if not re.fullmatch(r"-?\d{1,19}", number) or int(number) == 0:
                    raise _unparsable("Invalid custom emoji identifier specified")
                self._entities.append(replace(entity, custom_emoji_id=number))
            case "tg-time":
                shape = tag.attributes.get("format", "")
                if not _TIME_FORMAT.fullmatch(shape):
                    raise _unparsable("Invalid date format used")
                leading = re.match(r"\d{1,18}", tag.attributes.get("unix", ""))
                if leading and int(leading.group()) > 0:
                    self._entities.append(replace(entity, unix_time=int(leading.group()), date_time_format=shape))
            case _:
                self._entities.append(entity)

    def _close_code(self, tag: _OpenTag, entity: Entity) -> None:
        """`pre` and `code` over the same characters are one block; the class of `code` names its language."""
        css = tag.attributes.get("class", "")
        language = css.removeprefix("language-") if tag.name == "code" and css.startswith("language-") else ""
        inner = self._entities[-1] if self._entities else None
        same = inner is not None and (inner.offset, inner.length) == (entity.offset, entity.length)
        if inner is not None and same and tag.name == "pre" and inner.type == "code" and inner.language:
            self._entities[-1] = replace(inner, type="pre")
        elif inner is not None and same and tag.name == "code" and inner.type == "pre" and language:
            self._entities[-1] = replace(inner, language=language)
        else:
            self._entities.append(replace(entity, language=language))

    def _skip(self, position: int, while_true: Callable[[str], bool]) -> int:
        while while_true(self._text[position]):
            position += 1
        return position

    def _blanks(self) -> None:
        while not self._ended() and self._text[self._at] in _SPACES:
            self._at += 1

    def _ended(self) -> bool:
        return self._at >= len(self._raw)


def _unparsable(reason: str) -> RefusedError:
    return bad_request(f"can't parse entities: {reason}")


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)


def _decoded(text: str, at: int) -> tuple[str, int]:
    """The character that a reference at `at` means and where it ends; no reference: "&" itself."""
    match = _REFERENCE.match(text, at)
    if match is None:
        return "&", at + 1
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return (_NAMED[name], match.end()) if name in _NAMED else ("&", at + 1)
    digits, base = (hexadecimal, 16) if hexadecimal is not None else (decimal, 10)
    length = match.end() - at - (1 if match.group().endswith(";") else 0)
    code = int(digits, base) if digits and length < 10 else 0  # noqa: PLR2004 - nine characters are the longest reference
    return (chr(code), match.end()) if 0 < code < sys.maxunicode else ("&", at + 1)


def _sound(text: str) -> str:
    """A numeric reference to half a surrogate pair leaves a character that cannot be written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
        ) from None
    return text
