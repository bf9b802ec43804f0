"""A text too long for one message → its parts, each whole by itself. In: Telegram HTML, and the room of each part. Out: strings.

A part ends with a paragraph, else with a sentence, else with a word; where that would leave it half empty, with the next of
these. What is open at its end is closed there, and opened again in the next.
"""

import re
from collections.abc import Iterator, Sequence
from math import ceil

from bot.render.html import beginning, visible_length

# A part that ended with an early paragraph, to leave the sentence alone, would be a scrap.
_LEAST_SHARE = 0.5
# How much wider than their mean parts may become, in steps, so that the last is no scrap either.
_STEPS = 8

_PARAGRAPH = re.compile(r"\n\n+")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"»”’)\]]*(?=\s)|(?=\n)")
_WORD = re.compile(r"\s+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z-]*)[^>]*>")


def parted(html: str, rooms: Sequence[int]) -> tuple[list[str], str]:
    """At most one part a room, about equally long, and the rest that found none."""
    parts, rest = _filled(html, rooms)
    if rest or len(parts) == 1:
        return parts, rest
    length = visible_length(html)
    for step in range(1, _STEPS):
        most = ceil(length / len(parts) * (1 + step / _STEPS))
        even, left = _filled(html, [min(room, most) for room in rooms[: len(parts)]])
        if not left:
            return even, ""
    return parts, ""


def beginning_of(html: str, room: int) -> tuple[str, str]:
    """What fits of it, and the rest."""
    fitting = beginning(html, room)
    if fitting == html:
        return html, ""
    at = _end_in(fitting, html)
    head, tail = fitting[:at].rstrip(), html[at:].lstrip()
    still_open = _open_tags(head)
    closing = "".join(f"</{tag}>" for tag, _ in reversed(still_open))
    return head + closing, "".join(opening for _, opening in still_open) + tail


def _filled(html: str, rooms: Sequence[int]) -> tuple[list[str], str]:
    parts: list[str] = []
    for room in rooms:
        part, html = beginning_of(html, room)
        parts.append(part)
        if not visible_length(html):
            return parts, ""
    return parts, html


def _end_in(fitting: str, html: str) -> int:
    """Outside all tags, if that is possible."""
    least = int(len(fitting) * _LEAST_SHARE)
    # One blank more, so that what fits exactly is seen to end there.
    seen = html[: len(fitting) + 2]
    for pattern in (_PARAGRAPH, _SENTENCE, _WORD):
        ends = (found.end() if pattern is _SENTENCE else found.start() for found in pattern.finditer(seen))
        places = [end for end in ends if least <= end <= len(fitting)]
        if (at := next(_outside(fitting, places), None)) is not None:
            return at
    return next((at for at in reversed(places) if not _is_in_tag(fitting[:at])), len(fitting))


def _outside(fitting: str, places: list[int]) -> Iterator[int]:
    return (at for at in reversed(places) if not _is_in_tag(fitting[:at]) and not _open_tags(fitting[:at]))


def _is_in_tag(head: str) -> bool:
    return head.rfind("<") > head.rfind(">")


def _open_tags(head: str) -> list[tuple[str, str]]:
    """Their names, and how they were opened."""
    still_open: list[tuple[str, str]] = []
    for tag in _TAG.finditer(head):
        if not tag[1]:
            still_open.append((tag[2], tag[0]))
        elif still_open:
            still_open.pop()
    return still_open
