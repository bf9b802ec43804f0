"""Bytes and content type → feed, sitemap or page. What a document is, its first element tells; names and headers lie."""

import re

from bot.domain.source import SourceKind
from bot.ingest.text import decode

_LOOK_AT = 8192
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
    start = decode(body[:_LOOK_AT], content_type).lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        # The version may stand behind long items.
        return SourceKind.FEED if _JSON_FEED.search(decode(body, content_type)) else SourceKind.PAGE
    position = 0
    while passed := _BEFORE_ROOT.match(start, position):
        if _HTML_DOCTYPE.match(passed[0]):
            return SourceKind.PAGE
        position = passed.end()
    root = _ROOT.match(start, position)
    if root and root[1].lower() in _KINDS:
        return _KINDS[root[1].lower()]
    return _by_content_type(content_type)


def _by_content_type(content_type: str | None) -> SourceKind:
    """For what does not begin as any document should, such as a feed after the output of a failing plugin."""
    name = (content_type or "").split(";")[0].strip().lower()
    return SourceKind.FEED if name.endswith(("rss+xml", "atom+xml", "rdf+xml", "feed+json")) else SourceKind.PAGE
