"""A page's tree → the feeds that its site offers, the best first. Nothing is fetched: who asks tries one after the other."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.errors import SourceError
from bot.ingest.fields import address, is_same_site
from bot.ingest.page import page_tree
from bot.ingest.text import decode, one_line

MOST_CANDIDATES = 12
_MOST_LINKS = 5000
_FEED_TYPES = re.compile(
    r"^\s*(?:application/(?:rss|atom|rdf|feed)\+(?:xml|json)|text/(?:rss|atom)\+?xml|application/json)\b", re.IGNORECASE
)
# WordPress names the description of its programming interface like a JSON Feed.
_JSON_TYPE = re.compile(r"^\s*application/json\b", re.IGNORECASE)
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:[/._-]|2|$)|\.(?:rss|atom|rdf)$", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|коммент|şərh", re.IGNORECASE)
_WELL_KNOWN = (
    "rss/", "feed/", "rss.xml", "feed.xml", "atom.xml", "index.xml", "export/rss2/index.xml", "rss/all", "rss", "feed",
)  # fmt: skip
# A site's front page, or that of a language. The feed of the whole site is none of a section.
_FRONT = re.compile(r"/?(?:[a-z]{2}/?)?|/index\.\w+", re.IGNORECASE)
# Of those, below the page itself, where a language has its own; a page about feeds may link to dozens, and leaves this much.
_BELOW_PAGE = 3
_LEFT_FOR_WELL_KNOWN = 4


def announced(tree: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """By link elements: those of the page's own language and section before others, in their order else."""
    links = tree.css('link[rel~="alternate"][href][type]')[:_MOST_LINKS]
    found = [(node, feed) for node in links if (feed := _feed_of(node, url))]
    html = tree.css_first("html")
    language = ((html.attributes.get("lang") or "") if html else "").lower()[:2]
    ordered = sorted(found, key=lambda each: _strangeness(each[0], each[1], url, language))
    return tuple(dict.fromkeys(feed for _, feed in ordered))


def discover(body: bytes, content_type: str | None, url: str) -> tuple[str, ...]:
    """Candidates for the feed of the page at this address: what it announces, what it links to, and well-known places."""
    try:
        tree = page_tree(body, decode(body, content_type))
    except SourceError:
        return tuple(islice(_well_known(url), MOST_CANDIDATES))
    said = [*announced(tree, url), *_linked(tree, url)][: MOST_CANDIDATES - _LEFT_FOR_WELL_KNOWN]
    candidates = (each for each in dict.fromkeys((*said, *_well_known(url))) if each != url)
    return tuple(islice(candidates, MOST_CANDIDATES))


def _feed_of(node: LexborNode, url: str) -> str | None:
    given = node.attributes
    kind, href = given.get("type") or "", given.get("href") or ""
    about = f"{href} {given.get('title') or ''}"
    if not _FEED_TYPES.search(kind) or _COMMENTS.search(about):
        return None
    if _JSON_TYPE.search(kind) and not _FEED_PATH.search(href):
        return None
    return address(href, url)


def _strangeness(node: LexborNode, feed: str, url: str, language: str) -> tuple[bool, int]:
    """Whether it is of another language, and how much of the page's path it does not share."""
    spoken = (node.attributes.get("hreflang") or "").lower()[:2]
    here, there = urlsplit(url).path.strip("/").split("/"), urlsplit(feed).path.strip("/").split("/")
    is_other = bool(spoken and language and spoken != language)
    shared = next((at for at, (one, other) in enumerate(zip(here, there, strict=False)) if one != other), len(here))
    return is_other, len(here) - shared if here != [""] else 0


def _linked(tree: LexborHTMLParser, url: str) -> Iterator[str]:
    for node in tree.css("a[href]")[:_MOST_LINKS]:
        href = node.attributes.get("href") or ""
        is_named = one_line(node.text()).lower() in ("rss", "atom", "rss feed", "rss-лента", "rss lenti")
        if (is_named or _FEED_PATH.search(href.partition("?")[0])) and not _COMMENTS.search(href):
            found = address(href, url)
            if found and is_same_site(found, url):
                yield found


def _well_known(url: str) -> Iterator[str]:
    path = urlsplit(url).path
    if path.strip("/"):
        below = urlsplit(url)._replace(query="", fragment="").geturl().rstrip("/") + "/"
        yield from (urljoin(below, name) for name in _WELL_KNOWN[:_BELOW_PAGE])
    if _FRONT.fullmatch(path):
        yield from (urljoin(url, f"/{name}") for name in _WELL_KNOWN)
