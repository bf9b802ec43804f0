"""HTML of a bot → plain text and entities, as Telegram makes them; and text with entities → safe HTML for the page.

The rules are those of TDLib: errors with byte offsets in the raw text, offsets of entities in UTF-16 units, cleaning and
trimming before anything is counted, overlaps repaired without a word, at most 100 entities a message.
"""

import html
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.sandbox.bot_api.errors import bad_request

MAX_ENTITIES = 100
MAX_RAW_BYTES = 32_768

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
# Nothing may stand inside these but a quote around them.
SOLID = ("code", "pre", "date_time")
# Of two entities over the same characters the lower stays.
_PRIORITY = {"pre": 10, "code": 20, "date_time": 48, "text_link": 49, "custom_emoji": 99}

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
_LINK = re.compile(r"(?:(https?)://)?([^/?#@\s]*@)?([^/?#:@\s]+)(:\d+)?([/?#]\S*)?", re.IGNORECASE)
_APP_LINK = re.compile(r"(?:tg|ton|tonsite)://\S+", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    custom_emoji_id: str = ""
    unix_time: int = 0
    date_time_format: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length

    def answer(self) -> dict[str, object]:
        known: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        for name in ("url", "language", "custom_emoji_id", "unix_time", "date_time_format"):
            if value := getattr(self, name):
                known[name] = value
        return known


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


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


def _unparsable(reason: str) -> Exception:
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


def checked_link(url: str) -> str:
    """The address as Telegram keeps it; empty when it is none: no dot in the host, a foreign scheme, blanks."""
    url = url.strip()
    if _APP_LINK.fullmatch(url):
        return url
    link = _LINK.fullmatch(url)
    if link is None:
        return ""
    scheme, account, host, port, rest = link.groups()
    if "." not in host or host.startswith(".") or ".." in host or not host.rstrip(".").rpartition(".")[2]:
        return ""
    rest = rest or "/"
    return f"{(scheme or 'http').lower()}://{account or ''}{host.lower()}{port or ''}{rest if rest[0] == '/' else '/' + rest}"


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


def arranged(entities: Iterable[Entity]) -> list[Entity]:
    """A proper tree: of two that cross one goes, styles are cut where another entity begins or ends."""
    ordered = sorted(entities, key=lambda e: (e.offset, -e.length, _PRIORITY.get(e.type, 50)))
    if len(ordered) < 2:  # noqa: PLR2004 - one entity cannot cross itself
        return ordered
    quotes = _apart(e for e in ordered if e.type in QUOTES)
    solid = [
        e
        for e in _apart(e for e in ordered if e.type not in STYLES and e.type not in QUOTES)
        if not any(_crosses(e, quote) for quote in quotes)
    ]
    others = [*quotes, *solid]
    spans = {style: _merged(e for e in ordered if e.type == style) for style in STYLES}
    edges = {edge for e in others for edge in (e.offset, e.end)}
    starts = {style: {begin for begin, _ in spans[style]} for style in STYLES}
    voids = [(e.offset, e.end) for e in solid if e.type in SOLID]
    pieces: list[Entity] = []
    for style in STYLES:
        cuts = edges.union(*(starts[other] for other in STYLES if other != style))
        for begin, end in spans[style]:
            points = [begin, *sorted(cut for cut in cuts if begin < cut < end), end]
            pieces += [
                Entity(style, left, right - left)
                for left, right in pairwise(points)
                if not any(void_begin <= left and right <= void_end for void_begin, void_end in voids)
            ]
    return sorted([*others, *pieces], key=lambda e: (e.offset, -e.length, _rank(e.type)))


def _rank(kind: str) -> int:
    """Of entities over the same characters the outer comes first."""
    return 0 if kind in QUOTES else 2 + STYLES.index(kind) if kind in STYLES else 1


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _crosses(entity: Entity, quote: Entity) -> bool:
    overlap = entity.offset < quote.end and quote.offset < entity.end
    return overlap and not (quote.offset <= entity.offset and entity.end <= quote.end)


def _merged(entities: Iterable[Entity]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for entity in entities:
        if spans and entity.offset <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], entity.end))
        else:
            spans.append((entity.offset, entity.end))
    return spans


def capped(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The first hundred, styles counted last; custom emoji and what Telegram finds by itself are not counted."""
    if len(entities) <= MAX_ENTITIES:
        return tuple(entities)
    counted = [e for e in entities if e.type in SOLID or e.type in QUOTES or e.type == "text_link"]
    styles = [e for e in entities if e.type in STYLES]
    dropped = {id(e) for e in [*counted, *styles][MAX_ENTITIES:]}
    return tuple(e for e in entities if id(e) not in dropped)


def to_html(text: str, entities: Sequence[Entity]) -> str:
    """For the page: every character escaped, every tag made here. Line ends stay as they are (white-space: pre-wrap)."""
    if not entities:
        return html.escape(text)
    units = _units(text)

    def part(begin: int, end: int) -> str:
        return html.escape(units[begin * 2 : end * 2].decode("utf-16-le", "replace"))

    out: list[str] = []
    open_ends: list[tuple[int, str]] = []
    at = 0

    def close_until(position: int) -> None:
        nonlocal at
        while open_ends and open_ends[-1][0] <= position:
            end, tag = open_ends.pop()
            out.extend((part(at, end), tag))
            at = end

    for entity in entities:
        close_until(entity.offset)
        out.append(part(at, entity.offset))
        at = entity.offset
        start, stop = _tags(entity, part(entity.offset, entity.end))
        out.append(start)
        # A style may reach beyond the style it began in; it is then closed with it.
        end = min(entity.end, open_ends[-1][0]) if open_ends else entity.end
        open_ends.append((end, stop))
    close_until(len(units) // 2)
    out.append(part(at, len(units) // 2))
    return "".join(out)


_PAGE_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="expandable">', "</blockquote>"),
    "custom_emoji": ("<span>", "</span>"),
}


def _tags(entity: Entity, inner: str) -> tuple[str, str]:
    match entity.type:
        case "text_link" | "url":
            address = html.escape(entity.url) if entity.url else inner if "://" in inner else f"http://{inner}"
            return f'<a href="{address}" target="_blank" rel="noopener noreferrer">', "</a>"
        case "pre":
            language = f' class="language-{html.escape(entity.language)}"' if entity.language else ""
            return f"<pre><code{language}>", "</code></pre>"
        case "date_time":
            shape = html.escape(entity.date_time_format)
            return f'<time data-unix="{entity.unix_time}" data-format="{shape}">', "</time>"
        case kind:
            return _PAGE_TAGS.get(kind, (f'<span class="{kind}">', "</span>"))
