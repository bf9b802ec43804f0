"""What a feed says in its own words, as xml_feed.py, json_feed.py and loose_feed.py find it → a Document with plain entries.

The readers resolve addresses, for only they know the base in force; everything else is understood here, so that an entry
is the same whatever family its feed is of.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html.entities import html5
from typing import assert_never

from bot.domain.article import Entry
from bot.domain.source import SourceKind
from bot.ingest.document import Document
from bot.ingest.fields import address, feed_moment, language
from bot.ingest.marked import marked_from_markup
from bot.ingest.pictures import further, is_icon
from bot.ingest.text import from_markup, one_line, paragraphs, parse_markup, without_beginning

# A feed of so many entries is no feed, and each takes a tenth of a millisecond. The newest come first.
MOST_ENTRIES = 2500
# Tags, references and lines of all texts together: what becomes plain text in about half a second.
_MOST_MARKS = 150_000
_LINES_A_MARK = 8
# A description this long with several paragraphs is the article, not its lead.
_LONG_DESCRIPTION = 400
_MOST_PICTURES = 20
# Of the widest; what is narrower is a smaller copy, as in a media:group.
_LEAST_SHARE = 0.8
_LONGEST_NUMBER = 9
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
_IMG = re.compile(r"<img\s[^<>]*>", re.IGNORECASE)
_BRACKETED = re.compile(r"[^\s@]{1,100}@\S{1,100} ?\((.{1,100})\)")

_CLOSING_TAG_OR_REFERENCE = re.compile(r"</[a-zA-Z]\w*\s*>|&#?\w+;")
_TAG_NAME = re.compile(r"</?([a-zA-Z]\w*)")
_REFERENCE_NAME = re.compile(r"&(\w+);")
_HTML = frozenset({
    "a", "abbr", "acronym", "address", "article", "aside", "audio", "b", "big", "blockquote", "br", "center", "cite", "code",
    "col", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nobr", "noscript", "ol", "p", "picture",
    "pre", "q", "s", "samp", "section", "small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "video", "wbr",
})  # fmt: skip


class TextKind(StrEnum):
    PLAIN = "plain"
    MARKUP = "markup"
    # RSS never said which of both its titles are.
    EITHER = "either"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    value: str = ""
    kind: TextKind = TextKind.PLAIN

    def paragraphs(self) -> str:
        match self.kind:
            case TextKind.PLAIN:
                return paragraphs(self.value)
            case TextKind.MARKUP:
                return from_markup(self.value)
            case TextKind.EITHER:
                return from_markup(self.value) if _looks_like_markup(self.value) else paragraphs(self.value)
            case _:
                assert_never(self.kind)

    def marked(self) -> str:
        is_markup = self.kind is TextKind.MARKUP or (self.kind is TextKind.EITHER and _looks_like_markup(self.value))
        return marked_from_markup(self.value) if is_markup else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """A picture, a sound or a film. `type` is a MIME type or only its first half."""

    url: str | None
    type: str = ""
    width: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RawEntry:
    """Of what may be told in several places, the best comes first. `base` is the one of links within the markup.

    `media` may hold anything, `pictures` are called pictures where they stand.
    """

    guid: str = ""
    links: tuple[str | None, ...] = ()
    base: str
    title: Text = Text()
    lead: Text = Text()
    bodies: tuple[Text, ...] = ()
    media: tuple[Media, ...] = ()
    pictures: tuple[str | None, ...] = ()
    authors: tuple[str, ...] = ()
    language: str | None = None
    categories: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RawFeed:
    """`ttl` is in seconds."""

    title: Text = Text()
    language: str | None = None
    entries: tuple[RawEntry, ...] = ()
    whole: bool = True
    ttl: float | None = None
    hub: str | None = None
    topic: str | None = None

    def document(self) -> Document:
        readable = _readable(self.entries)
        return Document(
            kind=SourceKind.FEED,
            title=one_line(self.title.paragraphs()),
            entries=tuple(_entry(raw) for raw in self.entries[:readable]),
            language=language(self.language),
            whole=self.whole and readable == len(self.entries),
            ttl=self.ttl,
            hub=self.hub,
            topic=self.topic,
        )


def number(text: object) -> int:
    """0 for what is none, or is none that anybody means."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0


def permalink(guid: str, base: str) -> str | None:
    """The address that a guid is, if it is one: many are mere numbers, which no link is made of."""
    return address(guid, base) if guid.lstrip().lower().startswith(("http://", "https://", "/")) else None


def _readable(entries: Sequence[RawEntry]) -> int:
    """How many entries are read of a feed that may be made to keep us busy."""
    marks = 0
    for number, raw in enumerate(entries[:MOST_ENTRIES]):
        for value in (raw.title.value, raw.lead.value, *(text.value for text in raw.bodies), *raw.categories):
            marks += value.count("<") + value.count("&") + value.count("\n") // _LINES_A_MARK
        if marks > _MOST_MARKS:
            return number
    return min(len(entries), MOST_ENTRIES)


def _entry(raw: RawEntry) -> Entry:
    content = max(raw.bodies, key=lambda text: len(text.value), default=Text())
    # Of an entry that has content only, some repeat it as the summary.
    lead = "" if raw.lead.value == content.value else raw.lead.paragraphs()
    lead, body = _lead_and_body(lead, content.paragraphs())
    inline = tuple(_inline_pictures((content.value, raw.lead.value), raw.base))
    image = _picture(raw) or next((found for found, _ in inline), None)
    shown = (*_media_pictures(raw), *(found for found, is_small in inline if not is_small))
    return Entry(
        guid=one_line(raw.guid) or None,
        url=next(filter(None, raw.links), None),
        title=one_line(raw.title.paragraphs()),
        lead=lead,
        body=body,
        marked=_marked(content, lead, body),
        image=image,
        gallery=further(image, shown) if image is not None else (),
        author=_author(raw.authors),
        language=language(raw.language),
        categories=_names(raw.categories),
        published_at=next(filter(None, map(feed_moment, (*raw.published, *raw.updated))), None),
        updated_at=next(filter(None, map(feed_moment, raw.updated)), None),
    )


def _lead_and_body(lead: str, body: str) -> tuple[str, str]:
    """The lead, and the body as what follows it."""
    if body:
        return lead, without_beginning(body, lead)
    first, _, rest = lead.partition("\n\n")
    return (first, rest) if rest and len(lead) > _LONG_DESCRIPTION else (lead, "")


def _marked(content: Text, lead: str, body: str) -> str:
    """The body with its marks, if it has any that the plain one has not."""
    marked = without_beginning(content.marked(), lead) if body else ""
    return marked if marked != body else ""


def _looks_like_markup(text: str) -> bool:
    """A text about tags has some too; markup closes one, or has a reference, and has nothing that HTML does not know."""
    if "<" not in text and "&" not in text:
        return False
    return (
        _CLOSING_TAG_OR_REFERENCE.search(text) is not None
        and all(name.lower() in _HTML for name in _TAG_NAME.findall(text))
        and all(f"{name};" in html5 for name in _REFERENCE_NAME.findall(text))
    )


def _picture(raw: RawEntry) -> str | None:
    shown = sorted(filter(_shows_picture, raw.media), key=lambda each: each.width, reverse=True)
    return next(filter(None, (*(each.url for each in shown), *raw.pictures)), None)


def _media_pictures(raw: RawEntry) -> Iterator[str | None]:
    """Without those that are but smaller copies; what is called a thumbnail always is."""
    shown = [each for each in raw.media[:_MOST_PICTURES] if _shows_picture(each)]
    widest = max((each.width for each in shown), default=0)
    return (each.url for each in shown if not each.width or each.width >= widest * _LEAST_SHARE)


def _shows_picture(media: Media) -> bool:
    return media.type.startswith("image") if media.type else bool(_PICTURE.search(media.url or ""))


def _inline_pictures(markup: Iterable[str], base: str) -> Iterator[tuple[str, bool]]:
    """With whether each is said to be as small as icons are."""
    for each in markup:
        tags = _IMG.findall(each)[:_MOST_PICTURES] if "<" in each else []
        tree = parse_markup("".join(tags)) if tags else None
        for node in tree.css("img[src]") if tree else ():
            # One pixel counts readers; it shows nothing.
            tiny = "1" in (node.attributes.get("width"), node.attributes.get("height"))
            if not tiny and (found := address(node.attributes.get("src"), base)):
                yield found, is_icon(node)


def _author(names: Iterable[str]) -> str | None:
    for name in names:
        # RSS 2.0 wants an e-mail address with the name in brackets.
        line = one_line(name)
        bracketed = _BRACKETED.fullmatch(line)
        found = bracketed[1] if bracketed else line
        if found and "@" not in found:
            return found
    return None


def _names(values: Iterable[str]) -> tuple[str, ...]:
    names = (one_line(from_markup(value)) for value in values)
    return tuple(dict.fromkeys(name for name in names if name))
