"""HTML → plain paragraphs that keep what a rich message can show: lists, quotes, tables and headings, as marks in the text.

"• " and "1. " before the items of a list, "> " before the lines of a quote, "# " before a heading, " | " between the cells of
a row. What has none of these is left to the plain text (text.py).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from selectolax.lexbor import LexborNode

from bot.ingest.text import LINE, PARAGRAPH, from_node, parse_markup

_STRUCTURED = re.compile(r"<(?:li|blockquote|tr|h[1-6])[\s>]", re.IGNORECASE)
_BULLET = "• "
_OF_ITEM = re.compile(r"• |\d+\. ")
# More of one kind is no text that anybody reads. Where they stand in one another each is read again with all around it, which
# takes a tenth of a second for so many.
_MOST = 400


def marked_from_markup(markup: str) -> str:
    """Empty where there is nothing to mark, or a tree so absurd that nobody reads it."""
    tree = parse_markup(markup) if _STRUCTURED.search(markup) else None
    if tree is None or tree.body is None:
        return ""
    body = tree.body
    for row in _found(body, "tr"):
        for cell in _children(row, "td", "th")[1:]:
            cell.insert_before(" | ")
    for heading in _found(body, "h1,h2,h3,h4,h5,h6"):
        if words := " ".join(_lines(heading)):
            heading.replace_with(f"{PARAGRAPH}# {words}{PARAGRAPH}")
    marks = {
        item.mem_id: f"{number}. " if whole.tag == "ol" else _BULLET
        for whole in _found(body, "ul,ol")
        for number, item in enumerate(_children(whole, "li"), start=1)
    }
    # The inner ones first, which then are part of the outer.
    for item in reversed(list(_found(body, "li"))):
        item.replace_with(LINE + LINE.join(_item(item, marks.get(item.mem_id, _BULLET))))
    # Quotes in one another are one.
    for quote in [each for each in _found(body, "blockquote") if not _is_within(each, "blockquote")]:
        lines = _lines(quote)
        quote.replace_with(PARAGRAPH + LINE.join(f"> {line}" for line in lines) + PARAGRAPH)
    return from_node(body)


def _found(body: LexborNode, selector: str) -> Iterator[LexborNode]:
    return islice(body.css(selector), _MOST)


def _children(node: LexborNode, *tags: str) -> Sequence[LexborNode]:
    return [child for child in islice(node.iter(), _MOST) if child.tag in tags]


def _is_within(node: LexborNode, tag: str) -> bool:
    above = node.parent
    while above is not None and above.tag != tag:
        above = above.parent
    return above is not None


def _lines(node: LexborNode) -> list[str]:
    return [line for line in from_node(node).split("\n") if line]


def _item(node: LexborNode, mark: str) -> list[str]:
    """Its paragraphs in one line; lists in it stay lines of their own."""
    found: list[str] = []
    for line in _lines(node):
        if found and not _OF_ITEM.match(line):
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line if found else f"{mark}{line}")
    return found
