"""A CSS selector of newsroom.toml → the nodes it finds, never so many and never so slowly that a page could stop us.

Measured over 50 000 siblings: :has(~ …) took 13 s, :nth-child(…) 5 s, both grow with the square; everything else took
milliseconds. So the first is refused and the second is limited.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from bot.domain.errors import SourceError
from bot.domain.source import PageSelectors

LONGEST_SELECTOR = 500
MOST_MATCHES = 1000
_MOST_COUNTED = 2
# With so many elements counting takes a fifth of a second.
_MOST_ELEMENTS = 10_000
_COUNTING = re.compile(r":nth-", re.IGNORECASE)
_SLOW = re.compile(r":has\s*\(|:nth-[^)]*\bof\b", re.IGNORECASE)
_EMPTY = LexborHTMLParser("<p></p>")


def mistake_in(selector: str) -> str | None:
    """What an operator reads after the selector's name; None if it can be used."""
    if len(selector) > LONGEST_SELECTOR:
        return f"is longer than {LONGEST_SELECTOR} characters"
    if not selector.isprintable():
        return "must be one line without control characters"
    if slow := _SLOW.search(selector):
        return f'may not use "{slow[0].rstrip("( ")}", which takes too long on a large page'
    if len(_COUNTING.findall(selector)) > _MOST_COUNTED:
        return f'may use ":nth-…" {_MOST_COUNTED} times at most'
    try:
        _EMPTY.css(selector)
    except SelectolaxError:
        return f"is no CSS selector that can be read: {selector}"
    return None


def picked(tree: LexborHTMLParser, selector: str) -> tuple[LexborNode, ...]:
    """In the order of the document; none where there is no selector. Raises SourceError for one that cannot be used here."""
    if not selector:
        return ()
    if mistake := mistake_in(selector):
        raise SourceError(f"The selector {mistake}.")
    if _COUNTING.search(selector) and len(tree.css("*")) > _MOST_ELEMENTS:
        raise SourceError(f'The page is too large for a selector with ":nth-…": {selector}')
    return tuple(tree.css(selector)[:MOST_MATCHES])


def unmatched(tree: LexborHTMLParser, selectors: PageSelectors, names: tuple[str, ...]) -> Iterator[str]:
    """The names of those selectors that find nothing on this page."""
    return (name for name in names if getattr(selectors, name) and not picked(tree, getattr(selectors, name)))
