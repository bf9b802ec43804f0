"""A source → what its document says: the first of its addresses that answers. Out: a Reading; next is intake.py.

An address may be a feed, a sitemap (or an index of them), a page that lists articles, or the front page of a site whose feed
is looked for once. The fallback addresses may be of any kind, so that a newsroom goes on through feed, sitemap and page.
"""

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from bot.clock import Clock
from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.source import PageSelectors, Source, SourceId, SourceKind, Trouble, Validators
from bot.ingest.detect import detect
from bot.ingest.discovery import discover
from bot.ingest.document import Document
from bot.ingest.feed import parse_feed
from bot.ingest.fetch import Fetched, Fetcher, NotModified
from bot.ingest.listing import parse_list_page
from bot.ingest.page import PageArticle, parse_article_page
from bot.ingest.sitemap import parse_sitemap

logger = logging.getLogger(__name__)

# Seconds for one article's page, and for one address at which a feed may be.
PAGE_TIMEOUT = 15.0
DISCOVERY_TIMEOUT = 10.0
# Sitemaps of an index that are read: the newest articles stand in the first ones.
MAX_PARTS = 3
# Bytes at the beginning, by which a page is known.
_LOOK_AT = 8192
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """`document` is None when nothing changed.

    `address` is where the source is to be read from now on, if that has changed. `asked` and `retry_after` are the seconds
    that the publisher asked for, by calling the document fresh and by refusing. `failures` are those of earlier addresses.
    `parts` is to be given to remember() once the entries are safe.
    """

    document: Document | None
    validators: Validators
    address: str | None = None
    asked: float = 0.0
    hub: str | None = None
    topic: str | None = None
    failures: tuple[SourceError, ...] = ()
    parts: Mapping[str, Validators] = field(default_factory=dict)

    @property
    def retry_after(self) -> float | None:
        return _longest(self.failures)


class ArticleReader:
    """Reads one article from its page."""

    def __init__(self, fetcher: Fetcher, *, clock: Clock, zone: tzinfo) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._zone = zone

    async def read(self, url: str, *, selectors: PageSelectors = PageSelectors()) -> PageArticle:  # noqa: B008, frozen
        """Raises SourceError when the page cannot be read or holds no article."""
        page = await self._fetcher.get(url, timeout=PAGE_TIMEOUT)
        if isinstance(page, NotModified):
            raise SourceError("The server says that nothing changed, though it was not asked that.")
        return await asyncio.to_thread(_parse_article, page, selectors, self._zone, self._clock.now())

    async def read_article(self, url: str) -> Entry:
        """Raises SourceError when the page cannot be read or holds no article."""
        return (await self.read(url)).entry()


class SourceReader:
    def __init__(self, fetcher: Fetcher, *, clock: Clock, zone: tzinfo) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._zone = zone
        # Of the parts of each sitemap index, what their servers gave to ask "has it changed?".
        self._parts: dict[SourceId, Mapping[str, Validators]] = {}

    async def read(self, source: Source) -> Reading:
        """The document of the first address that answers with one. Raises SourceError when none does."""
        failures: list[SourceError] = []
        first = source.address or source.spec.url
        for url in dict.fromkeys((first, source.spec.url, *source.spec.fallback)):
            try:
                reading = await self._read_address(source, url, is_first=url == first)
            except SourceError as error:
                failures.append(error)
                continue
            # What was found at its own address again is no failure of the source.
            is_own = url in (first, source.spec.url)
            return replace(reading, failures=() if is_own else tuple(failures))
        others = " Every fallback address fails too." if source.spec.fallback else ""
        raise SourceError(
            f"{failures[0]}{others}", retry_after=_longest(failures), trouble=failures[0].trouble
        ) from failures[0]

    def remember(self, source: Source, reading: Reading) -> None:
        """What was read is stored: the parts of a sitemap need not be read again until they change."""
        if reading.parts:
            self._parts[source.id] = reading.parts

    async def _read_address(self, source: Source, url: str, *, is_first: bool) -> Reading:
        # What the first address gave to ask "has it changed?" means nothing to another.
        fetched = await self._fetcher.get(url, source.validators if is_first else None)
        if isinstance(fetched, NotModified):
            return Reading(
                document=None,
                validators=fetched.validators,
                address=fetched.permanent_url,
                asked=_asked(fetched.fresh_for, source.ttl),
            )
        only_hash = Validators(body_hash=fetched.validators.body_hash)
        validators = fetched.validators if is_first else only_hash
        reading = Reading(
            document=None,
            validators=validators,
            address=fetched.permanent_url if is_first else None,
            asked=_asked(fetched.fresh_for, source.ttl),
        )
        if validators.body_hash == source.validators.body_hash:
            return reading
        if not fetched.body.strip():
            raise SourceError("The address answers with an empty document.", trouble=Trouble.EMPTY)
        kind = detect(fetched.body, fetched.content_type)
        is_own = url == source.spec.url
        # The front page of a site is looked through for a feed once, and again when that feed is lost.
        may_discover = source.spec.kind is SourceKind.AUTO and (
            source.baseline_at is None or source.address is not None
        )
        if kind is SourceKind.PAGE and is_own and may_discover and (found := await self._discover(fetched)):
            return found
        if is_own or is_first:
            kind = _as_expected(kind, _expected(source), fetched.body)
        document = await asyncio.to_thread(_parse, fetched, kind, source.spec.page, self._zone, self._clock.now())
        parts: Mapping[str, Validators] = {}
        if document.parts:
            document, parts = await self._with_parts(source, document)
            # The index may stand still while its parts change.
            validators = Validators()
        elif not document.whole:
            # A document that broke off must not be taken as what the server has: its ETag would hide the rest for good.
            validators = only_hash
        return replace(
            reading,
            document=document,
            validators=validators,
            asked=_asked(fetched.fresh_for, document.ttl),
            hub=document.hub or fetched.links.get("hub"),
            topic=document.topic or fetched.links.get("self"),
            parts=parts,
        )

    async def _discover(self, page: Fetched) -> Reading | None:
        """The feed of the site whose front page this is; None when it has none that works."""
        for url in await asyncio.to_thread(discover, page.body, page.content_type, page.url):
            try:
                fetched = await self._fetcher.get(url, timeout=DISCOVERY_TIMEOUT)
                if (
                    isinstance(fetched, NotModified)
                    or detect(fetched.body, fetched.content_type) is not SourceKind.FEED
                ):
                    continue
                document = await asyncio.to_thread(parse_feed, fetched.body, fetched.content_type, fetched.url)
            except SourceError:
                continue
            if document.entries:
                return Reading(
                    document=document,
                    validators=fetched.validators,
                    address=fetched.permanent_url or url,
                    asked=_asked(fetched.fresh_for, document.ttl),
                    hub=document.hub or fetched.links.get("hub"),
                    topic=document.topic or fetched.links.get("self"),
                )
        return None

    async def _with_parts(self, source: Source, index: Document) -> tuple[Document, Mapping[str, Validators]]:
        """The entries of an index's newest sitemaps. One that fails takes nothing from the others."""
        known = self._parts.get(source.id, {})
        entries = list(index.entries)
        remembered: dict[str, Validators] = {}
        failures: list[SourceError] = []
        for url in index.parts[:MAX_PARTS]:
            try:
                fetched = await self._fetcher.get(url, known.get(url))
                if isinstance(fetched, NotModified):
                    remembered[url] = fetched.validators
                    continue
                part = await asyncio.to_thread(
                    parse_sitemap, fetched.body, fetched.content_type, fetched.url, now=self._clock.now()
                )
            except SourceError as error:
                failures.append(error)
                continue
            remembered[url] = fetched.validators
            entries += part.entries
        if failures and not remembered:
            raise failures[0]
        return replace(index, entries=tuple(entries), parts=()), remembered


def _expected(source: Source) -> SourceKind:
    """What it was declared to be, or turned out to be: a feed whose address suddenly shows a page is broken, not a page."""
    if source.spec.kind is not SourceKind.AUTO:
        return source.spec.kind
    return source.found_kind or SourceKind.AUTO


def _as_expected(found: SourceKind, expected: SourceKind, body: bytes) -> SourceKind:
    """How to read it. A page or a sitemap that became a feed is welcome; what stands behind junk looks like anything."""
    if expected in (SourceKind.AUTO, found) or found is SourceKind.FEED:
        return found
    if expected is SourceKind.FEED and found is SourceKind.PAGE and _HTML.search(body, 0, _LOOK_AT):
        raise SourceError(
            "The address answers with a web page instead of a feed. Give the address of its RSS or Atom feed.",
            trouble=Trouble.NOT_A_FEED,
        )
    if expected is SourceKind.FEED and found is SourceKind.SITEMAP:
        raise SourceError(
            "The address answers with a sitemap instead of a feed. Give the address of an RSS or Atom feed.",
            trouble=Trouble.NOT_A_FEED,
        )
    return expected


def _parse(fetched: Fetched, kind: SourceKind, selectors: PageSelectors, zone: tzinfo, now: datetime) -> Document:
    """In a thread."""
    if kind is SourceKind.SITEMAP:
        return parse_sitemap(fetched.body, fetched.content_type, fetched.url, now=now)
    if kind is SourceKind.FEED:
        return parse_feed(fetched.body, fetched.content_type, fetched.url)
    document = parse_list_page(fetched.body, fetched.content_type, fetched.url, selectors=selectors, zone=zone, now=now)
    if not document.entries:
        raise SourceError(
            "No list of articles was found on this page, and the feed that it names cannot be read. "
            "Give the address of a feed, or name the links by the selector [sources.page] list.",
            trouble=Trouble.NOT_A_FEED,
        )
    return document


def _parse_article(page: Fetched, selectors: PageSelectors, zone: tzinfo, now: datetime) -> PageArticle:
    """In a thread."""
    return parse_article_page(page.body, page.content_type, page.url, selectors=selectors, zone=zone, now=now)


def _asked(*seconds: float | None) -> float:
    return max((each for each in seconds if each is not None), default=0.0)


def _longest(failures: Iterable[SourceError]) -> float | None:
    return max((error.retry_after for error in failures if error.retry_after is not None), default=None)
