"""One look at an address, as a source would read it; nothing is stored. For /sources and `python -m bot source URL`."""

from dataclasses import dataclass
from datetime import tzinfo

from bot.clock import Clock
from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import Source, SourceId, SourceKind, SourceSpec
from bot.ingest.fetch import Fetcher
from bot.ingest.reading import ArticleReader, SourceReader


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """What an address holds. `address` is where it would be read, which may be a feed that the given page names.

    `entries` are in the order of the document. `page` is what the page of the first one with an address tells, or
    `page_failure` the sentence why it cannot be read. `problems` name what most entries lack in the document: dates,
    links, leads, bodies, pictures, rubrics.
    """

    kind: SourceKind
    address: str
    title: str
    language: Language | None
    entries: tuple[Entry, ...]
    page: Entry | None = None
    page_failure: str | None = None
    problems: tuple[str, ...] = ()


class Inspector:
    def __init__(self, *, sources: SourceReader, articles: ArticleReader, clock: Clock) -> None:
        self._sources = sources
        self._articles = articles
        self._clock = clock

    @classmethod
    def over(cls, fetcher: Fetcher, *, clock: Clock, zone: tzinfo) -> "Inspector":
        return cls(
            sources=SourceReader(fetcher, clock=clock, zone=zone),
            articles=ArticleReader(fetcher, clock=clock, zone=zone),
            clock=clock,
        )

    async def inspect(self, spec: SourceSpec) -> Inspection:
        """Raises SourceError when none of its addresses holds a feed, a sitemap or a list of articles."""
        source = Source(id=SourceId(0), spec=spec, next_poll_at=self._clock.now())
        reading = await self._sources.read(source)
        if reading.document is None:
            raise SourceError("The server says that nothing changed, though it was not asked that.")
        document = reading.document
        page, failure = await self._page(document.entries, spec)
        return Inspection(
            kind=document.kind,
            address=reading.address or spec.url,
            title=document.title,
            language=document.language,
            entries=document.entries,
            page=page,
            page_failure=failure,
            problems=problems(document.entries),
        )

    async def _page(self, entries: tuple[Entry, ...], spec: SourceSpec) -> tuple[Entry | None, str | None]:
        url = next((entry.url for entry in entries if entry.url), None)
        if url is None:
            return None, None
        try:
            return (await self._articles.read(url, selectors=spec.page)).entry(), None
        except SourceError as error:
            return None, str(error)


def problems(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """What more than half of the entries lack."""
    has = {
        "dates": [entry.published_at is not None for entry in entries],
        "links": [entry.url is not None for entry in entries],
        "leads": [bool(entry.lead) for entry in entries],
        "bodies": [bool(entry.body) for entry in entries],
        "pictures": [entry.image is not None for entry in entries],
        "rubrics": [bool(entry.categories) for entry in entries],
    }
    return tuple(name for name, found in has.items() if sum(found) * 2 < len(found))
