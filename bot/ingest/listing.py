"""The bytes of a list page → its articles and the lines of its latest-news block, by themselves or by selectors. Next: accept.py.

Entries of a JSON answer, which a site gives to its own scripts, may have an address alone; their title is then empty, and the
article's page has to tell the rest. Pure; nothing is ever fetched from here.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.source import PageSelectors, SourceKind, Trouble
from bot.ingest.dates import human_moment
from bot.ingest.discovery import announced
from bot.ingest.document import Document
from bot.ingest.fields import first_address, is_same_site, language
from bot.ingest.items import LONGEST_TITLE, Items
from bot.ingest.latest import chosen_lines, found_lines
from bot.ingest.page import page_tree
from bot.ingest.selectors import picked
from bot.ingest.text import decode, from_markup, one_line
from bot.ingest.view import PageView, ids

MOST_ENTRIES = 500

_FOUND_BY_ITSELF = PageSelectors()
_JSON_LISTS = ("posts", "items", "articles", "news", "data", "results")
_JSON_ADDRESSES = ("url", "link", "href", "permalink")
_JSON_TITLES = ("title", "name", "headline")
_JSON_DATES = ("published_at", "published", "date_published", "datetime", "date", "created_at")


def parse_list_page(
    body: bytes,
    content_type: str | None,
    url: str,
    *,
    selectors: PageSelectors = _FOUND_BY_ITSELF,
    zone: tzinfo,
    now: datetime,
) -> Document:
    """Where a selector finds nothing, the page is read by itself. Raises SourceError if it neither lists articles nor names a feed."""
    text = decode(body, content_type)
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return Document(kind=SourceKind.PAGE, entries=tuple(_from_json(text, url, zone, now)))
    tree = page_tree(body, text)
    view = PageView(tree, url, zone=zone, now=now)
    items = Items(view)
    groups = items.chosen(picked(tree, selectors.list)) or items.found()
    listed = sorted((each for group in groups for each in items.entries(group)), key=lambda each: each[0])
    lines = [
        *chosen_lines(view, picked(tree, selectors.ticker)),
        *found_lines(view, ids(item.node for group in groups for item in group)),
    ]
    entries = _each_once([*(entry for _, entry in listed), *lines])
    feeds = announced(tree, url)
    if not entries and not feeds:
        raise SourceError(
            "No list of articles was found on this page. Name its links by the selector [sources.page] list, "
            "or give the address of a page that lists news.",
            trouble=Trouble.NOT_A_FEED,
        )
    html, name = tree.css_first("html"), tree.css_first("title")
    return Document(
        kind=SourceKind.PAGE,
        title=one_line(name.text()) if name else "",
        entries=tuple(entries[:MOST_ENTRIES]),
        language=language(html.attributes.get("lang")) if html else None,
        feeds=feeds,
    )


def _each_once(found: Iterable[Entry]) -> list[Entry]:
    """With what any of its places says; a bare headline only where it has no link elsewhere."""
    entries: dict[str, Entry] = {}
    for entry in found:
        key = entry.url or f"headline:{entry.title}"
        known = entries.setdefault(key, entry)
        entries[key] = replace(
            known,
            published_at=known.published_at or entry.published_at,
            image=known.image or entry.image,
            language=known.language or entry.language,
            categories=known.categories or entry.categories,
        )
    linked = {entry.title for entry in entries.values() if entry.url}
    return [entry for entry in entries.values() if entry.url or entry.title not in linked]


def _from_json(text: str, url: str, zone: tzinfo, now: datetime) -> Iterator[Entry]:
    """Such as {"posts": [{"url": "/ru/…/"}]}. Raises SourceError."""
    seen: set[str] = set()
    for item in islice(_json_items(text), MOST_ENTRIES):
        found = first_address((item.get(name) for name in _JSON_ADDRESSES), url)
        if found is None or found in seen or not is_same_site(found, url):
            continue
        seen.add(found)
        dates = (human_moment(value, zone=zone, now=now) for value in _strings(item, _JSON_DATES))
        yield Entry(
            url=found,
            title=one_line(from_markup(next(_strings(item, _JSON_TITLES), "")))[:LONGEST_TITLE],
            published_at=next(filter(None, dates), None),
        )


def _json_items(text: str) -> Iterator[dict[str, Any]]:
    try:
        listed: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"The answer is JSON that cannot be read ({one_line(str(error))[:100]}).", trouble=Trouble.BROKEN
        ) from error
    if isinstance(listed, dict):
        listed = next((listed[name] for name in _JSON_LISTS if isinstance(listed.get(name), list | dict)), None)
    if isinstance(listed, dict):
        listed = next((listed[name] for name in _JSON_LISTS if isinstance(listed.get(name), list)), None)
    if not isinstance(listed, list):
        raise SourceError("The address answers with JSON that lists no articles.", trouble=Trouble.NOT_A_FEED)
    return (item for item in listed if isinstance(item, dict))


def _strings(item: dict[str, Any], names: Iterable[str]) -> Iterator[str]:
    return (value for name in names if isinstance(value := item.get(name), str) and value)
