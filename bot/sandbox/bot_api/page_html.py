"""Text with entities → safe HTML for the page: every character escaped, every tag made here."""

import html
from collections.abc import Sequence

from bot.sandbox.bot_api.entities import Entity

_PAGE_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="expandable">', "</blockquote>"),
    "custom_emoji": ("<span>", "</span>"),
}


def to_html(text: str, entities: Sequence[Entity]) -> str:
    """For the page: every character escaped, every tag made here. Line ends stay as they are (white-space: pre-wrap)."""
    if not entities:
        return html.escape(text)
    units = text.encode("utf-16-le")

    def part(begin: int, end: int) -> str:
        return html.escape(units[begin * 2 : end * 2].decode("utf-16-le", "replace"))

    out: list[str] = []
    open_ends: list[tuple[int, str]] = []
    at = 0

    def close_until(position: int) -> None:
        nonlocal at
        while open_ends and open_ends[-1][0] <= position:
            end, tag = open_ends.pop()
            out.extend((part(at, end), tag))
            at = end

    for entity in entities:
        close_until(entity.offset)
        out.append(part(at, entity.offset))
        at = entity.offset
        start, stop = _tags(entity, part(entity.offset, entity.end))
        out.append(start)
        # A style may reach beyond the style it began in; it is then closed with it.
        end = min(entity.end, open_ends[-1][0]) if open_ends else entity.end
        open_ends.append((end, stop))
    close_until(len(units) // 2)
    out.append(part(at, len(units) // 2))
    return "".join(out)


def _tags(entity: Entity, inner: str) -> tuple[str, str]:
    match entity.type:
        case "text_link" | "url":
            address = html.escape(entity.url) if entity.url else inner if "://" in inner else f"http://{inner}"
            return f'<a href="{address}" target="_blank" rel="noopener noreferrer">', "</a>"
        case "pre":
            language = f' class="language-{html.escape(entity.language)}"' if entity.language else ""
            return f"<pre><code{language}>", "</code></pre>"
        case "date_time":
            shape = html.escape(entity.date_time_format)
            return f'<time data-unix="{entity.unix_time}" data-format="{shape}">', "</time>"
        case kind:
            return _PAGE_TAGS.get(kind, (f'<span class="{kind}">', "</span>"))
