"""The bytes of a sitemap → its entries, or of an index of sitemaps → where its parts are. Next: accept.py.

Sitemaps of news have titles and dates; others list addresses alone, and an entry of such a one has an empty title: the
article's page has to tell the rest. Pure; nothing is ever fetched from here.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import cast
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from selectolax.lexbor import LexborNode

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import SourceKind, Trouble
from bot.ingest.dates import human_moment
from bot.ingest.detect import root_element
from bot.ingest.document import Document
from bot.ingest.fields import address, iso_moment, language
from bot.ingest.text import decode, from_markup, one_line, parse_markup
from bot.ingest.unpack import unpack

# Sitemaps of news hold 1000 at most (Google's limit); of a whole archive the newest are looked at.
MOST_ENTRIES = 1000
MOST_PARTS = 10
# Addresses in one sitemap (sitemaps.org), and characters that are read of a broken one.
_MOST_ADDRESSES = 50_000
_MOST_REPAIRED = 2 * 1024 * 1024
_MOST_WORDS = 20
# Ten elements for each address; beyond that, or with a hundred thousand attributes, XML takes seconds.
_MOST_TAGS = 1_000_000
_ENDLESS_TAG = re.compile(r"<[^<>]{20000}")
# Characters; each step frees what it has read.
_STEP = 256 * 1024
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
_NEWS = re.compile(r"news|novosti|xeber", re.IGNORECASE)
_NO_ARTICLES = re.compile(r"image|photo|video|author|user|tag|categor|rubric|page|static|section", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+")
_MARKUP = re.compile(r"<|&#?\w+;")
_ROOTS = ("urlset", "sitemapindex")
_PLACES = ("url", "sitemap")
_KEPT = frozenset({"loc", "lastmod", "publication_date", "title", "language", "keywords"})

# One <url> or <sitemap>: its first text of each name, less the prefix or namespace. The address of a picture is "image".
_Place = dict[str, str]


def parse_sitemap(body: bytes, content_type: str | None, url: str, *, now: datetime) -> Document:
    """Raises SourceError when this is no sitemap, or one that is made to choke its reader."""
    text = decode(unpack(body), content_type).strip().lstrip("\ufeff")
    if not text:
        raise SourceError("The address answers with an empty document instead of a sitemap.", trouble=Trouble.EMPTY)
    root, places, whole = _read(text)
    match root:
        case "sitemapindex":
            return Document(kind=SourceKind.SITEMAP, parts=_parts(places, url, now), whole=whole)
        case "urlset":
            return Document(kind=SourceKind.SITEMAP, entries=_entries(places, url, now), whole=whole)
        case _:
            raise SourceError("The address answers with something that is not a sitemap.", trouble=Trouble.NOT_A_FEED)


def _read(text: str) -> tuple[str, list[_Place], bool]:
    """The root, what it lists, and whether all of it came."""
    root = root_element(text[:_STEP])
    if root in _ROOTS and not _is_made_to_choke(text):
        try:
            return root, _places(text), True
        except ET.ParseError:
            pass
    return _repaired(text)


def _is_made_to_choke(text: str) -> bool:
    """A document type has no business here but to declare entities, which the HTML parser does not know to expand."""
    return "<!DOCTYPE" in text or text.count("<") > _MOST_TAGS or _ENDLESS_TAG.search(text) is not None


def _places(text: str) -> list[_Place]:
    """Raises ET.ParseError for what is not XML."""
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("end",))
    text = _DECLARATION.sub("", text, count=1)
    places: list[_Place] = []
    place: _Place = {}
    for start in range(0, len(text), _STEP):
        parser.feed(text[start : start + _STEP])
        for _, element in cast("Iterator[tuple[str, ET.Element]]", parser.read_events()):
            name = _name(element.tag)
            if name in _PLACES:
                places.append(place)
                place = {}
                element.clear()
            elif name and element.text and name not in place:
                place[name] = element.text.strip()
        if len(places) >= _MOST_ADDRESSES:
            return places[:_MOST_ADDRESSES]
    parser.close()
    return places


@lru_cache(maxsize=256)
def _name(tag: str) -> str:
    """Of an element with its namespace or prefix, the name under which its text is kept; empty where it is not."""
    name = tag.lower()
    # Pictures and videos have addresses and titles too.
    if "image" in name or "video" in name:
        return "image" if name.endswith(("}loc", "image:loc")) else ""
    local = name.rpartition("}")[2].rpartition(":")[2]
    return local if local in _KEPT or local in _PLACES else ""


def _repaired(text: str) -> tuple[str, list[_Place], bool]:
    """As a browser would read it: what is not closed, escaped or declared spoils itself at most."""
    # What no longer belongs to XML would be inside a comment for HTML.
    tree = parse_markup(text[:_MOST_REPAIRED].replace("<![CDATA[", "").replace("]]>", ""))
    if tree is None:
        raise SourceError("The sitemap is nested too deeply to be read.", trouble=Trouble.BROKEN)
    root = tree.css_first(", ".join(_ROOTS))
    if root is None or root.tag is None:
        return "", [], False
    places = [_repaired_place(node) for node in islice(root.css(", ".join(_PLACES)), _MOST_ADDRESSES)]
    whole = len(text) <= _MOST_REPAIRED and f"</{root.tag}" in text[-200:].lower()
    # What the break went through may be half an address.
    return root.tag, places if whole else places[:-1], whole


def _repaired_place(node: LexborNode) -> _Place:
    place: _Place = {}
    for each in node.css("*"):
        name = _name(each.tag or "")
        if name in _PLACES and each.mem_id != node.mem_id:
            # The one before was not closed.
            break
        if name:
            place.setdefault(name, each.text(deep=False).strip())
    return place


def _entries(places: list[_Place], url: str, now: datetime) -> tuple[Entry, ...]:
    if len(places) > MOST_ENTRIES:
        places = _newest(places, now)
    entries = (_entry(place, url, now) for place in places)
    return tuple(entry for entry in entries if entry.url)


def _newest(places: list[_Place], now: datetime) -> list[_Place]:
    dated = [(moment, place) for place in places if (moment := _published(place, now) or _changed(place, now))]
    if dated:
        return [place for _, place in sorted(dated, key=lambda each: each[0], reverse=True)[:MOST_ENTRIES]]
    # Nothing says at which end the new ones are added.
    return places[: MOST_ENTRIES // 2] + places[-MOST_ENTRIES // 2 :]


def _entry(place: _Place, url: str, now: datetime) -> Entry:
    title, keywords = place.get("title", ""), place.get("keywords", "")
    words = map(one_line, keywords.split(",") if keywords else ())
    return Entry(
        url=address(place.get("loc"), url),
        title=one_line(from_markup(title) if _MARKUP.search(title) else title),
        image=address(place.get("image"), url),
        language=_language(place.get("language", "")),
        categories=tuple(dict.fromkeys(islice(filter(None, words), _MOST_WORDS))),
        published_at=_published(place, now),
        updated_at=_changed(place, now),
    )


@lru_cache(maxsize=32)
def _language(code: str) -> Language | None:
    return language(code)


def _published(place: _Place, now: datetime) -> datetime | None:
    return _moment(place.get("publication_date", ""), now)


def _changed(place: _Place, now: datetime) -> datetime | None:
    return _moment(place.get("lastmod", ""), now)


def _moment(text: str, now: datetime) -> datetime | None:
    """A day without a time is its beginning. Most are as they should be, and there are many of them."""
    return iso_moment(text) or (human_moment(text, zone=UTC, now=now) if text else None)


def _parts(places: Iterable[_Place], url: str, now: datetime) -> tuple[str, ...]:
    """Sitemaps of news first, those of pictures, authors and the like last; among equals the newest first."""
    found = [(part, _newness(part, place, now)) for place in places if (part := address(place.get("loc"), url))]
    ordered = sorted(found, key=lambda each: each[1], reverse=True)
    return tuple(islice(dict.fromkeys(part for part, _ in ordered), MOST_PARTS))


def _newness(part: str, place: _Place, now: datetime) -> tuple[int, datetime, list[int]]:
    """Where no time is told, the numbers in the name decide: years and months, or pages that are filled one by one."""
    path = urlsplit(part).path
    name = path.rstrip("/").rpartition("/")[2]
    kind = 1 if _NEWS.search(name) else -1 if _NO_ARTICLES.search(name) else 0
    changed = _changed(place, now) or _LONG_AGO
    return kind, min(changed, now), [int(number[:9]) for number in _NUMBER.findall(path)]
