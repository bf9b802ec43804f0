"""Telegram HTML: foreign text made safe, and a text cut where it has to end. In and out: strings."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape as _escape
from html import unescape
from itertools import takewhile
from urllib.parse import urlsplit

from bot.render.message import MAX_RAW_BYTES

ELLIPSIS = "…"

# No browser or server is sure to take a longer address, and one such link would eat the bytes of a whole message.
MAX_URL = 2048

# What Telegram itself turns into a blank or drops (TDLib, misc.cpp clean_input_string), and half surrogate pairs, which
# cannot be sent at all. Cleaned here, so that what we count and compare is what Telegram shows.
_BLANKED = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile(r"[\r\u2028-\u202e\ud800-\udfff]")

# Telegram knows these four named entities and all numeric ones; any other stays as literal text.
_ENTITY = r"&(?:lt|gt|amp|quot|#\d+|#[xX][\da-fA-F]+);"
_TAG = r"<(?P<closing>/?)(?P<tag>[a-zA-Z][a-zA-Z-]*)[^>]*>"
_TOKEN = re.compile(f"{_TAG}|{_ENTITY}|.", re.DOTALL)
_TAGS = re.compile(_TAG)
_MARKS = re.compile(f"{_TAG}|{_ENTITY}")
_ENTITIES = re.compile(_ENTITY)

# What stands badly right before "…".
_TRIMMED = frozenset(' \n\u00a0,;:.…–—-(«"“·')
# A cut goes back at most so far to keep an emoji or a letter with its marks whole.
_LONGEST_CLUSTER = 16
# Flags that may stand in a row; whether a letter begins one or ends it is counted from the row's beginning.
_LONGEST_ROW = 256
# What tags that are cut may need to be closed.
_CLOSING_BYTES = 256
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def clean(text: str) -> str:
    """`text` as Telegram will keep it: without control characters, tabs and turns of the writing direction."""
    return _BLANKED.sub(" ", _DROPPED.sub("", text))


def one_line(text: str) -> str:
    """`text` cleaned, its blanks and line ends made single blanks."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    return _escape(clean(text), quote=False)


def escape_attribute(text: str) -> str:
    return _escape(clean(text), quote=True)


def bold(text: str) -> str:
    return f"<b>{escape(text)}</b>"


def link(text: str, url: str | None) -> str:
    """`text` leading to `url`; where Telegram would refuse the address, only the text."""
    if url is None or not linkable(url):
        return escape(text)
    return f'<a href="{escape_attribute(url)}">{escape(text)}</a>'


def moment(text: str, instant: datetime, shape: str) -> str:
    """A time that each reader sees in their own zone and language; old clients show `text` (Bot API, tg-time)."""
    return f'<tg-time unix="{int(instant.timestamp())}" format="{shape}">{escape(text)}</tg-time>'


def linkable(url: str) -> bool:
    """Whether Telegram takes this address in a link or a button: http or https, and a dot in the host.

    A link to any other becomes plain text without an error, a button with one refuses the whole message (TDLib, LinkManager.cpp).
    """
    if len(url) > MAX_URL or clean(url) != url or any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in host.strip(".")


def plain(html: str) -> str:
    """The words without their markup."""
    return unescape(_TAGS.sub("", html))


def visible_length(html: str) -> int:
    """What Telegram counts: the code points that are left when the markup is parsed."""
    return len(_ENTITIES.sub(".", _TAGS.sub("", html)))


def cut(html: str, limit: int) -> str:
    """`html` with at most `limit` visible code points, and small enough to be sent at all.

    It ends at the end of a word with "…", or inside a word that is longer than half of what is left; what is open is closed.
    """
    if visible_length(html) <= limit and len(html.encode()) <= MAX_RAW_BYTES:
        return html
    if limit < len(ELLIPSIS):
        return ""
    kept, following = _fitting(html, limit - len(ELLIPSIS), MAX_RAW_BYTES - len(ELLIPSIS.encode()))
    _go_back_to_word_end(kept, following)
    while kept and (kept[-1].shown in _TRIMMED or kept[-1].opens):
        kept.pop()
    return "".join(token.raw for token in kept) + ELLIPSIS + _closing(kept)


def beginning(html: str, limit: int) -> str:
    """The longest that Telegram takes as `limit` visible code points and that ends with a whole sign; tags stay open."""
    end, whole = _reach(html, limit)
    if len(html[:end].encode()) > MAX_RAW_BYTES - _CLOSING_BYTES:
        kept, following = _fitting(html, limit, MAX_RAW_BYTES)
        whole = 0
    else:
        kept, following = list(_tokens(html[whole:end])), next(_tokens(html[end:]), _Token(""))
    _keep_signs_whole(kept, following)
    return html[:whole] + "".join(token.raw for token in kept)


def _reach(html: str, limit: int) -> tuple[int, int]:
    """Where `limit` code points end, and a place well before that which parts no tag and no entity."""
    visible = start = 0
    places = [0]
    for mark in _MARKS.finditer(html):
        if visible + mark.start() - start >= limit:
            break
        visible += mark.start() - start + (mark["tag"] is None)
        start = mark.end()
        places.append(start)
    end = min(len(html), start + max(0, limit - visible))
    if end - start >= _LONGEST_ROW:
        return end, end - _LONGEST_ROW
    return end, next((place for place in reversed(places) if end - place >= _LONGEST_ROW), 0)


def cut_at_paragraph(text: str, limit: int) -> str:
    """As many whole paragraphs of an escaped text as fit; where not even the first does, a part of that."""
    if visible_length(text) <= limit:
        return text
    kept = ""
    for paragraph in text.split("\n\n"):
        longer = f"{kept}\n\n{paragraph}" if kept else paragraph
        if visible_length(longer) > limit:
            return kept or cut(paragraph, limit)
        kept = longer
    return kept


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag, or one visible code point as it is written (`raw`) and `shown`; a tag shows nothing."""

    raw: str
    shown: str = ""
    opens: str = ""
    closes: str = ""


def _tokens(html: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(html):
        raw, tag = match[0], match["tag"]
        if tag is None:
            yield _Token(raw, shown=unescape(raw))
        elif match["closing"]:
            yield _Token(raw, closes=tag)
        else:
            yield _Token(raw, opens=tag)


def _fitting(html: str, visible: int, size: int) -> tuple[list[_Token], _Token]:
    """The longest beginning within both limits, what closes it included, and the first token left out."""
    kept: list[_Token] = []
    for token in _tokens(html):
        visible -= bool(token.shown)
        size -= len(token.raw.encode())
        size -= len(f"</{token.opens}>") if token.opens else 0
        size += len(f"</{token.closes}>") if token.closes else 0
        if visible < 0 or size < 0:
            return kept, token
        kept.append(token)
    return kept, _Token("")


def _go_back_to_word_end(kept: list[_Token], following: _Token) -> None:
    if following.shown.isspace():
        return
    for index in range(len(kept) - 1, len(kept) // 2, -1):
        if kept[index].shown.isspace():
            del kept[index:]
            return
    _keep_signs_whole(kept, following)


def _keep_signs_whole(kept: list[_Token], following: _Token) -> None:
    if _is_flag_letter(following.shown):
        # Two of them make a flag, however many stand in a row.
        row = takewhile(lambda token: _is_flag_letter(token.shown), reversed(kept))
        if sum(1 for _ in row) % 2:
            kept.pop()
        return
    for _ in range(_LONGEST_CLUSTER):
        if not kept or not _belongs_together(kept[-1].shown, following.shown):
            return
        following = kept.pop()


def _belongs_together(before: str, after: str) -> bool:
    """Whether two code points may be parts of one sign that a person sees."""
    if not before or not after:
        return False
    if _JOINER in {before, after} or unicodedata.category(after).startswith("M"):
        return True
    return ord(after) in _SKIN_TONES


def _is_flag_letter(shown: str) -> bool:
    return bool(shown) and ord(shown) in _FLAG_LETTERS


def _closing(kept: list[_Token]) -> str:
    still_open: list[str] = []
    for token in kept:
        if token.opens:
            still_open.append(token.opens)
        elif token.closes and still_open:
            still_open.pop()
    return "".join(f"</{tag}>" for tag in reversed(still_open))
