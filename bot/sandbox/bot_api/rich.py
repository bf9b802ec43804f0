"""Rich messages: the HTML of sendRichMessage → its blocks, as the Bot API writes them, with their words and their look on the page.

The limits are those of the Bot API; of the codes that follow RICH_MESSAGE_ only CONTENT_REQUIRED and the pattern are known. Of
all that such HTML may hold, what a news bot writes is imitated.
"""

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from bot.sandbox.bot_api.chats import Photo, RichContent
from bot.sandbox.bot_api.errors import bad_request

MAX_TEXT = 32_768
MAX_BLOCKS = 500
MAX_DEPTH = 16
MAX_MEDIA = 50
MAX_COLUMNS = 20
# Every string of a call is cut there, without an error (tdlib/td, misc.cpp).
MAX_SOURCE_BYTES = 35_000

_HEADINGS = {f"h{size}": size for size in range(1, 7)}
_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strikethrough",
    "del": "strikethrough", "code": "code", "mark": "marked",
}  # fmt: skip
_VOID = frozenset({"br", "img", "hr"})
_CONTAINERS = frozenset(
    {"ul", "ol", "li", "blockquote", "table", "tr", "td", "th", "figure", "figcaption", "tg-collage"}
)
_KNOWN = {*_HEADINGS, *_STYLES, *_VOID, *_CONTAINERS, "p", "footer", "a"}

Block = dict[str, object]


@dataclass(slots=True)
class Node:
    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)


class _Reader(HTMLParser):
    """A proper tree of known tags, or a refusal."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN:
            raise bad_request(f'can\'t parse rich message: unsupported start tag "{tag}"')
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open[-1].tag != tag:
            raise bad_request(f'can\'t parse rich message: unexpected end tag "{tag}"')
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def read(self, source: str) -> Node:
        self.feed(source)
        self.close()
        if len(self._open) > 1:
            raise bad_request(f'can\'t parse rich message: unclosed start tag "{self._open[-1].tag}"')
        return self.root


def rich_content(given: object, fetch: Callable[[str], Photo]) -> RichContent:
    """`fetch` gets a picture as Telegram does, or refuses."""
    if not isinstance(given, dict) or not (given.get("html") or given.get("markdown")):
        raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
    if not given.get("html"):
        raise bad_request("the sandbox reads rich messages in HTML alone")
    source = str(given["html"]).encode()[:MAX_SOURCE_BYTES].decode(errors="ignore")
    builder = _Builder(fetch)
    blocks = list(builder.blocks(_Reader().read(source), depth=1))
    text = "\n".join(builder.lines)
    if not blocks or not (text.strip() or builder.photos):
        raise bad_request("rich message must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad_request("RICH_MESSAGE_LENGTH_INVALID")
    if builder.count > MAX_BLOCKS:
        raise bad_request("RICH_MESSAGE_BLOCKS_INVALID")
    if len(builder.photos) > MAX_MEDIA:
        raise bad_request("RICH_MESSAGE_MEDIA_INVALID")
    return RichContent(
        blocks=blocks,
        text=text,
        html="".join(_shown(block, builder.urls) for block in blocks),
        is_rtl=bool(given.get("is_rtl")),
    )


class _Builder:
    def __init__(self, fetch: Callable[[str], Photo]) -> None:
        self._fetch = fetch
        self.photos: list[Photo] = []
        self.urls: dict[str, str] = {}
        self.lines: list[str] = []
        self.count = 0

    def blocks(self, node: Node, *, depth: int) -> Iterator[Block]:
        if depth > MAX_DEPTH:
            raise bad_request("RICH_MESSAGE_DEPTH_INVALID")
        loose: list[Node | str] = []
        for child in node.children:
            if isinstance(child, str) or child.tag in _STYLES or child.tag in {"a", "br"}:
                loose.append(child)
                continue
            yield from self._paragraph(loose)
            loose = []
            self.count += 1
            yield self._block(child, depth)
        yield from self._paragraph(loose)

    def _paragraph(self, loose: "list[Node | str]") -> Iterator[Block]:
        """Words outside of any block are a paragraph."""
        if any(not isinstance(each, str) or each.strip() for each in loose):
            self.count += 1
            yield {"type": "paragraph", "text": self._text(Node("p", {}, loose))}

    def _block(self, node: Node, depth: int) -> Block:  # noqa: PLR0911, one return a block
        match node.tag:
            case "p" | "footer":
                return {"type": "paragraph" if node.tag == "p" else "footer", "text": self._text(node)}
            case tag if tag in _HEADINGS:
                return {"type": "heading", "text": self._text(node), "size": _HEADINGS[tag]}
            case "hr":
                return {"type": "divider"}
            case "blockquote":
                return {"type": "blockquote", "blocks": list(self.blocks(node, depth=depth + 1))}
            case "ul" | "ol":
                return {"type": "list", "items": self._items(node, depth)}
            case "table":
                return {"type": "table", "cells": self._rows(node)}
            case "img":
                return self._photo(node, None)
            case "figure":
                return self._figure(node)
            case "tg-collage":
                found = [each for each in node.children if isinstance(each, Node) and each.tag == "img"]
                self.count += len(found)
                return {"type": "collage", "blocks": [self._photo(each, None) for each in found]}
            case _:
                raise bad_request(f'can\'t parse rich message: unexpected start tag "{node.tag}"')

    def _items(self, node: Node, depth: int) -> list[Block]:
        items: list[Block] = []
        for child in node.children:
            if isinstance(child, Node) and child.tag == "li":
                self.count += 1
                label = f"{len(items) + 1}." if node.tag == "ol" else "•"
                item: Block = {"label": label, "blocks": list(self.blocks(child, depth=depth + 1))}
                items.append(item | ({"value": len(items) + 1, "type": "1"} if node.tag == "ol" else {}))
        return items

    def _rows(self, node: Node) -> list[list[Block]]:
        rows: list[list[Block]] = []
        for row in node.children:
            if not isinstance(row, Node) or row.tag != "tr":
                continue
            self.count += 1
            cells = [each for each in row.children if isinstance(each, Node) and each.tag in {"td", "th"}]
            if len(cells) > MAX_COLUMNS:
                raise bad_request("RICH_MESSAGE_TABLE_INVALID")
            rows.append(
                [
                    {"text": self._text(cell), "align": "left", "valign": "middle"}
                    | ({"is_header": True} if cell.tag == "th" else {})
                    for cell in cells
                ]
            )
        return rows

    def _figure(self, node: Node) -> Block:
        image = next((each for each in node.children if isinstance(each, Node) and each.tag == "img"), None)
        if image is None:
            raise bad_request("RICH_MESSAGE_MEDIA_INVALID")
        words = next((each for each in node.children if isinstance(each, Node) and each.tag == "figcaption"), None)
        return self._photo(image, self._text(words) if words is not None else None)

    def _photo(self, node: Node, caption: object) -> Block:
        photo = self._fetch(node.attributes.get("src", ""))
        self.photos.append(photo)
        sizes = photo.answer()
        self.urls[str(sizes[0]["file_id"])] = photo.url
        block: Block = {"type": "photo", "photo": sizes}
        return block | ({"caption": {"text": caption}} if caption else {})

    def _text(self, node: Node) -> object:
        self.lines.append(_words(node).strip())
        return _rich_text(node)


def _words(node: Node) -> str:
    parts = (each if isinstance(each, str) else "\n" if each.tag == "br" else _words(each) for each in node.children)
    return "".join(parts)


def _rich_text(node: Node) -> object:
    parts: list[object] = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag == "br":
            parts.append("\n")
        elif child.tag == "a":
            parts.append({"type": "url", "text": _rich_text(child), "url": child.attributes.get("href", "")})
        elif child.tag in _STYLES:
            parts.append({"type": _STYLES[child.tag], "text": _rich_text(child)})
        else:
            raise bad_request(f'can\'t parse rich message: unexpected start tag "{child.tag}"')
    return parts[0] if len(parts) == 1 else parts


_PAGE_STYLES = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "marked": "mark"}


def _shown(block: object, urls: Mapping[str, str]) -> str:  # noqa: PLR0911, one return a block
    """For the page: every character escaped, every tag made here. `urls` are those of photos, by file_id."""
    match block:
        case {"type": "heading", "text": text, "size": size}:
            return f'<h4 class="rich-{size}">{_shown_text(text)}</h4>'
        case {"type": "paragraph", "text": text}:
            return f"<p>{_shown_text(text)}</p>"
        case {"type": "footer", "text": text}:
            return f"<footer>{_shown_text(text)}</footer>"
        case {"type": "divider"}:
            return "<hr>"
        case {"type": "blockquote", "blocks": list(blocks)}:
            return f"<blockquote>{''.join(_shown(each, urls) for each in blocks)}</blockquote>"
        case {"type": "list", "items": list(items)}:
            tag = "ol" if any("value" in item for item in items) else "ul"
            shown = "".join(f"<li>{''.join(_shown(each, urls) for each in item['blocks'])}</li>" for item in items)
            return f"<{tag}>{shown}</{tag}>"
        case {"type": "table", "cells": list(rows)}:
            return f"<table>{''.join(map(_shown_row, rows))}</table>"
        case {"type": "collage", "blocks": list(blocks)}:
            return f'<div class="collage">{"".join(_shown(each, urls) for each in blocks)}</div>'
        case {"type": "photo", "photo": [{"file_id": str(file_id)}, *_]}:
            return f'<img class="picture" src="{html.escape(urls[file_id])}" alt="">'
        case _:
            return ""


def _shown_row(row: list[Block]) -> str:
    cells = "".join(f"<td>{_shown_text(cell['text'])}</td>" for cell in row)
    return f"<tr>{cells}</tr>"


def _shown_text(text: object) -> str:
    match text:
        case str():
            return html.escape(text)
        case list():
            return "".join(map(_shown_text, text))
        case {"type": "url", "text": inner, "url": str(url)}:
            address = html.escape(url)
            return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{_shown_text(inner)}</a>'
        case {"type": str(style), "text": inner}:
            return f"<{_PAGE_STYLES[style]}>{_shown_text(inner)}</{_PAGE_STYLES[style]}>"
        case _:
            return ""
