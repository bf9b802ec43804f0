"""A source → what its document says: the first of its addresses that answers. Out: a Reading; next is intake.py."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.clock import Clock
from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.source import PageSelectors, Source, SourceId, SourceKind, Validators
from bot.ingest.detect import detect
from bot.ingest.document import Document
from bot.ingest.feed import parse_feed
from bot.ingest.fetch import Fetched, Fetcher, NotModified
from bot.ingest.page import PageArticle, parse_article_page

logger = logging.getLogger(__name__)

# Seconds for one article's page.
PAGE_TIMEOUT = 15.0

_NOT_A_FEED = {
    SourceKind.PAGE: "The address answers with a web page instead of a feed. Give the address of its RSS or Atom feed.",
    SourceKind.SITEMAP: "The address answers with a sitemap instead of a feed. Give the address of an RSS or Atom feed.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """`document` is None when nothing changed; `retry_after` is what an address that failed asked for."""

    document: Document | None
    validators: Validators
    address: str | None = None
    asked: float = 0.0
    failures: tuple[SourceError, ...] = ()

    @property
    def retry_after(self) -> float | None:
        return _longest(self.failures)


class ArticleReader:
    """Reads one article from its page."""

    def __init__(self, fetcher: Fetcher, *, clock: Clock, zone: tzinfo) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._zone = zone

    async def read(self, url: str, *, selectors: PageSelectors = PageSelectors()) -> PageArticle:  # noqa: ARG002, B008
        """Raises SourceError when the page cannot be read or holds no article."""
        page = await self._fetcher.get(url, timeout=PAGE_TIMEOUT)
        if isinstance(page, NotModified):
            raise SourceError("The server says that nothing changed, though it was not asked that.")
        return await asyncio.to_thread(parse_article_page, page.body, page.content_type, page.url)

    async def read_article(self, url: str) -> Entry:
        """Raises SourceError when the page cannot be read or holds no article."""
        return (await self.read(url)).entry()


class SourceReader:
    def __init__(self, fetcher: Fetcher, *, clock: Clock, zone: tzinfo) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._zone = zone
        self._on_fallback: set[SourceId] = set()

    async def read(self, source: Source) -> Reading:
        """The document of the first address that answers with a feed."""
        failures: list[SourceError] = []
        for url in (source.spec.url, *source.spec.fallback):
            try:
                reading = await self._read_address(source, url, is_first=not failures)
            except SourceError as error:
                failures.append(error)
                continue
            self._tell_fallback(source, failures)
            return replace(reading, failures=tuple(failures))
        others = " Every fallback address fails too." if len(failures) > 1 else ""
        raise SourceError(f"{failures[0]}{others}", retry_after=_longest(failures)) from failures[0]

    async def _read_address(self, source: Source, url: str, *, is_first: bool) -> Reading:
        # What the first address gave to ask "has it changed?" means nothing to another.
        fetched = await self._fetcher.get(url, source.validators if is_first else None)
        if isinstance(fetched, NotModified):
            return Reading(document=None, validators=source.validators)
        body_hash = hashlib.sha256(fetched.body).hexdigest()
        validators = replace(fetched.validators, body_hash=body_hash) if is_first else Validators(body_hash=body_hash)
        if body_hash == source.validators.body_hash:
            return Reading(document=None, validators=validators)
        document = await asyncio.to_thread(_parse, fetched, source.spec.kind)
        # A document that broke off must not be taken as what the server has: its ETag would hide the rest for good.
        return Reading(document=document, validators=validators if document.whole else Validators(body_hash=body_hash))

    def _tell_fallback(self, source: Source, failures: list[SourceError]) -> None:
        """Once when it begins: the source works, so its record says nothing of the address that does not."""
        if failures and source.id not in self._on_fallback:
            logger.warning("A source is read from a fallback: %s", failures[0], extra={"source": source.spec.name})
            self._on_fallback.add(source.id)
        if not failures:
            self._on_fallback.discard(source.id)


def _parse(fetched: Fetched, wanted: SourceKind) -> Document:
    """In a thread."""
    kind = detect(fetched.body, fetched.content_type) if wanted is SourceKind.AUTO else wanted
    if kind in _NOT_A_FEED and fetched.body.strip():
        raise SourceError(_NOT_A_FEED[kind])
    return parse_feed(fetched.body, fetched.content_type, fetched.url)


def _longest(failures: Sequence[SourceError]) -> float | None:
    return max((error.retry_after for error in failures if error.retry_after is not None), default=None)
