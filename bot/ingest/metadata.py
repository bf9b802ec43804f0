"""A page's tree → what it tells machines: JSON-LD and microdata of schema.org, OpenGraph, meta elements. Next: page.py.

Each method gives candidates, the most trustworthy first; who asks takes the first that makes sense.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.ingest.text import from_markup, one_line

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report)$")
_ARTICLE_SCOPE = '[itemscope][itemtype$="Article"], [itemscope][itemtype$="BlogPosting"]'
_MOST_SCRIPTS = 50
_MOST_THINGS = 500
_MOST_PROPERTIES = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """`linked` is the article of the JSON-LD, `trail` the names of its breadcrumbs, `micro` the article's microdata."""

    linked: Mapping[str, Any]
    trail: tuple[str, ...]
    meta: Mapping[str, str]
    micro: Mapping[str, str]

    @property
    def is_article(self) -> bool:
        return bool(self.linked or self.micro or self.meta.get("og:type") == "article")

    def titles(self) -> Iterator[str]:
        yield from_markup(_text(self.linked.get("headline")))
        yield self.meta.get("og:title", "")
        yield self.micro.get("headline", "")

    def leads(self) -> Iterator[str]:
        yield _text(self.linked.get("description"))
        yield self.meta.get("og:description", "")
        yield self.meta.get("description", "")
        yield self.micro.get("description", "")

    def images(self) -> Iterator[str]:
        yield self.meta.get("og:image:secure_url") or self.meta.get("og:image") or ""
        yield from _texts(self.linked.get("image"), "url", "contentUrl")
        yield self.meta.get("twitter:image", "")
        yield self.micro.get("image", "")

    def gallery(self) -> Iterator[str]:
        """All pictures that are listed as the article's."""
        yield from _texts(self.linked.get("image"), "url", "contentUrl")

    def published(self) -> Iterator[str]:
        yield _text(self.linked.get("datePublished"))
        yield self.meta.get("article:published_time", "")
        yield self.micro.get("datepublished", "")
        for name in (
            "datepublished",
            "pubdate",
            "publishdate",
            "date",
            "dc.date",
            "dcterms.created",
            "parsely-pub-date",
        ):
            yield self.meta.get(name, "")

    def updated(self) -> Iterator[str]:
        yield _text(self.linked.get("dateModified"))
        yield self.meta.get("article:modified_time", "")
        yield self.meta.get("og:updated_time", "")
        yield self.micro.get("datemodified", "")
        yield self.meta.get("datemodified", "")

    def sections(self) -> Iterator[str]:
        yield _text(self.linked.get("articleSection"))
        yield self.meta.get("article:section", "")
        yield self.micro.get("articlesection", "")

    def breadcrumb(self) -> str:
        """The last step before the article; the first one is the front page."""
        steps = [step for step in self.trail if step not in tuple(map(one_line, self.titles()))]
        return steps[-1] if len(steps) > 1 else ""

    def authors(self) -> Iterator[str]:
        yield from map(from_markup, _texts(self.linked.get("author"), "name"))
        yield self.meta.get("author", "")
        yield self.meta.get("article:author", "")
        yield self.micro.get("author", "")

    def languages(self) -> Iterator[str]:
        yield _text(self.linked.get("inLanguage"))
        yield self.meta.get("html:lang", "")
        yield self.meta.get("og:locale", "")

    def body(self) -> str:
        return from_markup(_text(self.linked.get("articleBody")))


def read_metadata(tree: LexborHTMLParser) -> Metadata:
    linked: Mapping[str, Any] = {}
    trail: tuple[str, ...] = ()
    for thing in islice(_things(tree), _MOST_THINGS):
        kinds = tuple(_texts(thing.get("@type")))
        if not linked and any(_ARTICLE_TYPES.search(kind) for kind in kinds):
            linked = thing
        if not trail and "BreadcrumbList" in kinds:
            trail = tuple(_steps(thing.get("itemListElement")))
    return Metadata(linked=linked, trail=trail, meta=_meta(tree), micro=_micro(tree))


def _things(tree: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    """Objects on the levels where articles stand: the document, a list, a graph."""
    for node in tree.css('script[type="application/ld+json"]')[:_MOST_SCRIPTS]:
        try:
            document = json.loads(node.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in document if isinstance(document, list) else [document]:
            if isinstance(thing, dict):
                yield thing
                graph = thing.get("@graph")
                yield from (each for each in graph if isinstance(each, dict)) if isinstance(graph, list) else ()


def _steps(items: Any) -> Iterator[str]:
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            yield one_line(from_markup(_text(item.get("name")) or next(_texts(item.get("item"), "name"), "")))


def _meta(tree: LexborHTMLParser) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]")[:_MOST_PROPERTIES]:
        name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop")
        if name:
            found.setdefault(name.lower(), (node.attributes.get("content") or "").strip())
    html = tree.css_first("html")
    found["html:lang"] = (html.attributes.get("lang") or "") if html else ""
    return {name: content for name, content in found.items() if content}


def _micro(tree: LexborHTMLParser) -> Mapping[str, str]:
    found: dict[str, str] = {}
    scope = tree.css_first(_ARTICLE_SCOPE)
    for node in scope.css("[itemprop]")[:_MOST_PROPERTIES] if scope else []:
        for name in (node.attributes.get("itemprop") or "").lower().split():
            if name != "articlebody" and (value := _value(node)):
                found.setdefault(name, value)
    return found


def _value(node: LexborNode) -> str:
    given = node.attributes
    value = given.get("content") or given.get("datetime") or (given.get("src") if node.tag == "img" else "")
    named = node.css_first('[itemprop="name"], [itemprop="url"][content]') if "itemscope" in given else None
    return one_line(value or (_value(named) if named is not None and named.mem_id != node.mem_id else node.text()))


def _text(value: Any) -> str:
    return next(_texts(value), "")


def _texts(value: Any, *fields: str) -> Iterator[str]:
    """The strings of a JSON-LD value, which may be one, an object that holds one in a field, or a list of either."""
    for each in value if isinstance(value, list) else [value]:
        held = [each.get(field) for field in fields] if isinstance(each, dict) else [each]
        yield from (text for text in held if isinstance(text, str) and text)
