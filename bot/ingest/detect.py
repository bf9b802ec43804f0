"""Bytes and content type → feed, sitemap or page. What a document is, its first element tells; names and headers lie."""

import re
import zlib

from bot.domain.source import SourceKind
from bot.ingest.text import decode

_LOOK_AT = 8192
_GZIP = b"\x1f\x8b"
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_HTML_DOCTYPE = re.compile(r"<!doctype\s+html", re.IGNORECASE)
# Some writers of JSON escape the slash.
_JSON_FEED = re.compile(r"\"version\"\s*:\s*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org", re.IGNORECASE)
_KINDS = {
    "rss": SourceKind.FEED,
    "rdf": SourceKind.FEED,
    "feed": SourceKind.FEED,
    "channel": SourceKind.FEED,
    "urlset": SourceKind.SITEMAP,
    "sitemapindex": SourceKind.SITEMAP,
    "html": SourceKind.PAGE,
    "head": SourceKind.PAGE,
    "body": SourceKind.PAGE,
}


def detect(body: bytes, content_type: str | None = None) -> SourceKind:
    start = decode(_beginning(body), content_type).lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        # The version may stand behind long items.
        return SourceKind.FEED if _JSON_FEED.search(decode(body, content_type)) else SourceKind.PAGE
    return _KINDS.get(root_element(start)) or _by_content_type(content_type)


def root_element(text: str) -> str:
    """The local name of a document's first element, small; empty where something else comes first."""
    position = 0
    while passed := _BEFORE_ROOT.match(text, position):
        if _HTML_DOCTYPE.match(passed[0]):
            return "html"
        position = passed.end()
    root = _ROOT.match(text, position)
    return root[1].lower() if root else ""


def _beginning(body: bytes) -> bytes:
    """Of a sitemap as a file, which is often compressed, what is inside."""
    if not body.startswith(_GZIP):
        return body[:_LOOK_AT]
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body[: 2 * _LOOK_AT], _LOOK_AT)
    except zlib.error:
        return b""


def _by_content_type(content_type: str | None) -> SourceKind:
    """For what does not begin as any document should, such as a feed after the output of a failing plugin."""
    name = (content_type or "").split(";")[0].strip().lower()
    return SourceKind.FEED if name.endswith(("rss+xml", "atom+xml", "rdf+xml", "feed+json")) else SourceKind.PAGE
