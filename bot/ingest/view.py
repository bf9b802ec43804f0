"""A page as a list is looked for in it: its texts without navigation and old articles, what links to the site, what is a date."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import islice
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.ingest.dates import Spoken, spoken
from bot.ingest.fields import address, is_same_site
from bot.ingest.outline import Piece, pieces
from bot.ingest.text import one_line

# Beyond these a page is no list that anybody reads.
MOST_LINKS = 5000
_MOST_PIECES = 6000
# Levels from a link up to what an item may be.
_LEVELS = 15
_NEAR = 5
_LONGEST_DATE = 50
# Blocks whose content is counted.
_MOST_MEASURED = 50
CONTAINERS = frozenset({"html", "body", "main", "ol", "ul", "dl", "table", "tbody"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# Articles bear the names of their rubrics and tags as classes.
_NEVER_BARRED = frozenset({"article", "li", "tr", "a", "main"}) | HEADINGS
_BARRED = frozenset({"nav", "footer"})
_BARRED_NAME = re.compile(
    r"(?:^|[\s_-])(?:menu|nav|navbar|navigation|pagination|pager|paging|page-?numbers|breadcrumbs?|footer|tags?-?(?:cloud|list)|"
    r"tagcloud|cloud|share|sharing|socials?|banner|advert|adv|ads|cookies?|consent|popular|most-?(?:read|viewed|popular)|"
    r"(?:top|best)-?(?:read|viewed|week|month)|trending|related|recommend\w*|similar|comments?|langs?|languages?|subscribe|login|"
    r"search|partners?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OLD_ONES = re.compile(
    r"^(?:самое|самые|популярн|топ\b|читаемое|рекоменд|читайте также|похожие|по теме|выбор редакции|ən çox|çox oxunan|populyar|"
    r"oxşar|həmçinin|tövsiyə|most (?:read|popular|viewed|commented)|popular|trending|related|recommended|read also|editor)",
    re.IGNORECASE,
)
_CALLED_HEADING = "h1, h2, h3, h4, h5, h6, [class*=title], [class*=head], [class*=caption]"
_ASIDE_NAME = re.compile(r"side-?bar|widget|(?:^|[\s_-])aside", re.IGNORECASE)
_NO_DATE_NAME = re.compile(r"duration|length|comment|view|count|weather|rate", re.IGNORECASE)
_DATE_HINT = re.compile(
    r"[0-9]|сегодня|вчера|назад|только|сейчас|today|yesterday|ago\b|now\b|bu gün|bugün|dünən|əvvəl|öncə|indi",
    re.IGNORECASE,
)


class PageView:
    def __init__(self, tree: LexborHTMLParser, url: str, *, zone: tzinfo, now: datetime) -> None:
        self.tree = tree
        self.url = url.partition("#")[0]
        self.zone = zone
        self.now = now
        self._links = len(tree.css("a[href]"))
        self._measured = 0
        # What holds the page's headline, and what holds a time nearby.
        self.framed = {each.mem_id for node in tree.css("h1, main")[:_LEVELS] for each in _ancestors(node)}
        self.timed = {each.mem_id for node in tree.css("time")[:MOST_LINKS] for each in islice(upwards(node), _NEAR)}
        self._old = set(self._old_blocks())
        self._spoken: dict[str, Spoken | None] = {}
        self._addresses: dict[str, str | None] = {}
        self.pieces = self.pieces_of(tree.body) if tree.body else []

    def pieces_of(self, node: LexborNode) -> list[Piece]:
        return list(islice(pieces(node, is_left_out=self._is_barred), _MOST_PIECES))

    def address(self, anchor: LexborNode) -> str | None:
        """Where a link leads to on this site, without the place on the page; None for elsewhere and for the front page."""
        href = anchor.attributes.get("href") or ""
        if href not in self._addresses:
            found = (address(href, self.url) or "").partition("#")[0]
            parts = urlsplit(found) if found and is_same_site(found, self.url) else None
            self._addresses[href] = found if parts and (parts.path.strip("/") or parts.query) else None
        return self._addresses[href]

    def leads_elsewhere(self, anchor: LexborNode) -> bool:
        """To another site."""
        found = address(anchor.attributes.get("href"), self.url)
        return found is not None and not is_same_site(found, self.url)

    def said(self, piece: Piece) -> Spoken | None:
        return None if _NO_DATE_NAME.search(called(piece.node)) else self.say(piece.text)

    def say(self, text: str) -> Spoken | None:
        if len(text) > _LONGEST_DATE or not _DATE_HINT.search(text):
            return None
        if text not in self._spoken:
            self._spoken[text] = spoken(text, zone=self.zone, now=self.now)
        return self._spoken[text]

    def _is_barred(self, node: LexborNode) -> bool:
        if node.tag in _BARRED or node.mem_id in self._old:
            return True
        if node.tag == "header":
            return (node.parent is not None and node.parent.tag == "body") or self._holds_navigation(node)
        if node.tag in _NEVER_BARRED or not _BARRED_NAME.search(called(node)) or node.mem_id in self.framed:
            return False
        # What holds most of the page is its frame, whatever it is called.
        self._measured += 1
        return self._measured > _MOST_MEASURED or 2 * len(node.css("a[href]")) <= self._links

    def _holds_navigation(self, node: LexborNode) -> bool:
        self._measured += 1
        return self._measured <= _MOST_MEASURED and node.css_first("nav") is not None

    def _old_blocks(self) -> Iterator[int]:
        """Under "most read" and the like: the block with that heading, or what follows it up to the next heading."""
        headings = (node for node in self.tree.css(_CALLED_HEADING)[:MOST_LINKS] if _OLD_ONES.search(_own_words(node)))
        for heading in islice(headings, _MOST_MEASURED):
            block = heading
            while block.parent is not None and block.next is None and block.parent.tag not in CONTAINERS:
                block = block.parent
            holder = block.parent
            if holder is not None and holder.tag not in CONTAINERS and len(holder.css("h1, h2, h3")) <= 1:
                yield holder.mem_id
                continue
            follower = block.next
            while follower is not None and follower.tag not in HEADINGS:
                yield follower.mem_id
                follower = follower.next


def _own_words(node: LexborNode) -> str:
    """Of a heading, which may have its words in one element inside."""
    words = one_line(node.text(deep=False))
    inside = node.css_first("span, b, div") if not words and node.tag in HEADINGS else None
    words = words or (one_line(inside.text(deep=False)) if inside is not None else "")
    return words if len(words) <= _LONGEST_DATE else ""


def called(node: LexborNode) -> str:
    given = node.attributes
    return f"{given.get('class') or ''} {given.get('id') or ''}"


def upwards(node: LexborNode) -> Iterator[LexborNode]:
    """The element itself and those above it, as far as an item may reach."""
    each: LexborNode | None = node
    for _ in range(_LEVELS):
        if each is None:
            return
        yield each
        each = each.parent


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def ids(nodes: Iterable[LexborNode | None]) -> set[int]:
    return {node.mem_id for node in nodes if node is not None}


def is_within(node: LexborNode, within: set[int]) -> bool:
    return any(each.mem_id in within for each in upwards(node))


def is_aside(node: LexborNode) -> bool:
    return any(
        each.tag == "aside" or (each.tag != "body" and _ASIDE_NAME.search(called(each))) for each in upwards(node)
    )
