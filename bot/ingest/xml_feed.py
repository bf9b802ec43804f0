"""RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 → what they say, each field where one of them has it. Next: raw_feed.py.

Nobody keeps to one of these formats: Dublin Core, Media RSS, iTunes, Yandex and Rambler have their say in all of them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bot.ingest.fields import address
from bot.ingest.raw_feed import Media, RawEntry, RawFeed, Text, TextKind, number, permalink
from bot.ingest.xml_reader import Field, Fields, XmlFeed, read_fields

_TITLES = ("title", "dc:title", "media:title", "itunes:title")
_LEADS = ("description", "summary", "dc:description", "abstract", "itunes:summary")
_BODIES = ("content:encoded", "content", "yandex:full-text", "rambler:full-text", "fullitem", "body", "xhtml:body")
_PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued", "dc:date", "created", "dcterms:created")
_UPDATED = ("updated", "modified", "dcterms:modified")
_MARKUP = frozenset({"description", *_BODIES}) - {"content"}
_MARKUP_TYPES = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml", "text/xml", "application/xml", "xml"})
_PLAIN_TYPES = frozenset({"", "text", "plain", "text/plain"})
# Of yandex:genre these two are what all news are.
_NO_GENRES = frozenset({"lenta", "message"})


class NotCoveredError(Exception):
    """The document says something in a way that is not read here."""


class _Link(NamedTuple):
    rels: frozenset[str]
    type: str
    url: str | None


def read_xml(text: str, base: str) -> RawFeed | None:
    """As read_fields(), and NotCoveredError."""
    found = read_fields(text, base)
    return None if found is None else _raw_feed(found)


def _raw_feed(feed: XmlFeed) -> RawFeed:
    links = list(_links(feed.fields))
    return RawFeed(
        title=_first_text(feed.fields, "title", is_atom=feed.is_atom),
        language=_language(feed.fields),
        entries=tuple(_raw_entry(fields, is_atom=feed.is_atom) for fields in feed.entries),
        whole=feed.whole,
        ttl=_ttl(feed.fields),
        hub=next((link.url for link in links if "hub" in link.rels and link.url), None),
        topic=next((link.url for link in links if "self" in link.rels and link.url), None),
    )


def _raw_entry(fields: Fields, *, is_atom: bool) -> RawEntry:
    links = list(_links(fields))
    bodies = tuple(text for text in _texts(fields, *_BODIES, is_atom=is_atom) if text.value.strip())
    # Beside a body, it describes the picture.
    leads = _LEADS if bodies else (*_LEADS, "media:description")
    name, is_permalink = _guid(fields)
    return RawEntry(
        guid=name,
        links=(
            *(link.url for link in links if "alternate" in link.rels and link.type in _MARKUP_TYPES),
            permalink(name, fields.base) if is_permalink else None,
            # Of the same article for small screens.
            *(address(given, fields.base) for given in fields.texts("pdalink")),
        ),
        base=next((field.base for _, field in fields.all(*_BODIES, *_LEADS)), fields.base),
        title=_first_text(fields, *_TITLES, is_atom=is_atom),
        lead=_first_text(fields, *leads, is_atom=is_atom),
        bodies=bodies,
        media=(
            *(_media(field) for _, field in fields.all("media:content", "enclosure")),
            *(Media(url=link.url, type=link.type) for link in links if "enclosure" in link.rels),
        ),
        pictures=tuple(_pictures(fields)),
        authors=fields.texts("author/name", "author", "dc:creator", "dc:author", "itunes:author"),
        language=_language(fields),
        categories=tuple(_categories(fields)),
        published=fields.texts(*_PUBLISHED),
        updated=fields.texts(*_UPDATED),
    )


def _texts(fields: Fields, *names: str, is_atom: bool) -> Iterator[Text]:
    return (_text(name, field, is_atom=is_atom) for name, field in fields.all(*names))


def _first_text(fields: Fields, *names: str, is_atom: bool) -> Text:
    return next((text for text in _texts(fields, *names, is_atom=is_atom) if text.value.strip()), Text())


def _text(name: str, field: Field, *, is_atom: bool) -> Text:
    given = field.attributes.get("type", "").strip().lower()
    if field.attributes.get("mode") == "base64":
        raise NotCoveredError
    if field.nested or given in _MARKUP_TYPES:
        kind = TextKind.MARKUP
    elif given not in _PLAIN_TYPES:
        if name not in _BODIES:
            raise NotCoveredError
        # A picture or a film in letters.
        return Text()
    elif name in _MARKUP and not given:
        kind = TextKind.MARKUP
    else:
        # Atom means what it says; without a type, and in RSS even with one, writers put in what they have.
        kind = TextKind.PLAIN if given and is_atom else TextKind.EITHER
    return Text(value=field.text, kind=kind)


def _links(fields: Fields) -> Iterator[_Link]:
    for _, field in fields.all("link"):
        given = field.attributes
        target = given.get("href") or given.get("url") or given.get("uri") or field.text
        yield _Link(
            rels=frozenset((given.get("rel") or "alternate").lower().split()),
            type=given.get("type", "text/html").strip().lower(),
            # Escaped twice by some, as their texts are.
            url=address(target.replace("&amp;", "&"), field.base),
        )


def _guid(fields: Fields) -> tuple[str, bool]:
    """The entry's own name, and whether it may be the address too."""
    for _, field in fields.all("guid", "id"):
        if field.text.strip():
            return field.text.strip(), field.attributes.get("ispermalink", "true").strip().lower() != "false"
    return fields.attributes.get("rdf:about", ""), True


def _media(field: Field) -> Media:
    given = field.attributes
    return Media(
        url=address(given.get("url") or given.get("href") or given.get("uri"), field.base),
        type=(given.get("type") or given.get("medium") or "").strip().lower(),
        width=number(given.get("width")),
    )


def _pictures(fields: Fields) -> Iterator[str | None]:
    for _, field in fields.all("media:thumbnail", "itunes:image", "image", "image/url"):
        yield address(field.attributes.get("url") or field.attributes.get("href") or field.text, field.base)


def _language(fields: Fields) -> str | None:
    said = (*fields.texts("language", "dc:language"), fields.attributes.get("xml:lang", ""))
    return next((text.strip() for text in said if text.strip()), None)


def _categories(fields: Fields) -> Iterator[str]:
    for _, field in fields.all("category", "dc:subject"):
        yield field.attributes.get("label") or field.text.strip() or field.attributes.get("term") or ""
    yield from (genre for genre in fields.texts("yandex:genre") if genre.strip().lower() not in _NO_GENRES)


def _ttl(fields: Fields) -> float | None:
    """Not by sy:updatePeriod, in which every WordPress says "hourly" whatever its newsroom does."""
    minutes = next(map(str.strip, fields.texts("ttl")), "")
    return number(minutes) * 60.0 if number(minutes) else None
