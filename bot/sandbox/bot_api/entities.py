"""Entities of a message and what Telegram makes of them: a proper tree, cut where they cross, at most a hundred.

Offsets are UTF-16 units, as the Bot API counts them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_ENTITIES = 100
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
# Nothing may stand inside these but a quote around them.
SOLID = ("code", "pre", "date_time")
# Of two entities over the same characters the lower stays.
_PRIORITY = {"pre": 10, "code": 20, "date_time": 48, "text_link": 49, "custom_emoji": 99}


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    custom_emoji_id: str = ""
    unix_time: int = 0
    date_time_format: str = ""

    @property
    def end(self) -> int:
        return self.offset + self.length

    def answer(self) -> dict[str, object]:
        known: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        for name in ("url", "language", "custom_emoji_id", "unix_time", "date_time_format"):
            if value := getattr(self, name):
                known[name] = value
        return known


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def arranged(entities: Iterable[Entity]) -> list[Entity]:
    """A proper tree: of two that cross one goes, styles are cut where another entity begins or ends."""
    ordered = sorted(entities, key=lambda e: (e.offset, -e.length, _PRIORITY.get(e.type, 50)))
    if len(ordered) < 2:  # noqa: PLR2004 - one entity cannot cross itself
        return ordered
    quotes = _apart(e for e in ordered if e.type in QUOTES)
    solid = [
        e
        for e in _apart(e for e in ordered if e.type not in STYLES and e.type not in QUOTES)
        if not any(_crosses(e, quote) for quote in quotes)
    ]
    others = [*quotes, *solid]
    spans = {style: _merged(e for e in ordered if e.type == style) for style in STYLES}
    edges = {edge for e in others for edge in (e.offset, e.end)}
    starts = {style: {begin for begin, _ in spans[style]} for style in STYLES}
    voids = [(e.offset, e.end) for e in solid if e.type in SOLID]
    pieces: list[Entity] = []
    for style in STYLES:
        cuts = edges.union(*(starts[other] for other in STYLES if other != style))
        for begin, end in spans[style]:
            points = [begin, *sorted(cut for cut in cuts if begin < cut < end), end]
            pieces += [
                Entity(style, left, right - left)
                for left, right in pairwise(points)
                if not any(void_begin <= left and right <= void_end for void_begin, void_end in voids)
            ]
    return sorted([*others, *pieces], key=lambda e: (e.offset, -e.length, _rank(e.type)))


def _rank(kind: str) -> int:
    """Of entities over the same characters the outer comes first."""
    return 0 if kind in QUOTES else 2 + STYLES.index(kind) if kind in STYLES else 1


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _crosses(entity: Entity, quote: Entity) -> bool:
    overlap = entity.offset < quote.end and quote.offset < entity.end
    return overlap and not (quote.offset <= entity.offset and entity.end <= quote.end)


def _merged(entities: Iterable[Entity]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for entity in entities:
        if spans and entity.offset <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], entity.end))
        else:
            spans.append((entity.offset, entity.end))
    return spans


def capped(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The first hundred, styles counted last; custom emoji and what Telegram finds by itself are not counted."""
    if len(entities) <= MAX_ENTITIES:
        return tuple(entities)
    counted = [e for e in entities if e.type in SOLID or e.type in QUOTES or e.type == "text_link"]
    styles = [e for e in entities if e.type in STYLES]
    dropped = {id(e) for e in [*counted, *styles][MAX_ENTITIES:]}
    return tuple(e for e in entities if id(e) not in dropped)
