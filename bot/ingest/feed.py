"""The bytes of a feed → its entries, whatever family it is of: RSS 0.9x, 1.0, 2.0, Atom, JSON Feed. Next: accept.py.

Pure and slow (20 ms for 50 long entries): the poller runs it in a thread. Nothing is ever fetched from here.
"""

import io
import json
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import feedparser

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.source import SourceKind
from bot.ingest.document import Document
from bot.ingest.fields import address, first_address, iso_moment, language, moment
from bot.ingest.text import clean, decode, from_markup, one_line, paragraphs, parse_markup, without_beginning

# Bytes; parsing takes about 0.2 s a megabyte.
MAX_FEED = 8 * 1024 * 1024
# A description this long with several paragraphs is the article, not its lead.
_LONG_DESCRIPTION = 400
_MARKUP_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|rdf|feed)\s*>", re.IGNORECASE)


def parse_feed(body: bytes, content_type: str | None, base_url: str) -> Document:
    """Raises SourceError when this is no feed or no entry of a broken one can be saved."""
    if len(body) > MAX_FEED:
        raise SourceError(
            f"The feed has {len(body) / 2**20:.1f} MB, more than the {MAX_FEED // 2**20} MB that are read. "
            "Have it list fewer articles."
        )
    text = clean(decode(body, content_type)).strip()
    if not text:
        raise SourceError("The address answers with an empty document instead of a feed.")
    return _json_feed(text, base_url) if text.startswith("{") else _xml_feed(text, base_url)


def _xml_feed(text: str, base_url: str) -> Document:
    whole = _END.search(text, max(0, len(text) - 4096)) is not None
    text = _REFERENCE.sub(_sound_reference, _XML_DECLARATION.sub("", text, count=1))
    # From a stream and under a name of its own: a string it would take for an address or a file, and open it.
    found = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base_url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    entries = tuple(_entry(item, base_url) for item in found.entries)
    if not whole:
        # What the break went through may be half a headline or half an address.
        entries = entries[:-1]
    if not entries and not found.get("version"):
        raise SourceError("The address answers with something that is not a feed (RSS, Atom or JSON Feed).")
    if not entries and (found.bozo or not whole):
        reason = one_line(str(found.get("bozo_exception") or "it breaks off"))
        raise SourceError(f"The feed is broken and no article can be read from it ({reason}).")
    return Document(
        kind=SourceKind.FEED,
        title=_line_from_markup(found.feed.get("title", "")),
        entries=entries,
        language=language(found.feed.get("language")),
        whole=whole,
    )


def _sound_reference(reference: re.Match[str]) -> str:
    """A character by its number, unless it is none: the parser would give up the whole feed over it."""
    digits = reference[1].lower()
    number = int(digits[1:], 16) if digits.startswith("x") else int(digits[:10])
    return reference[0] if number <= sys.maxunicode and clean(chr(number)) else ""


def _line_from_markup(markup: str) -> str:
    return one_line(from_markup(markup))


def _entry(item: dict[str, Any], base_url: str) -> Entry:
    title = _text(item.get("title_detail") or {"value": item.get("title", "")})
    content = max(item.get("content") or [{}], key=lambda each: len(each.get("value") or ""))
    summary = item.get("summary_detail") or {"value": item.get("summary", ""), "type": "text/html"}
    # Of an entry that has content only, the parser offers it as the summary too.
    lead = "" if summary.get("value") == content.get("value") else _text(summary)
    base = content.get("base") or summary.get("base") or base_url
    lead, body = _lead_and_body(lead, _text(content))
    return Entry(
        guid=one_line(item.get("id") or "") or None,
        url=address(item.get("link"), base_url),
        title=one_line(title),
        lead=lead,
        body=body,
        image=_picture(item, base) or _first_picture((content.get("value"), summary.get("value")), base),
        author=_author(item),
        language=language(item.get("language")),
        categories=_names(tag.get("label") or tag.get("term") for tag in item.get("tags") or ()),
        published_at=_moment(item),
    )


def _text(detail: Mapping[str, Any]) -> str:
    value = detail.get("value") or ""
    return from_markup(value) if detail.get("type") in _MARKUP_TYPES else paragraphs(value)


def _lead_and_body(lead: str, body: str) -> tuple[str, str]:
    """The lead, and the body as what follows it."""
    if body:
        return lead, without_beginning(body, lead)
    first, _, rest = lead.partition("\n\n")
    return (first, rest) if rest and len(lead) > _LONG_DESCRIPTION else (lead, "")


def _moment(item: dict[str, Any]) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        # Around the parser's own get(), which answers for a missing "updated" with "published", and warns.
        if parsed := dict.get(item, name):
            return moment(*parsed[:6])
    return None


def _picture(item: Mapping[str, Any], base: str) -> str | None:
    media = [each for each in item.get("media_content") or () if _shows_picture(each, "url")]
    media.sort(key=lambda each: _number(each.get("width")), reverse=True)
    enclosures = [each for each in item.get("enclosures") or () if _shows_picture(each, "href")]
    candidates = [
        *(each.get("url") for each in media),
        *(each.get("href") for each in enclosures),
        *(each.get("url") for each in item.get("media_thumbnail") or ()),
        (item.get("image") or {}).get("href"),
    ]
    return first_address(candidates, base)


def _shows_picture(media: Mapping[str, Any], field: str) -> bool:
    kind = media.get("type") or media.get("medium") or ""
    return kind.startswith("image") if kind else bool(_PICTURE.search(media.get(field) or ""))


def _first_picture(markup: Iterable[str | None], base: str) -> str | None:
    for each in markup:
        if not each or "<img" not in each.lower() or (tree := parse_markup(each)) is None:
            continue
        for node in tree.css("img[src]"):
            # One pixel counts readers; it shows nothing.
            tiny = "1" in (node.attributes.get("width"), node.attributes.get("height"))
            if not tiny and (found := address(node.attributes.get("src"), base)):
                return found
    return None


def _author(item: Mapping[str, Any]) -> str | None:
    names = (item.get("author"), *(author.get("name") for author in item.get("authors") or ()))
    for name in names:
        # RSS 2.0 wants an e-mail address with the name in brackets.
        bracketed = re.fullmatch(r"\S+@\S+\s*\((.+)\)", one_line(name or ""))
        found = bracketed[1] if bracketed else one_line(name or "")
        if found and "@" not in found:
            return found
    return None


def _names(values: Iterable[Any]) -> tuple[str, ...]:
    names = (_line_from_markup(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(name for name in names if name))


def _number(value: Any) -> int:
    return int(value) if isinstance(value, str) and value.isdecimal() else 0


def _json_feed(text: str, base_url: str) -> Document:
    """JSON Feed 1.0 and 1.1."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"The feed is broken and no article can be read from it ({error}).") from error
    items = document.get("items")
    if not isinstance(items, list):
        raise SourceError("The address answers with JSON that is not a feed: it has no list of items.")
    return Document(
        kind=SourceKind.FEED,
        title=one_line(_string(document, "title")),
        entries=tuple(_json_entry(item, base_url) for item in items if isinstance(item, dict)),
        language=language(document.get("language")),
    )


def _json_entry(item: Mapping[str, Any], base_url: str) -> Entry:
    markup = _string(item, "content_html")
    body = from_markup(markup) if markup else paragraphs(_string(item, "content_text"))
    lead, body = _lead_and_body(paragraphs(_string(item, "summary")), body)
    guid = item.get("id")
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    tags = item.get("tags") if isinstance(item.get("tags"), list) else []
    pictures = (item.get("image"), item.get("banner_image"))
    return Entry(
        # Version 1.0 allowed numbers.
        guid=one_line(str(guid)) or None if isinstance(guid, str | int) else None,
        url=address(item.get("url") or item.get("external_url"), base_url),
        title=one_line(_string(item, "title")),
        lead=lead,
        body=body,
        image=first_address(pictures, base_url) or _first_picture((markup,), base_url),
        author=next(
            (one_line(_string(each, "name")) or None for each in authors or () if isinstance(each, dict)), None
        ),
        language=language(item.get("language")),
        categories=_names(tags or ()),
        published_at=iso_moment(_string(item, "date_published") or _string(item, "date_modified")),
    )


def _string(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
