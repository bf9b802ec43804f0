"""Text that was meant to be XML → XML that is well-formed, as a browser would have it. Next: xml_feed.py.

Every character is looked at once or twice, whatever is written, so that the time is in proportion to the text. Comments and
declarations are left out; a text that breaks off still breaks off, and one with more to repair than any has, breaks off there.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from xml.sax.saxutils import escape

from bot.ingest.text import clean

_TOKEN = re.compile(
    r"(?P<data><!\[CDATA\[.*?(?:(?P<data_end>\]\]>)|\Z))"
    r"|(?P<silent><!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<![^<>\[\-][^<>]*>|\]\]>)"
    # With ">" in quotes, or else up to the first ">".
    r"|<(?P<closing>/)?(?P<name>[A-Za-z_][A-Za-z0-9_.:\-]*+)(?=[\s/>])"
    r"(?:(?P<attributes>(?:[^<>\"']++|\"[^<\"]*+\"|'[^<']*+'){0,1000}+)|(?P<stray>[^<>]*+))>"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(?P<reference>(?:\#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{0,31});)?"
    r"|[<>]",
    re.DOTALL,
)
# Tried at the beginning of a name only: at each of its letters, a long one would take its length squared.
_ATTRIBUTE = re.compile(
    r"(?<![A-Za-z0-9_.:\-])([A-Za-z_][A-Za-z0-9_.:\-]*+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++))"
)
_REFERENCE = re.compile(r"&(?:\#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{0,31});")
_KNOWN_TO_XML = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"})

# Tags, and whatever is wrong: about a quarter of a second. What comes after is left for nobody.
_MOST_TOKENS = 60_000

# They have no end, and a browser takes one for the next beginning.
EMPTY_IN_HTML = frozenset({"br", "hr", "img", "input", "wbr"})
_ENTRIES = frozenset({"item", "entry"})
# Each of them holds no other: where the next begins, the one before was left open.
_FIELDS = frozenset({
    "title", "link", "guid", "id", "description", "summary", "content", "category", "pubdate", "published", "updated", "issued",
    "modified", "created", "enclosure", "comments", "language", "ttl", "copyright", "generator", "lastbuilddate", "pdalink",
})  # fmt: skip
_FIELD_PREFIXES = ("content:", "dc:", "dcterms:", "yandex:", "rambler:", "itunes:", "atom:", "sy:")
_CONTAINERS = frozenset({"itunes:owner", "atom:author", "itunes:category"})


def repaired(text: str) -> str:
    """Everything in one element, for there may be several roots."""
    return "".join(_Repair().pieces(text))


def sound_reference(reference: str) -> str:
    """A reference as XML takes it, or the character that it means: HTML knows more names, and numbers of windows-1252."""
    if reference in _KNOWN_TO_XML:
        return reference
    meant = unescape(reference)
    return f"&amp;{reference[1:]}" if meant == reference else escape(clean(meant.replace("\ufffd", "")))


class _Repair:
    def __init__(self) -> None:
        self._open: list[str] = []
        self._names: Counter[str] = Counter()
        # Where the open field stands among the open elements.
        self._field: int | None = None

    def pieces(self, text: str) -> Iterator[str]:
        yield "<repaired>"
        position = 0
        for number, token in enumerate(_TOKEN.finditer(text)):
            if number == _MOST_TOKENS:
                return
            yield text[position : token.start()]
            position = token.end()
            if token["data"]:
                if not token["data_end"]:
                    return
                yield token[0]
            elif token["name"]:
                yield from self._end(token["name"]) if token["closing"] else self._start(token)
            elif token["reference"]:
                yield sound_reference(token[0])
            elif not token["silent"]:
                yield escape(token[0])
        yield text[position:]
        if not self._open:
            yield "</repaired>"

    def _start(self, token: re.Match[str]) -> Iterator[str]:
        name, inside = token["name"], token["attributes"] if token["attributes"] is not None else token["stray"]
        lowered = name.lower()
        is_field = lowered in _FIELDS or (lowered.startswith(_FIELD_PREFIXES) and lowered not in _CONTAINERS)
        if lowered in _ENTRIES:
            yield from self._close_last(*_ENTRIES)
        if (is_field or lowered in _ENTRIES) and self._field is not None:
            yield from self._close_down_to(self._field)
        empty = inside.endswith("/") or lowered in EMPTY_IN_HTML
        yield f"<{name}{_attributes(inside)}{'/' if empty else ''}>"
        if not empty:
            if is_field:
                self._field = len(self._open)
            self._open.append(name)
            self._names[lowered] += 1

    def _end(self, name: str) -> Iterator[str]:
        yield from self._close_last(name.lower())

    def _close_last(self, *names: str) -> Iterator[str]:
        """The last open element of such a name, and what is open within; nothing, if there is none."""
        if any(self._names[name] for name in names):
            place = len(self._open) - 1
            while self._open[place].lower() not in names:
                place -= 1
            yield from self._close_down_to(place)

    def _close_down_to(self, place: int) -> Iterator[str]:
        while len(self._open) > place:
            name = self._open.pop()
            self._names[name.lower()] -= 1
            yield f"</{name}>"
        if self._field is not None and self._field >= place:
            self._field = None


def _attributes(inside: str) -> str:
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(inside):
        found.setdefault(name, "".join(values))
    return "".join(f" {name}={_quoted(value)}" for name, value in found.items())


def _quoted(value: str) -> str:
    """Bare "&" stays what it is, as in the addresses that it mostly stands in."""
    position, pieces = 0, []
    for reference in _REFERENCE.finditer(value):
        pieces += [escape(value[position : reference.start()]), sound_reference(reference[0])]
        position = reference.end()
    text = "".join((*pieces, escape(value[position:])))
    return '"' + text.replace('"', "&quot;").replace("\n", " ") + '"'
