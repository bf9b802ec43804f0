"""One look at an address, as a source would read it; nothing is stored. For /sources and `python -m bot source URL`."""

from dataclasses import dataclass
from datetime import tzinfo

from bot.clock import Clock
from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.domain.source import PageSelectors, Source, SourceId, SourceKind, SourceSpec
from bot.ingest.fetch import Fetcher, NotModified
from bot.ingest.page import page_tree
from bot.ingest.reading import ArticleReader, SourceReader
from bot.ingest.selectors import unmatched
from bot.ingest.text import decode

_ON_LISTS = ("list", "ticker")
_ON_ARTICLES = ("title", "body", "rubric", "published", "image", "author")


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """What an address holds. `address` is where it would be read, which may be a feed that the given page names.

    `entries` are in the order of the document. `page` is what the page of the first one with an address tells, or
    `page_failure` the sentence why it cannot be read. `problems` name what most entries lack in the document: dates,
    links, leads, bodies, pictures, rubrics; `unmatched` those selectors of the source that find nothing where they should.
    """

    kind: SourceKind
    address: str
    title: str
    language: Language | None
    entries: tuple[Entry, ...]
    page: Entry | None = None
    page_failure: str | None = None
    problems: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


class Inspector:
    def __init__(self, fetcher: Fetcher, *, clock: Clock, zone: tzinfo) -> None:
        self._fetcher = fetcher
        self._sources = SourceReader(fetcher, clock=clock, zone=zone)
        self._articles = ArticleReader(fetcher, clock=clock, zone=zone)
        self._clock = clock

    async def inspect(self, spec: SourceSpec) -> Inspection:
        """Raises SourceError when none of its addresses holds a feed, a sitemap or a list of articles."""
        source = Source(id=SourceId(0), spec=spec, next_poll_at=self._clock.now())
        reading = await self._sources.read(source)
        if reading.document is None:
            raise SourceError("The server says that nothing changed, though it was not asked that.")
        document = reading.document
        url = next((entry.url for entry in document.entries if entry.url), None)
        page, failure = await self._page(url, spec) if url else (None, None)
        vain = list(await self._vain(url, spec.page, _ON_ARTICLES)) if url and page else []
        if document.kind is SourceKind.PAGE:
            vain += await self._vain(spec.url, spec.page, _ON_LISTS)
        return Inspection(
            kind=document.kind,
            address=reading.address or spec.url,
            title=document.title,
            language=document.language,
            entries=document.entries,
            page=page,
            page_failure=failure,
            problems=problems(document.entries),
            unmatched=tuple(vain),
        )

    async def _page(self, url: str, spec: SourceSpec) -> tuple[Entry | None, str | None]:
        try:
            return (await self._articles.read(url, selectors=spec.page)).entry(), None
        except SourceError as error:
            return None, str(error)

    async def _vain(self, url: str, selectors: PageSelectors, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the selectors that find nothing on this page."""
        if not any(getattr(selectors, name) for name in names):
            return ()
        page = await self._fetcher.get(url)
        if isinstance(page, NotModified):
            return ()
        tree = page_tree(page.body, decode(page.body, page.content_type))
        return tuple(unmatched(tree, selectors, names))


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
