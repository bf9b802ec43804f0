"""The text of an XML feed that is well-formed → the fields of the feed and of each entry, by expat. Next: xml_feed.py.

What it begins with is the root: neither a declaration nor a document type ever reaches the parser, so no entity is declared,
expanded or fetched. Elements are known by the address of their namespace, whatever its prefix, and regardless of case.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from bot.ingest.fields import address
from bot.ingest.raw_feed import MOST_ENTRIES
from bot.ingest.repair import EMPTY_IN_HTML, sound_reference
from bot.ingest.text import in_pieces

# Far more than any feed nests; and elements that are read in about a quarter of a second.
_DEEPEST = 200
_MOST_ELEMENTS = 100_000
# What an element with a base or namespaces of its own takes, in those that have none.
_WITH_CONTEXT = 15
# Characters that expat hands over at once.
_BUFFER = 65536

# expat takes these numbers for control characters, browsers for what windows-1252 has there.
_OLD_REFERENCE = re.compile(r"&#(?:1(?:2[89]|[345][0-9])|[xX][89][0-9a-fA-F]);")
_PREFIXES = {
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://news.yandex.ru": "yandex",
    "http://news.yandex.ru/": "yandex",
    "http://news.rambler.ru": "rambler",
    "http://news.rambler.ru/": "rambler",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
_ROOTS = frozenset({"rss", "rdf:rdf", "feed"})
_ENTRIES = frozenset({"item", "entry"})
# Their fields count as those of what they stand in.
_TRANSPARENT = frozenset({"repaired", "rss", "rdf:rdf", "feed", "channel", "media:group"})
# They hold text, and elements within them are markup.
_TEXTS = frozenset({
    "title", "description", "summary", "content", "content:encoded", "yandex:full-text", "rambler:full-text", "fullitem",
    "body", "xhtml:body", "abstract", "dc:title", "dc:description", "media:title", "media:description", "itunes:summary",
    "subtitle", "tagline", "info", "rights", "copyright",
})  # fmt: skip

Attributes = Mapping[str, str]


class TooDeepError(Exception):
    """The document is nested as no feed is."""


class _EnoughError(Exception):
    """What was read so far is all that is going to be read."""


class Field(NamedTuple):
    """`nested`: elements stood within the text, which is markup therefore."""

    attributes: Attributes
    text: str
    base: str
    nested: bool


class Fields:
    """What an entry, or the feed itself, says under each name."""

    def __init__(self, base: str, attributes: Attributes) -> None:
        self.base = base
        self.attributes = attributes
        self._fields: dict[str, list[Field]] = {}

    def add(self, name: str, field: Field) -> None:
        self._fields.setdefault(name, []).append(field)

    def all(self, *names: str) -> list[tuple[str, Field]]:
        """In the order of the names."""
        return [(name, field) for name in names if name in self._fields for field in self._fields[name]]

    def texts(self, *names: str) -> tuple[str, ...]:
        return tuple([field.text for name in names if name in self._fields for field in self._fields[name]])


@dataclass(frozen=True, kw_only=True, slots=True)
class XmlFeed:
    """`whole` is False for a document that breaks off, and for one that is longer than is read."""

    is_atom: bool
    fields: Fields
    entries: tuple[Fields, ...]
    whole: bool


def read_fields(text: str, base: str) -> XmlFeed | None:
    """None for XML that is no feed. Raises expat.ExpatError for what is not well-formed, and TooDeepError."""
    return _Reader(base).read(_OLD_REFERENCE.sub(lambda found: sound_reference(found[0]), text))


class _Scope:
    """Which prefix means what, and the names that were looked up so far."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._names: dict[str, str] = {}

    def name(self, written: str) -> str:
        """By our own prefix. One that is bound to nothing, or to an address nobody knows, stays as it is."""
        found = self._names.get(written)
        if found is None:
            prefix, _, local = written.lower().rpartition(":")
            known = self._prefixes.get(prefix, prefix)
            found = self._names[written] = f"{known}:{local}" if known else local
        return found

    def within(self, attributes: Attributes) -> "_Scope":
        declared = {
            name[6:]: _PREFIXES.get(uri.strip().lower(), name[6:])
            for name, uri in attributes.items()
            if name == "xmlns" or name.startswith("xmlns:")
        }
        return _Scope({**self._prefixes, **declared}) if declared else self


@dataclass(kw_only=True, slots=True)
class _Element:
    """An open element. `key` is its name with those of its parents, within the entry or the feed."""

    key: str
    attributes: Attributes
    base: str
    scope: _Scope
    pieces: list[str]


class _Reader:
    def __init__(self, base: str) -> None:
        self._open = [_Element(key="", attributes={}, base=base, scope=_Scope({}), pieces=[])]
        self._elements = 0
        self._root = ""
        self._feed = Fields(base, {})
        self._entries: list[Fields] = []
        # The open entry, and how deep it stands.
        self._entry: Fields | None = None
        self._entry_at = 0
        # In an open text: how many elements are open within, and whether its characters must be escaped to be markup.
        self._is_text = False
        self._within = 0
        self._nested = False
        self._escaping = False

    def read(self, text: str) -> XmlFeed | None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _BUFFER
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        try:
            for piece in in_pieces(text):
                # Never as the last part: then a document may break off, and what came before is read.
                parser.Parse(piece, False)
            whole = len(self._open) == 1
        except _EnoughError:
            whole = False
        if not self._root:
            return None
        return XmlFeed(is_atom=self._root == "feed", fields=self._feed, entries=tuple(self._entries), whole=whole)

    def _start(self, written: str, given: dict[str, str]) -> None:
        self._count(1)
        if len(self._open) + self._within > _DEEPEST:
            raise TooDeepError
        if self._is_text:
            self._within += 1
            self._nested = True
            attributes = "".join(f" {name}={quoteattr(value)}" for name, value in given.items())
            self._open[-1].pieces.append(f"<{written.rpartition(':')[2]}{attributes}>")
            return
        parent = self._open[-1]
        scope, base, known = parent.scope, parent.base, given
        if given:
            known = {name.lower(): value for name, value in given.items()}
            scope = scope.within(known)
            base = address(known.get("xml:base"), base) or base
            if scope is not parent.scope or base != parent.base:
                self._count(_WITH_CONTEXT)
        name = scope.name(written)
        begins = self._entry is None and name in _ENTRIES
        key = "" if begins else _key(parent.key, name)
        self._open.append(_Element(key=key, attributes=known, base=base, scope=scope, pieces=[]))
        if begins:
            self._entry, self._entry_at = Fields(base, known), len(self._open)
        elif name in _ROOTS and not self._root:
            self._root, self._feed = name, Fields(base, known)
        elif name in _TEXTS:
            self._is_text = True
            self._escaping = known.get("type", "").lower().endswith(("xhtml", "xml"))

    def _end(self, written: str) -> None:
        if self._within:
            self._within -= 1
            if (local := written.rpartition(":")[2]) not in EMPTY_IN_HTML:
                self._open[-1].pieces.append(f"</{local}>")
            return
        element = self._open.pop()
        if self._entry is not None and len(self._open) < self._entry_at:
            self._entries.append(self._entry)
            self._entry = None
            if len(self._entries) > MOST_ENTRIES:
                raise _EnoughError
        elif element.key:
            text = "".join(element.pieces)
            fields = self._feed if self._entry is None else self._entry
            fields.add(element.key, Field(element.attributes, text, element.base, self._nested))
        self._is_text = self._nested = self._escaping = False

    def _data(self, data: str) -> None:
        self._open[-1].pieces.append(escape(data) if self._escaping else data)

    def _count(self, elements: int) -> None:
        self._elements += elements
        if self._elements > _MOST_ELEMENTS:
            raise _EnoughError


def _key(outer: str, name: str) -> str:
    if not outer:
        return "" if name in _TRANSPARENT else name
    # A thumbnail is often put into the picture that it shows.
    return name if outer == "media:content" and name.startswith("media:") else f"{outer}/{name}"
