"""The bytes of one article's page → the article, as its metadata and its text tell. Next: accept.py fills what a feed left out.

Pure and slow (15 ms for the body): the poller runs it in a thread.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.ingest.fields import address, first_address, iso_moment, language
from bot.ingest.text import decode, from_markup, from_node, one_line, paragraphs, parse_markup

# Bytes. Pages of articles have a tenth of a megabyte; extracting takes about a second a megabyte.
MAX_PAGE = 4 * 1024 * 1024
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report)$")
_SLUG = re.compile(r"[-\d]")
# What stands around a body: the headline, captions, other articles, and the short lines of date, rubric and byline.
_AROUND = " or ".join(
    f'contains(@class, "{word}")' for word in ("date", "time", "category", "rubric", "byline", "author")
)
_NOT_BODY = [
    "//h1", "//header[not(ancestor::article)]", "//footer", "//nav", "//aside", "//figcaption", "//time",
    f"//*[({_AROUND}) and string-length(normalize-space(.)) < 80]",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class PageArticle:
    """`url` is the canonical link where it can be believed, else the address the page came from."""

    url: str
    title: str
    lead: str = ""
    body: str = ""
    image: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    section: str | None = None
    language: Language | None = None

    def entry(self) -> Entry:
        return Entry(
            url=self.url,
            title=self.title,
            lead=self.lead,
            body=self.body,
            image=self.image,
            author=self.author,
            language=self.language,
            categories=(self.section,) if self.section else (),
            published_at=self.published_at,
        )


def parse_article_page(body: bytes, content_type: str | None, url: str) -> PageArticle:
    """Raises SourceError when there is no article on the page."""
    if len(body) > MAX_PAGE:
        raise SourceError(
            f"The page has {len(body) / 2**20:.1f} MB, more than the {MAX_PAGE // 2**20} MB that are read."
        )
    markup = decode(body, content_type)
    tree = parse_markup(markup)
    if tree is None or tree.root is None:
        raise SourceError("The page is nested too deeply to be read.")
    linked = _linked_data(tree)
    meta = _meta(tree)
    title = next(filter(None, map(one_line, _titles(tree, linked, meta))), "")
    text = _body(markup, tree, linked)
    if not title or not (linked or text or meta.get("og:type") == "article"):
        raise SourceError("There is no article on this page. Give the address of one article.")
    return PageArticle(
        url=_canonical(tree, url),
        title=title,
        lead=from_markup(
            _text(linked.get("description")) or meta.get("og:description") or meta.get("description") or ""
        ),
        body=text,
        image=first_address(_images(tree, linked, meta), url),
        author=_name(linked.get("author")) or _author(meta),
        published_at=next(filter(None, map(iso_moment, _dates(tree, linked, meta))), None),
        section=_section(tree, linked, meta),
        language=next(filter(None, map(language, _languages(tree, linked, meta))), None),
    )


def _linked_data(tree: LexborHTMLParser) -> Mapping[str, Any]:
    """The article that the page's JSON-LD describes (schema.org), or nothing."""
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            document = json.loads(node.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(document):
            kinds = thing.get("@type")
            if any(_ARTICLE_TYPES.search(kind) for kind in _texts(kinds)):
                return thing
    return {}


def _things(document: Any) -> Iterator[Mapping[str, Any]]:
    """Objects on the levels where articles stand: the document, a list, a graph."""
    for thing in document if isinstance(document, list) else [document]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (each for each in graph if isinstance(each, dict)) if isinstance(graph, list) else ()


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop")
        if name:
            found.setdefault(name.lower(), (node.attributes.get("content") or "").strip())
    return {name: content for name, content in found.items() if content}


def _titles(tree: LexborHTMLParser, linked: Mapping[str, Any], meta: Mapping[str, str]) -> Iterator[str]:
    yield from_markup(_text(linked.get("headline")))
    yield meta.get("og:title", "")
    for selector in ("h1", "title"):
        if node := tree.css_first(selector):
            yield from_node(node)


def _body(markup: str, tree: LexborHTMLParser, linked: Mapping[str, Any]) -> str:
    # 0.2 s and 11 MB, spent only where a feed has no full text.
    import trafilatura  # noqa: PLC0415

    text = trafilatura.extract(markup, fast=True, include_comments=False, include_tables=False, prune_xpath=_NOT_BODY)
    if text:
        # One line a paragraph.
        return paragraphs(text.replace("\n", "\n\n"))
    if article := tree.css_first("article"):
        return "\n\n".join(filter(None, (from_node(node) for node in article.css("p"))))
    return from_markup(_text(linked.get("articleBody")))


def _images(tree: LexborHTMLParser, linked: Mapping[str, Any], meta: Mapping[str, str]) -> Iterator[str]:
    yield from _texts(linked.get("image"), "url", "contentUrl")
    yield meta.get("og:image:secure_url") or meta.get("og:image") or meta.get("twitter:image") or ""
    for node in tree.css("article figure img[src], article img[src], figure img[src]"):
        yield node.attributes.get("src") or ""


def _dates(tree: LexborHTMLParser, linked: Mapping[str, Any], meta: Mapping[str, str]) -> Iterator[str]:
    yield _text(linked.get("datePublished"))
    yield meta.get("article:published_time", "")
    yield meta.get("datepublished", "")
    for node in tree.css('[itemprop="datePublished"][datetime], article time[datetime]'):
        yield node.attributes.get("datetime") or ""


def _section(tree: LexborHTMLParser, linked: Mapping[str, Any], meta: Mapping[str, str]) -> str | None:
    given = _text(linked.get("articleSection")) or meta.get("article:section", "")
    if not given and (node := tree.css_first('a[class*="category"], a[rel~="category"], a[class*="rubric"]')):
        given = node.text()
    return one_line(from_markup(given)) or None


def _author(meta: Mapping[str, str]) -> str | None:
    """Some sites name a profile's address here."""
    names = (one_line(meta.get(name, "")) for name in ("author", "article:author"))
    return next((name for name in names if name and "://" not in name), None)


def _languages(tree: LexborHTMLParser, linked: Mapping[str, Any], meta: Mapping[str, str]) -> Iterator[str]:
    yield _text(linked.get("inLanguage"))
    html = tree.css_first("html")
    yield (html.attributes.get("lang") or "") if html else ""
    yield meta.get("og:locale", "")


def _canonical(tree: LexborHTMLParser, url: str) -> str:
    """The page's own canonical link, if it ends in the same name on the same site.

    There are sites whose every page names the front page or a section; believed, they would make all articles one.
    """
    node = tree.css_first('link[rel~="canonical"][href]')
    claimed = address(node.attributes.get("href"), url) if node else None
    if claimed is None:
        return url
    there, here = urlsplit(claimed), urlsplit(url)
    name = here.path.rstrip("/").rpartition("/")[2]
    is_same = there.path.rstrip("/").rpartition("/")[2] == name and _SLUG.search(name)
    return claimed if is_same and there.netloc.lower() == here.netloc.lower() else url


def _name(value: Any) -> str | None:
    return next(filter(None, (one_line(from_markup(name)) for name in _texts(value, "name"))), None)


def _text(value: Any) -> str:
    return next(_texts(value), "")


def _texts(value: Any, *fields: str) -> Iterator[str]:
    """The strings of a JSON-LD value, which may be one, an object that holds one in a field, or a list of either."""
    for each in value if isinstance(value, list) else [value]:
        held = [each.get(field) for field in fields] if isinstance(each, dict) else [each]
        yield from (text for text in held if isinstance(text, str) and text)
