"""What one document says once it is read: the common result of feed.py, sitemap.py and listing.py. Next: accept.py."""

from dataclasses import dataclass

from bot.domain.article import Entry
from bot.domain.language import Language
from bot.domain.source import SourceKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """`kind` is what it turned out to be: feed, sitemap or page.

    `whole` is False for a document that breaks off: the rest of its entries is still to come under the same address.
    `ttl` is for how many seconds its publisher calls it fresh. `hub` and `topic` are its WebSub hub and its own name there.
    `feeds` are the addresses of feeds that a page announces; `parts` the sitemaps that an index lists, newest first.
    """

    kind: SourceKind
    title: str = ""
    entries: tuple[Entry, ...] = ()
    language: Language | None = None
    whole: bool = True
    ttl: float | None = None
    hub: str | None = None
    topic: str | None = None
    feeds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
