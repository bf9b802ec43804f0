"""A feed of a kind that nothing else here reads → what it says, by feedparser. Next: raw_feed.py.

It knows dead formats and odd ways to write the living ones, at 50 µs a tag: fifty times what xml_reader.py takes. So it gets
what that gives up, in the form that repair.py gives it, and not much of it.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from bot.ingest.fields import address
from bot.ingest.raw_feed import Media, RawEntry, RawFeed, Text, TextKind, number, permalink

# Characters and tags of a document that is read in about half a second.
_LONGEST = 512 * 1024
_MOST_TAGS = 6000

_MARKUP_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
# Words by which people find a film or a podcast, which are no rubrics.
_FOREIGN_TAGS = frozenset({"http://www.itunes.com/", "http://search.yahoo.com/mrss/category_schema"})


def is_short(text: str) -> bool:
    """Whether it can be read in this way."""
    return len(text) <= _LONGEST and text.count("<") <= _MOST_TAGS


def read_loosely(text: str, base: str) -> RawFeed | None:
    """None for what is no feed. The text has to be short."""
    # A start need not wait for what few documents want.
    import feedparser  # noqa: PLC0415

    # From a stream and under a name of its own: a string it would take for an address or a file, and open it.
    found = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.entries and not found.get("version"):
        return None
    links = found.feed.get("links") or ()
    return RawFeed(
        title=_text(found.feed, "title"),
        language=found.feed.get("language"),
        entries=tuple(_raw_entry(item, base) for item in found.entries),
        ttl=number(found.feed.get("ttl")) * 60.0 or None,
        hub=next((address(link.get("href"), base) for link in links if link.get("rel") == "hub"), None),
        topic=next((address(link.get("href"), base) for link in links if link.get("rel") == "self"), None),
    )


def _raw_entry(item: dict[str, Any], base: str) -> RawEntry:
    contents = item.get("content") or []
    summary = _text(item, "summary")
    bodies = tuple(_detail(each) for each in contents)
    base = address(next((each.get("base") for each in contents), None), base) or base
    guid = item.get("id") or ""
    link = item.get("link")
    return RawEntry(
        guid=guid,
        # A guid that is no address is taken for one by default.
        links=(*_alternates(item, base), permalink(guid, base) if link == guid else address(link, base)),
        base=base,
        title=_text(item, "title"),
        lead=summary,
        bodies=(*bodies, *(Text(value=text, kind=TextKind.MARKUP) for text in _full_texts(item))),
        media=tuple(_media(item, base)),
        pictures=tuple(
            address(each, base)
            for each in (
                *(each.get("url") for each in item.get("media_thumbnail") or ()),
                (item.get("image") or {}).get("href"),
            )
        ),
        authors=tuple(_authors(item)),
        language=item.get("language"),
        categories=tuple(
            tag.get("label") or tag.get("term") or ""
            for tag in item.get("tags") or ()
            if tag.get("scheme") not in _FOREIGN_TAGS
        ),
        published=tuple(_dates(item, "published", "created")),
        updated=tuple(_dates(item, "updated")),
    )


def _text(item: Mapping[str, Any], name: str) -> Text:
    return _detail(item.get(f"{name}_detail") or {"value": item.get(name), "type": "text/html"})


def _detail(detail: Mapping[str, Any]) -> Text:
    kind = TextKind.MARKUP if detail.get("type") in _MARKUP_TYPES else TextKind.EITHER
    return Text(value=detail.get("value") or "", kind=kind)


def _alternates(item: Mapping[str, Any], base: str) -> Iterator[str | None]:
    for link in item.get("links") or ():
        if link.get("rel") == "alternate" and link.get("type") in _MARKUP_TYPES:
            yield address(link.get("href"), base)


def _full_texts(item: Mapping[str, Any]) -> Iterator[str]:
    for name in ("yandex_full-text", "rambler_full-text"):
        if isinstance(value := item.get(name), str):
            yield value


def _authors(item: Mapping[str, Any]) -> Iterator[str]:
    """Of several, the parser's one "author" is the last."""
    several = item.get("authors") or ()
    names = (*(author.get("name") for author in several), item.get("author"))
    return filter(None, names if len(several) > 1 else reversed(names))


def _dates(item: dict[str, Any], *names: str) -> Iterator[str]:
    # Around the parser's own get(), which answers for a missing "updated" with "published", and warns.
    return (value for name in names if (value := dict.get(item, name)))


def _media(item: Mapping[str, Any], base: str) -> Iterator[Media]:
    for each in (*(item.get("media_content") or ()), *(item.get("enclosures") or ())):
        yield Media(
            url=address(each.get("url") or each.get("href"), base),
            type=(each.get("type") or each.get("medium") or "").lower(),
            width=number(each.get("width")),
        )
