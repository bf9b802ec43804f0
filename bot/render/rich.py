"""An article as a rich message: the whole text in one, with its picture, lists, quotes and tables. In: its parts. Out: a Rich.

Its HTML is another than that of ordinary messages: it has paragraphs, headings, figures, and media as blocks of their own (Bot
API 10.1, sendRichMessage). What is too long ends with a paragraph and leads on to the page.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from bot.render.html import cut, escape_attribute, visible_length
from bot.render.message import MAX_RICH_BLOCKS, MAX_RICH_BYTES, MAX_RICH_TEXT, Rich

# Columns of a table (Bot API, rich messages); a wider one stays a text.
_MOST_COLUMNS = 20
_FEWEST_ROWS = 2
# Not the dashes, with which speech begins.
_BULLET = re.compile(r"[•‣▪●◦*·-]\s+(?=\S)")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
# To what the only paragraph there is room for is cut, in code points, until it fits.
_CUTS = (15_000, 7_000, 3_000)
_HEADING = re.compile(r"#\s+(?=\S)")
_QUOTE = re.compile(r"&gt;\s?")
_CELLS = re.compile(r"\s*\|\s*")


def rich_article(
    *, headline: str, pictures: Sequence[str], is_picture_below: bool, told: str, onward: str, end: Sequence[str]
) -> Rich:
    """All but the addresses of pictures is escaped HTML of one line, and `told` of paragraphs parted by blank lines.

    Several pictures are a collage; where Telegram does not take that, the first of them stands alone. `onward` leads to the page, and stands there only if not all is told; `end` closes the message.
    """
    opening = f"<h1>{headline}</h1>" if visible_length(headline) else ""
    closing = "".join(f"<footer>{line}</footer>" for line in end if visible_length(line))
    figures = tuple(_figures([f'<img src="{escape_attribute(picture)}"/>' for picture in pictures]))
    leading_on = f"<p>{onward}</p>" if visible_length(onward) else ""
    paragraphs = told.split("\n\n") if told else []
    room = _Room(opening, closing, *figures[:1], leading_on)
    kept: list[str] = []
    for paragraph in paragraphs:
        block = "".join(_blocks(paragraph))
        if not room.takes(block):
            break
        kept.append(block)
    is_all = len(kept) == len(paragraphs)
    if paragraphs and not kept:
        shorter = (f"<p>{cut(paragraphs[0], limit)}</p>" for limit in _CUTS)
        kept = list(islice(filter(room.takes, shorter), 1))
    if is_all:
        leading_on = ""
    text = "".join(kept) + leading_on
    before, after = (opening + text, closing) if is_picture_below else (opening, text + closing)
    return Rich(before=before, figures=figures, after=after, is_rtl=_is_rtl(headline or told))


def _figures(images: Sequence[str]) -> Iterator[str]:
    if len(images) > 1:
        yield f"<tg-collage>{''.join(images)}</tg-collage>"
    if images:
        yield f"<figure>{images[0]}</figure>"


class _Room:
    """What Telegram takes of one rich message: characters, blocks, and bytes of its source, which it cuts without a word."""

    def __init__(self, *parts: str) -> None:
        self._text, self._blocks, self._bytes = MAX_RICH_TEXT, MAX_RICH_BLOCKS, MAX_RICH_BYTES
        for part in parts:
            self.takes(part)

    def takes(self, html: str) -> bool:
        text, blocks, size = visible_length(html), len(_BLOCK.findall(html)), len(html.encode())
        if text > self._text or blocks > self._blocks or size > self._bytes:
            return False
        self._text, self._blocks, self._bytes = self._text - text, self._blocks - blocks, self._bytes - size
        return True


# Nested blocks, items of lists and rows of tables count.
_BLOCK = re.compile(r"<(?:p|h[12]|footer|figure|tg-collage|img|ul|ol|li|blockquote|table|tr)\b")


def _blocks(paragraph: str) -> Iterator[str]:
    """Neighbouring lines of one kind are a list, a quote or a table (marks: ingest/marked.py); the others a paragraph."""
    for kind, lines in groupby(paragraph.split("\n"), key=_kind):
        found = list(lines)
        match kind:
            case "ul" | "ol" if len(found) > 1 and (kind == "ul" or _is_counted(found)):
                mark = _BULLET if kind == "ul" else _NUMBER
                items = "".join(f"<li>{mark.sub('', line, count=1)}</li>" for line in found)
                yield f"<{kind}>{items}</{kind}>"
            case "blockquote":
                said = "<br/>".join(_QUOTE.sub("", line, count=1) for line in found)
                yield f"<blockquote><p>{said}</p></blockquote>"
            case "h2":
                yield from (f"<h2>{_HEADING.sub('', line, count=1)}</h2>" for line in found)
            case "table" if len(found) >= _FEWEST_ROWS:
                rows = "".join(f"<tr>{_row(line)}</tr>" for line in found)
                yield f"<table>{rows}</table>"
            case _:
                yield f"<p>{'<br/>'.join(found)}</p>"


def _is_counted(lines: Sequence[str]) -> bool:
    """From one on: a list numbers its items by itself."""
    numbers = [int(found[1]) for line in lines if (found := _NUMBER.match(line))]
    return numbers == list(range(1, len(lines) + 1))


def _kind(line: str) -> str:
    if _QUOTE.match(line):
        return "blockquote"
    if _HEADING.match(line):
        return "h2"
    if _BULLET.match(line):
        return "ul"
    if _NUMBER.match(line):
        return "ol"
    return "table" if 1 < len(_cells(line)) <= _MOST_COLUMNS else "p"


def _row(line: str) -> str:
    return "".join(f"<td>{cell}</td>" for cell in _cells(line))


def _cells(line: str) -> list[str]:
    return _CELLS.split(line.strip(" |")) if "|" in line else [line]


def _is_rtl(text: str) -> bool:
    """By the first letter that has a direction."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((each != "L" for each in directions if each in {"L", "R", "AL"}), False)
