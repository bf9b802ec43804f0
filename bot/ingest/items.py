"""A page's links → the items of its list of articles, and what each item says. Next: listing.py.

An item is the largest element that holds one article's link only; items whose links are built alike are a group. A group whose
items carry dates is a list of news. Without dates the group with the most headlines is one, unless it stands aside: of a
block of old articles each would pass for a new one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from bot.domain.article import Entry
from bot.ingest.dates import Spoken, together
from bot.ingest.fields import first_address, language
from bot.ingest.outline import Piece, pieces
from bot.ingest.pictures import largest, picture_of
from bot.ingest.text import from_node, one_line
from bot.ingest.timeline import Timed, moments_of
from bot.ingest.view import CONTAINERS, HEADINGS, MOST_LINKS, PageView, called, ids, is_aside, is_within, upwards

# Characters: of a rubric, and of a headline that can be told from the name of a section by itself.
LONGEST_RUBRIC = 40
LONGEST_TITLE = 300
SURE_TITLE = 25
_SURE_WORDS = 4
_FEWEST_UNDATED = 3
_MOST_ITEMS = 600
_MOST_IN_ITEM = 40
_HEADING_LEVELS = 5
_MOST_OF_A_KIND = 3
# Groups whose texts may stand beside the items.
_MOST_LOOSE_GROUPS = 5

RUBRIC_NAME = re.compile(r"rubric|categor|section|topic|label|tema\b|(?:^|[\s_-])cat(?:$|[\s_-])", re.IGNORECASE)
READ_MORE = re.compile(
    r"^(?:читать|подробн|далее|ещ[её]\b|все\b|смотреть|ətraflı|davamı|oxu\b|daha çox|bütün|hamısı|read more|read\b|more\b|all\b|view\b|"
    r"next|prev|вперед|назад|növbəti|əvvəlki|фото\b|видео\b|foto\b|video\b|photo\b|live\b|\W*$)",
    re.IGNORECASE,
)
_TITLE_NAME = re.compile(r"title|headline|heading|caption|(?:^|[\s_-])name(?:$|[\s_-])", re.IGNORECASE)
_NO_ARTICLE = re.compile(
    r"/(?:tags?|teqs?|teg|tema|themes?|topics?|authors?|muellif|categor(?:y|ies)|rubrics?|page|search|login|register|user|rss|feed|"
    r"contacts?|about)(?:/[^/]*)?/?$|\.(?:jpe?g|png|gif|webp|pdf|docx?|xlsx?|mp[34]|zip)$",
    re.IGNORECASE,
)
_SLUG = re.compile(r"[0-9]{3,}|-[^-/]+-|\.s?html?$")
_NAME = re.compile(r"[^\W\d_]{2}")
_LEADING_TIME = re.compile(r"^(?:[01]?[0-9]|2[0-3]):[0-5][0-9]\s+(?=\D)")
_HEADINGS = ", ".join(sorted(HEADINGS))


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An element with one article's link, the texts that stand beside it, and the day that the heading above it names."""

    node: LexborNode
    anchor: LexborNode
    url: str
    place: int
    beside: tuple[Piece, ...] = ()
    day: date | None = None


class Items:
    def __init__(self, view: PageView) -> None:
        self._view = view
        self._titles: dict[int, str] = {}
        self._texts: dict[int, list[Piece]] = {}

    def chosen(self, nodes: Sequence[LexborNode]) -> list[list[Item]]:
        """Of links, or of what holds or lies in one, that a selector found."""
        anchors = []
        for node in nodes:
            near = node if node.tag == "a" else node.css_first("a[href]")
            anchor = near or next((each for each in upwards(node) if each.tag == "a"), None)
            if anchor is not None and (url := self._view.address(anchor)):
                anchors.append((anchor, url))
        return self._grouped(anchors[:_MOST_ITEMS])

    def found(self) -> list[list[Item]]:
        texts: dict[str, list[str]] = {}
        anchors: dict[int, tuple[LexborNode, str]] = {}
        for piece in self._view.pieces:
            url = self._view.address(piece.link) if piece.link is not None and len(anchors) < MOST_LINKS else None
            if piece.link is not None and url and not _NO_ARTICLE.search(urlsplit(url).path):
                texts.setdefault(url, []).append(piece.text)
                anchors[piece.link.mem_id] = (piece.link, url)
        sections = {above for url in texts for above in _paths_above(url)}
        articles = (each for each in anchors.values() if self._is_article(*each, texts[each[1]], sections))
        return self._news_among(self._grouped(list(islice(articles, _MOST_ITEMS))))

    def entries(self, group: Sequence[Item]) -> Iterator[tuple[int, Entry]]:
        """With their places on the page."""
        times = [Timed(said=self._said(item), day=item.day) for item in group]
        for item, moment in zip(group, moments_of(times, zone=self._view.zone, now=self._view.now), strict=True):
            if title := self.title(item):
                yield (
                    item.place,
                    Entry(
                        url=item.url,
                        title=title,
                        image=self._image(item),
                        language=language(item.node.attributes.get("lang") or item.anchor.attributes.get("hreflang")),
                        categories=self._rubrics(item, title),
                        published_at=moment,
                    ),
                )

    # Which links are articles, and which of them belong together

    def _is_article(self, anchor: LexborNode, url: str, texts: Sequence[str], sections: set[str]) -> bool:
        text = max(texts, key=len)
        is_section = urlsplit(url).path.strip("/") in sections
        if is_section and url.rstrip("/") == self._view.url.rstrip("/"):
            return False
        if len(text) >= SURE_TITLE or len(text.split()) >= _SURE_WORDS:
            return True
        if is_section or not _NAME.search(text):
            return False
        parts = urlsplit(url)
        return _SLUG.search(f"{parts.path}?{parts.query}") is not None or self._is_marked(anchor)

    def _is_marked(self, anchor: LexborNode) -> bool:
        """Whether its place says what its words do not: that it is a headline."""
        near = list(islice(upwards(anchor), 5))
        if any(node.tag in HEADINGS or _TITLE_NAME.search(called(node)) for node in near[:2]):
            return True
        return any(node.tag in ("li", "article", "tr") and node.mem_id in self._view.timed for node in near)

    def _grouped(self, anchors: Sequence[tuple[LexborNode, str]]) -> list[list[Item]]:
        """Each group in the order of the page."""
        owners: dict[int, str] = {}
        for anchor, url in anchors:
            for node in upwards(anchor):
                owners[node.mem_id] = url if owners.get(node.mem_id, url) == url else ""
        items: dict[int, Item] = {}
        for place, (anchor, url) in enumerate(anchors):
            node = anchor
            for above in islice(upwards(anchor), 1, None):
                is_frame = above.tag in CONTAINERS or above.mem_id in self._view.framed
                if is_frame or owners[above.mem_id] != url:
                    break
                node = above
            items.setdefault(node.mem_id, Item(node=node, anchor=anchor, url=url, place=place))
        groups: dict[tuple[str, ...], list[Item]] = {}
        for item in self._below_days(items):
            groups.setdefault(_build(item.anchor), []).append(item)
        return self._with_texts_beside(list(groups.values()))

    def _below_days(self, items: dict[int, Item]) -> Iterator[Item]:
        """The heading stands right beside or around items, and no time follows that would make it a date of something else."""
        around = {above.mem_id for item in items.values() for above in islice(upwards(item.node), 1, _HEADING_LEVELS)}
        day: date | None = None
        days: dict[int, date | None] = {}
        for piece in self._view.pieces:
            holder = next((node.mem_id for node in upwards(piece.node) if node.mem_id in items), None)
            if holder is not None:
                days.setdefault(holder, day)
            elif said := self._view.said(piece):
                is_near = any(node.mem_id in around for node in islice(upwards(piece.node), 3))
                day = said.day if said.day and not said.clock and is_near else None
        return (replace(item, day=days.get(mem_id)) for mem_id, item in items.items())

    def _with_texts_beside(self, groups: list[list[Item]]) -> list[list[Item]]:
        """Where items are not around their dates, what stands between them."""
        loose = sorted((group for group in groups if not self._is_dated(group)), key=len, reverse=True)
        for group in loose[:_MOST_LOOSE_GROUPS]:
            beside = self._shared_out(group)
            shared = [replace(item, beside=tuple(beside[item.node.mem_id])) for item in group]
            if self._is_dated(shared):
                groups[groups.index(group)] = shared
        return groups

    def _shared_out(self, group: Sequence[Item]) -> dict[int, list[Piece]]:
        """A time before the first item begins each, else the texts follow theirs."""
        beside: dict[int, list[Piece]] = {item.node.mem_id: [] for item in group}
        parents = ids(item.node.parent for item in group)
        waiting: list[Piece] = []
        current: int | None = None
        begins_with_time = False
        for piece in self._view.pieces:
            holder = next((node.mem_id for node in upwards(piece.node) if node.mem_id in beside), None)
            if holder is not None:
                beside[holder].extend(waiting)
                waiting, current = [], holder
            elif piece.node.tag not in HEADINGS and is_within(piece.node, parents):
                said = self._view.said(piece)
                begins_with_time = begins_with_time or bool(current is None and said and said.clock)
                if begins_with_time and (said or waiting):
                    waiting = [*waiting, piece][-_MOST_IN_ITEM:]
                elif current is not None and len(beside[current]) < _MOST_IN_ITEM:
                    beside[current].append(piece)
        return beside

    def _news_among(self, groups: list[list[Item]]) -> list[list[Item]]:
        news = [group for group in groups if self._is_dated(group) and any(map(self.title, group))]
        if not news:
            undated = [group for group in groups if self._is_headlines(group)]
            news = [max(undated, key=lambda group: sum(map(len, map(self.title, group))))] if undated else []
        # The first one of a list is often built in another way.
        parents = ids(item.node.parent for group in news for item in group)
        rest = [group for group in groups if not any(group is each for each in news)]
        return news + [group for group in rest if ids(item.node.parent for item in group) <= parents]

    def _is_dated(self, group: Sequence[Item]) -> bool:
        return 2 * sum(self._said(item) is not None for item in group) >= len(group)

    def _is_headlines(self, group: Sequence[Item]) -> bool:
        is_long = sum(map(len, map(self.title, group))) >= SURE_TITLE * len(group)
        return len(group) >= _FEWEST_UNDATED and is_long and not any(is_aside(item.node) for item in group)

    # What an item says

    def _texts_of(self, item: Item) -> list[Piece]:
        if item.node.mem_id not in self._texts:
            self._texts[item.node.mem_id] = list(islice(pieces(item.node), _MOST_IN_ITEM))
        return [*self._texts[item.node.mem_id], *item.beside]

    def _said(self, item: Item) -> Spoken | None:
        is_stamped = item.node.mem_id in self._view.timed or item.node.tag == "time"
        times = item.node.css("time[datetime]")[:_MOST_OF_A_KIND] if is_stamped else []
        parts = self._texts_of(item)
        said = [
            *(self._view.say(node.attributes.get("datetime") or "") for node in times),
            *map(self._view.said, parts),
        ]
        if found := together(said):
            return found
        leading = _LEADING_TIME.match(parts[0].text) if parts else None
        return self._view.say(leading[0].strip()) if leading else None

    def title(self, item: Item) -> str:
        if item.node.mem_id not in self._titles:
            self._titles[item.node.mem_id] = one_line(next(filter(None, self._titles_of(item)), ""))[:LONGEST_TITLE]
        return self._titles[item.node.mem_id]

    def _titles_of(self, item: Item) -> Iterator[str]:
        """The heading inside, what calls itself a title, the link's own words; where those are "read more", the link's title."""
        for node in item.node.css(_HEADINGS)[:1]:
            text = one_line(from_node(node))
            yield "" if self._view.say(text) else text
        links = [node for node in (item.node, *item.node.css("a[href]")) if self._is_link_to(node, item.url)]
        titled = (node for link in links for node in (link, *link.css("[class]")) if _TITLE_NAME.search(called(node)))
        yield from map(self._words, titled)
        words = max(map(self._words, links), key=len, default="")
        yield "" if READ_MORE.search(words) else words
        yield from (self._words(node) for node in item.node.css("[class]") if _TITLE_NAME.search(called(node)))
        yield item.anchor.attributes.get("title") or ""

    def _is_link_to(self, node: LexborNode, url: str) -> bool:
        return node.tag == "a" and self._view.address(node) == url

    def _words(self, node: LexborNode) -> str:
        """Without the time and the rubric, which may stand within the link; of texts in blocks of their own the longest."""
        parts = [piece for piece in islice(pieces(node), _MOST_IN_ITEM) if not self._view.said(piece)]
        parts = [piece for piece in parts if not RUBRIC_NAME.search(called(piece.node))] or parts
        is_flowing = any(piece.node.mem_id == node.mem_id for piece in parts)
        text = " ".join(piece.text for piece in parts if piece.node.tag in (node.tag, "span")) if is_flowing else ""
        return _LEADING_TIME.sub("", text or max((piece.text for piece in parts), key=len, default=""))

    def _rubrics(self, item: Item, title: str) -> tuple[str, ...]:
        parts = [piece for piece in self._texts_of(item) if self._may_be_rubric(piece, title)]
        marked = [piece.text for piece in parts if _is_rubric(piece, item)]
        if not marked:
            marked = [piece.text for piece in parts if piece.link is not None and self._is_above(piece.link, item.url)]
        if not marked and len(parts) == 1 and parts[0].link is None and len(parts[0].text.split()) < _SURE_WORDS:
            marked = [parts[0].text]
        return tuple(dict.fromkeys(marked[:_MOST_OF_A_KIND]))

    def _may_be_rubric(self, piece: Piece, title: str) -> bool:
        text = piece.text
        is_name = len(text) <= LONGEST_RUBRIC and _NAME.search(text) is not None and not READ_MORE.search(text)
        is_said = text in title and not RUBRIC_NAME.search(called(piece.node))
        return is_name and not is_said and self._view.said(piece) is None

    def _is_above(self, link: LexborNode, url: str) -> bool:
        """A link to the section that the article is in."""
        section = self._view.address(link)
        return section is not None and section != url and url.startswith(section.rstrip("/") + "/")

    def _image(self, item: Item) -> str | None:
        found = first_address(map(picture_of, item.node.css("img")[:_MOST_OF_A_KIND]), self._view.url)
        return largest(found, ()) if found else None


def _is_rubric(piece: Piece, item: Item) -> bool:
    """By the name of its element, or for a link also of the one around it."""
    around = piece.node.parent if piece.link is not None else None
    is_inside = around is not None and around.mem_id != item.node.mem_id
    names = (called(piece.node), piece.node.attributes.get("rel") or "", called(around) if around and is_inside else "")
    return any(RUBRIC_NAME.search(name) for name in names)


def _paths_above(url: str) -> Iterator[str]:
    path = urlsplit(url).path.strip("/")
    return (path.rsplit("/", depth)[0] for depth in range(1, min(path.count("/"), _MOST_IN_ITEM) + 1))


def _build(node: LexborNode) -> tuple[str, ...]:
    """Equal for elements that were written by the same line of a template."""
    near = islice(upwards(node), 4)
    return tuple(
        f"{each.tag}.{re.sub('[0-9]+', '', (each.attributes.get('class') or '').partition(' ')[0])}" for each in near
    )
