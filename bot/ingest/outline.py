"""An element → its texts in reading order, each with what it stands in: the raw material for dates, headlines and lists."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from bot.ingest.text import one_line

# Not text to a reader.
_SILENT = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "svg", "button", "select", "textarea", "form", "dialog",
})  # fmt: skip
# They only dress a part of a text, unless they have a class.
_DRESS = frozenset({"b", "strong", "i", "em", "u", "mark", "font", "small", "sup", "sub", "wbr", "abbr", "bdi"})
CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]")
# Levels above a text at which its link is looked for.
_NEAR = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """`node` is the element that the text stands in, `link` the <a> around it, if there is one."""

    text: str
    node: LexborNode
    link: LexborNode | None


def pieces(root: LexborNode, *, is_left_out: Callable[[LexborNode], bool] = lambda _: False) -> Iterator[Piece]:
    """Without recursion; `is_left_out` is asked of every element below the root."""
    path = [root]
    words: list[str] = []
    node = root.first_child
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            words.append(node.text_content or "")
        elif words and not _is_dress(node):
            yield from _said(words, path)
        is_opened = tag not in _SILENT and tag[:1] != "-" and not is_left_out(node)
        child = node.first_child if is_opened else None
        if child is not None:
            path.append(node)
            node = child
            continue
        while node.next is None:
            if words and (len(path) == 1 or not _is_dress(path[-1])):
                yield from _said(words, path)
            node = path.pop()
            if not path:
                return
        node = node.next


def _is_dress(node: LexborNode) -> bool:
    return node.tag in _DRESS and not node.attributes.get("class")


def _said(words: list[str], path: list[LexborNode]) -> Iterator[Piece]:
    """A time that is only dressed otherwise than the words after it is a text of its own."""
    near = path[: -_NEAR - 1 : -1]
    unit = next((node for node in near if not _is_dress(node)), path[-1])
    link = next((node for node in near if node.tag == "a"), None)
    first = next((place for place, word in enumerate(words) if word.strip()), 0)
    if CLOCK.fullmatch(words[first].strip()):
        yield Piece(words[first].strip(), unit, link)
        words[: first + 1] = []
    if text := one_line("".join(words)):
        yield Piece(text, unit, link)
    words.clear()
