"""The bytes of one article's page → the article. Next: accept.py fills in what a feed left out.

For each field the source's own selector goes first, then what the page tells machines (metadata.py), then what stands
around the headline for people to see; the body is body.py's. Pure and slow (15 ms for the body): to be called
in a thread.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from urllib.parse import SplitResult, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import PageSelectors, Trouble
from bot.ingest.body import LONGEST_LINE, SIGN, body_of, is_elsewhere, joined
from bot.ingest.dates import Spoken, human_moment, spoken, together
from bot.ingest.fields import address, first_address, iso_moment, language
from bot.ingest.metadata import Metadata, read_metadata
from bot.ingest.outline import pieces
from bot.ingest.pictures import further, gallery_of, largest, picture_of
from bot.ingest.retraction import is_retraction
from bot.ingest.selectors import picked
from bot.ingest.text import decode, from_markup, from_node, one_line, parse_markup
from bot.ingest.view import is_within

# Bytes. Pages of articles have a tenth of a megabyte.
MAX_PAGE = 4 * 1024 * 1024
# Elements around the headline, and images, that are looked at.
_AROUND_HEADLINE = 300
_MOST_IMAGES = 300
# Levels above the headline.
_LEVELS = 3

_FOUND_BY_ITSELF = PageSelectors()
_SLUG = re.compile(r"[-\d]")
_AMP = re.compile(r"/amp/*$", re.IGNORECASE)
_MIRROR = re.compile(r"^(?:www|m|amp)\.", re.IGNORECASE)
_SITE_NAME = re.compile(r"\s+[|–—•·:-]\s+[^|–—•·]{1,60}$")
_BY = re.compile(r"^(?:by|автор|авторы|текст|müəllif|muellif)\b[\s:]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class PageArticle:
    """`url` is the canonical link where it can be believed, else the address the page came from.

    `is_retracted`: the page carries a note that the agency took the article back.
    """

    url: str
    title: str
    lead: str = ""
    body: str = ""
    image: str | None = None
    gallery: tuple[str, ...] = ()
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    section: str | None = None
    language: Language | None = None
    is_retracted: bool = False

    def entry(self) -> Entry:
        return Entry(
            url=self.url,
            title=self.title,
            lead=self.lead,
            body=self.body,
            image=self.image,
            gallery=self.gallery,
            author=self.author,
            language=self.language,
            categories=(self.section,) if self.section else (),
            published_at=self.published_at,
            updated_at=self.updated_at,
        )


def parse_article_page(
    body: bytes,
    content_type: str | None,
    url: str,
    *,
    selectors: PageSelectors = _FOUND_BY_ITSELF,
    zone: tzinfo = UTC,
    now: datetime | None = None,
) -> PageArticle:
    """Times without a zone are of `zone`; without `now` a date has to be complete. Raises SourceError if there is no article."""
    markup = decode(body, content_type)
    tree = page_tree(body, markup)
    metadata = read_metadata(tree)
    headline = _headline(tree)
    title = next(filter(None, map(one_line, _titles(tree, selectors, metadata, headline))), "")
    text = joined(map(from_node, picked(tree, selectors.body))) or body_of(markup, tree) or metadata.body()
    is_retracted = is_retraction(title, text)
    if not title or not (metadata.is_article or text or is_retracted):
        raise SourceError(
            "There is no article on this page. Give the address of one article.", trouble=Trouble.NOT_A_FEED
        )
    published = _published(tree, selectors, metadata, headline, zone, now)
    updated = next(filter(None, (_stamp(value, zone) for value in metadata.updated())), None)
    image = _image(tree, selectors, metadata, url)
    listed = (address(each, url) for each in metadata.gallery())
    return PageArticle(
        url=_canonical(tree, url),
        title=title,
        lead=from_markup(next(filter(None, metadata.leads()), "")),
        body=text,
        image=image,
        gallery=further(image, (*gallery_of(tree, url), *listed)) if image is not None else (),
        author=next(filter(None, map(_byline, _authors(tree, selectors, metadata))), None),
        published_at=published,
        # A template that puts its own date there says nothing of the article.
        updated_at=updated if updated and (published is None or updated >= published) else None,
        section=next(filter(None, map(_line, _sections(tree, selectors, metadata))), None),
        language=next(filter(None, map(language, metadata.languages())), None),
        is_retracted=is_retracted,
    )


def page_tree(body: bytes, markup: str) -> LexborHTMLParser:
    """The tree of a page within what can be read. Raises SourceError."""
    if len(body) > MAX_PAGE:
        raise SourceError(
            f"The page has {len(body) / 2**20:.1f} MB, more than the {MAX_PAGE // 2**20} MB that are read.",
            trouble=Trouble.TOO_BIG,
        )
    tree = parse_markup(markup)
    if tree is None or tree.root is None:
        raise SourceError("The page is nested too deeply to be read.", trouble=Trouble.BROKEN)
    return tree


def _line(markup: str) -> str:
    return one_line(from_markup(markup))


def _headline(tree: LexborHTMLParser) -> LexborNode | None:
    """Of several, the one that the article holds, or the longest that the window's title repeats: a logo is one as well."""
    for selector in ('h1[itemprop="headline"]', "article h1", "main h1"):
        found = tree.css(selector)
        if len(found) == 1:
            return found[0]
    nodes = tree.css("h1")[:_MOST_IMAGES]
    name = tree.css_first("title")
    window = one_line(name.text()) if name else ""
    repeated = [(len(text), node) for node in nodes if (text := one_line(from_node(node))) and text in window]
    return max(repeated, key=lambda each: each[0])[1] if repeated else next(iter(nodes), None)


def _titles(
    tree: LexborHTMLParser, selectors: PageSelectors, metadata: Metadata, headline: LexborNode | None
) -> Iterator[str]:
    yield from map(from_node, picked(tree, selectors.title))
    seen = one_line(from_node(headline)) if headline is not None else ""
    for title in map(one_line, metadata.titles()):
        # "Headline | Site"
        yield seen if seen and title.startswith(seen) and _SITE_NAME.fullmatch(title[len(seen) :]) else title
    yield seen
    if name := tree.css_first("title"):
        yield _SITE_NAME.sub("", one_line(from_node(name)))


def _image(tree: LexborHTMLParser, selectors: PageSelectors, metadata: Metadata, url: str) -> str | None:
    nodes = tree.css("article figure img, article img, figure img, article amp-img, amp-img")[:_MOST_IMAGES]
    candidates = (*map(picture_of, picked(tree, selectors.image)), *metadata.images(), *map(picture_of, nodes))
    found = first_address(candidates, url)
    if found is None:
        return None
    same = (address(picture_of(node), url) for node in tree.css("img")[:_MOST_IMAGES])
    return largest(found, filter(None, same))


def _published(
    tree: LexborHTMLParser,
    selectors: PageSelectors,
    metadata: Metadata,
    headline: LexborNode | None,
    zone: tzinfo,
    now: datetime | None,
) -> datetime | None:
    if nodes := picked(tree, selectors.published):
        whole = " ".join(one_line(from_node(node)) for node in nodes)
        stamps = (node.attributes.get("datetime") or node.attributes.get("content") or "" for node in nodes)
        chosen = (human_moment(text, zone=zone, now=now) for text in (*stamps, whole, *map(from_node, nodes)) if text)
        if moment := next(filter(None, chosen), None):
            return moment
    machine = (*metadata.published(), *_times(tree))
    if moment := next(filter(None, (_stamp(value, zone) for value in machine)), None):
        return moment
    said = _said_at(headline, zone, now) if headline is not None else None
    return said.moment(zone=zone, now=now) if said else None


def _stamp(value: str, zone: tzinfo) -> datetime | None:
    """A day without a time says too little."""
    return (human_moment(value, zone=zone, now=None) or iso_moment(value)) if ":" in value else None


def _times(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css('[itemprop="datePublished"], article time[datetime], time[pubdate], time.published')[:_LEVELS]:
        yield node.attributes.get("datetime") or node.attributes.get("content") or one_line(node.text())


def _said_at(headline: LexborNode, zone: tzinfo, now: datetime | None) -> Spoken | None:
    """The date that stands with the headline for people to see, its day and its time side by side."""
    scope = headline.parent
    for _ in range(_LEVELS):
        if scope is None or scope.tag == "html":
            return None
        near = list(islice(pieces(scope, is_left_out=is_elsewhere), _AROUND_HEADLINE))
        if scope.tag == "body":
            # Everything is in there.
            at = next((place for place, piece in enumerate(near) if is_within(piece.node, {headline.mem_id})), 0)
            near = near[max(0, at - _LEVELS) : at + 2 * _LEVELS]
        lines = [line for piece in near for line in SIGN.split(piece.node.attributes.get("datetime") or piece.text)]
        if found := together([spoken(line, zone=zone, now=now) for line in lines]):
            return found
        scope = scope.parent
    return None


def _sections(tree: LexborHTMLParser, selectors: PageSelectors, metadata: Metadata) -> Iterator[str]:
    yield from map(from_node, picked(tree, selectors.rubric))
    yield from metadata.sections()
    if node := tree.css_first('a[class*="category"], a[rel~="category"], a[class*="rubric"]'):
        yield node.text()
    yield metadata.breadcrumb()


def _authors(tree: LexborHTMLParser, selectors: PageSelectors, metadata: Metadata) -> Iterator[str]:
    yield from map(from_node, picked(tree, selectors.author))
    yield from metadata.authors()
    for node in tree.css('[rel~="author"], [class*="byline"], article [class*="author"]')[:_LEVELS]:
        yield from_node(node)


def _byline(text: str) -> str | None:
    """Some sites name a profile's address here, others put a whole biography beside it."""
    name = _BY.sub("", one_line(text))
    return name if 0 < len(name) <= LONGEST_LINE and "://" not in name and re.search(r"[^\W\d_]", name) else None


def _canonical(tree: LexborHTMLParser, url: str) -> str:
    """The page's own canonical link, if it ends in the same name on the same site.

    There are sites whose every page names the front page or a section; believed, they would make all articles one.
    """
    node = tree.css_first('link[rel~="canonical"][href]')
    claimed = address(node.attributes.get("href"), url) if node else None
    if claimed is None:
        return url
    there, here = urlsplit(claimed), urlsplit(url)
    name = _name(here)
    is_same = _name(there) == name and _SLUG.search(name)
    return claimed if is_same and _host(there) == _host(here) else url


def _name(parts: SplitResult) -> str:
    return _AMP.sub("", parts.path).rstrip("/").rpartition("/")[2]


def _host(parts: SplitResult) -> str:
    return _MIRROR.sub("", parts.netloc.lower())
