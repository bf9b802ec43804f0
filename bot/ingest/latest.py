"""A page's latest-news block → its lines: a time, a headline, a rubric, and often no link. Next: listing.py."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice, pairwise

from selectolax.lexbor import LexborNode

from bot.domain.article import Entry
from bot.ingest.dates import together
from bot.ingest.items import LONGEST_RUBRIC, LONGEST_TITLE, READ_MORE, RUBRIC_NAME, SURE_TITLE
from bot.ingest.outline import CLOCK, Piece
from bot.ingest.timeline import Timed, moments_of
from bot.ingest.view import PageView, called, ids, is_within, upwards

_FEWEST_LINES = 3
_MOST_BLOCKS = 5
_MOST_TEXTS = 2000
_MOST_IN_LINE = 20
_SHORTEST_TITLE = 4

_Line = Sequence[Piece]


def chosen_lines(view: PageView, nodes: Sequence[LexborNode]) -> Iterator[Entry]:
    """Of elements that a selector found: each is a line, or a block of lines that begin with a time."""
    texts = [view.pieces_of(node)[:_MOST_TEXTS] for node in nodes]
    single: list[_Line] = [found for found in texts if found and sum(map(_is_clock, found)) <= 1]
    blocks = [_split(found) for found in texts if sum(map(_is_clock, found)) > 1]
    return (entry for block in [single, *blocks] for entry in _entries(view, block))


def found_lines(view: PageView, seen: set[int]) -> Iterator[Entry]:
    """Of blocks that are found by their times; what is in an element that was `seen` is left to its item."""
    clocks = [piece for piece in view.pieces if _is_clock(piece) and not is_within(piece.node, seen)]
    holders: dict[int, LexborNode] = {}
    for one, other in pairwise(clocks):
        above = ids(upwards(one.node))
        if holder := next((node for node in upwards(other.node) if node.mem_id in above), None):
            holders[holder.mem_id] = holder
    for holder in islice(holders.values(), _MOST_BLOCKS):
        texts = view.pieces_of(holder)[:_MOST_TEXTS]
        block = _split(piece for piece in texts if not is_within(piece.node, seen))
        titles = [title.text for line in block if (title := _title(view, line))]
        if len(block) >= _FEWEST_LINES and sum(map(len, titles)) >= SURE_TITLE * len(block):
            yield from _entries(view, block)


def _is_clock(piece: Piece) -> bool:
    return CLOCK.fullmatch(piece.text) is not None


def _split(texts: Iterable[Piece]) -> list[_Line]:
    """The last line is as long as the others, whatever stands below the block."""
    lines: list[list[Piece]] = []
    for piece in texts:
        if _is_clock(piece):
            lines.append([piece])
        elif lines and len(lines[-1]) < _MOST_IN_LINE:
            lines[-1].append(piece)
    longest = max((len(line) for line in lines[:-1]), default=_MOST_IN_LINE)
    return [line[:longest] for line in lines]


def _entries(view: PageView, block: Sequence[_Line]) -> Iterator[Entry]:
    times = [Timed(said=together([view.said(piece) for piece in line])) for line in block]
    for line, moment in zip(block, moments_of(times, zone=view.zone, now=view.now), strict=True):
        title = _title(view, line)
        if title is not None and not (title.link is not None and view.leads_elsewhere(title.link)):
            yield _entry(view, line, title, moment)


def _title(view: PageView, line: _Line) -> Piece | None:
    texts = (piece for piece in line if len(piece.text) >= _SHORTEST_TITLE and not view.said(piece))
    return next((piece for piece in texts if not RUBRIC_NAME.search(called(piece.node))), None)


def _entry(view: PageView, line: _Line, title: Piece, moment: datetime | None) -> Entry:
    url = view.address(title.link) if title.link is not None else None
    others = [piece for piece in line if piece is not title and not view.said(piece)]
    names = [piece for piece in others if len(piece.text) <= LONGEST_RUBRIC and not READ_MORE.search(piece.text)]
    marked = (piece for piece in names if RUBRIC_NAME.search(called(piece.node)))
    rubric = next(marked, next(iter(names), None))
    return Entry(
        url=url,
        title=title.text[:LONGEST_TITLE],
        categories=(rubric.text,) if rubric else (),
        published_at=moment,
        is_headline=url is None,
    )
