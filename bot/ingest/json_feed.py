"""The text of a JSON Feed, 1.0 or 1.1 → what it says, its writers' slips included. Next: raw_feed.py."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.errors import SourceError
from bot.domain.source import Trouble
from bot.ingest.fields import address
from bot.ingest.raw_feed import MOST_ENTRIES, Media, RawEntry, RawFeed, Text, TextKind

_Object = Mapping[str, Any]


def read_json(text: str, base: str) -> RawFeed:
    """Raises SourceError for what is no JSON, or none of a feed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"The feed is broken and no article can be read from it ({error}).", trouble=Trouble.BROKEN
        ) from error
    items = document.get("items")
    if not isinstance(items, list):
        raise SourceError(
            "The address answers with JSON that is not a feed: it has no list of items.", trouble=Trouble.NOT_A_FEED
        )
    hubs = (hub for hub in _objects(document, "hubs") if _string(hub, "type").lower() in ("", "websub"))
    return RawFeed(
        title=Text(value=_string(document, "title")),
        language=_string(document, "language"),
        entries=tuple(_raw_entry(item, base) for item in items[:MOST_ENTRIES] if isinstance(item, dict)),
        whole=len(items) <= MOST_ENTRIES,
        hub=next((address(hub.get("url"), base) for hub in hubs), None),
        topic=address(document.get("feed_url"), base),
    )


def _raw_entry(item: _Object, base: str) -> RawEntry:
    markup, plain = _string(item, "content_html"), _string(item, "content_text")
    guid = item.get("id")
    authors = (*_objects(item, "authors"), *_objects({"author": [item.get("author")]}, "author"))
    tags = item.get("tags")
    return RawEntry(
        # Version 1.0 allowed numbers.
        guid=str(guid) if isinstance(guid, str | int) else "",
        links=(address(item.get("url"), base), address(item.get("external_url"), base)),
        base=base,
        title=Text(value=_string(item, "title"), kind=TextKind.EITHER),
        lead=Text(value=_string(item, "summary"), kind=TextKind.EITHER),
        bodies=(Text(value=markup, kind=TextKind.MARKUP) if markup else Text(value=plain),),
        media=tuple(
            Media(url=address(each.get("url"), base), type=_string(each, "mime_type").lower())
            for each in _objects(item, "attachments")
        ),
        pictures=(address(item.get("image"), base), address(item.get("banner_image"), base)),
        authors=tuple(_string(author, "name") for author in authors),
        language=_string(item, "language"),
        categories=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        published=(_string(item, "date_published"),),
        updated=(_string(item, "date_modified"),),
    )


def _string(item: _Object, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _objects(item: _Object, name: str) -> Iterator[_Object]:
    values = item.get(name)
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())
