"""A site that answers exactly what a test says, the sandbox's news site, and what polls them, over real HTTP on loopback."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot.clock import MovableClock, Signal
from bot.domain.article import Article
from bot.domain.source import Source, SourceSpec
from bot.ingest.fetch import Fetcher
from bot.ingest.poller import Poller
from bot.ingest.reading import ArticleReader
from bot.metrics import Metrics
from bot.sandbox.news_site import NewsSite
from bot.store.database import Database
from tests.make import make_source

BAKU = ZoneInfo("Asia/Baku")


@dataclass(kw_only=True)
class Page:
    """What the site answers at one path; `gate` holds the answer back until it is set."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/rss+xml"
    headers: dict[str, str] = field(default_factory=dict)
    gate: asyncio.Event | None = None


class Site:
    def __init__(self) -> None:
        self.address = ""
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []

    def put(self, path: str, body: str | bytes = b"", **given: object) -> str:
        """The address under which it is found."""
        self.pages[path] = Page(body=body.encode() if isinstance(body, str) else body, **given)  # type: ignore[arg-type]
        return self.address + path

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        page = self.pages.get(request.path, Page(status=404))
        if page.gate is not None:
            await page.gate.wait()
        if "ETag" in page.headers and request.headers.get("If-None-Match") == page.headers["ETag"]:
            return web.Response(status=304)
        headers = {"Content-Type": page.content_type} | page.headers
        return web.Response(status=page.status, body=page.body, headers=headers)


async def serve(*routes: web.RouteDef, host: str = "127.0.0.1") -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    opened = Site()
    runner, opened.address = await serve(web.get("/{path:.*}", opened.answer))
    yield opened
    await runner.cleanup()


@pytest.fixture
async def news(clock: MovableClock) -> AsyncIterator[NewsSite]:
    opened = NewsSite(clock)
    runner, opened.address = await serve(*opened.routes())
    yield opened
    await runner.cleanup()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    opened = Fetcher(allow_private=True)
    yield opened
    await opened.close()


@pytest.fixture
def reader(fetcher: Fetcher, clock: MovableClock) -> ArticleReader:
    return ArticleReader(fetcher, clock=clock, zone=BAKU)


class Ingest:
    """The poller with its store, and what a test asks of both."""

    def __init__(self, database: Database, fetcher: Fetcher, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock
        self.planner_wake = Signal()
        self.poller = Poller(
            database=database,
            fetcher=fetcher,
            clock=clock,
            zone=BAKU,
            planner_wake=self.planner_wake,
            metrics=Metrics(),
            jitter=lambda: 0.5,
            phase=lambda _: None,
        )

    async def declare(self, *urls: str, **given: object) -> None:
        """Sources with a first import behind them, unless it is `fresh`."""
        fallback = given.pop("fallback", ())
        specs = [
            SourceSpec(name=url, url=url, fallback=fallback, language=make_source().spec.language, **given)  # type: ignore[arg-type]
            for url in urls
        ]
        async with self.database.transaction() as tx:
            await tx.sources.put(specs, now=self.clock.now())

    async def poll(self) -> None:
        """Everything that is due now; afterwards a minute passes, so that the next poll is due."""
        await self.poller.poll_due()
        self.clock.advance(60)

    async def sources(self) -> list[Source]:
        async with self.database.transaction() as tx:
            return await tx.sources.all()

    async def source(self) -> Source:
        (found,) = await self.sources()
        return found

    async def articles(self) -> list[Article]:
        """All that are not planned, which without a planner are all, in the order of their storing."""
        async with self.database.transaction() as tx:
            found = [*await tx.articles.unplanned(limit=1000), *await tx.articles.unfiled(limit=1000)]
        return sorted(found, key=lambda article: article.id)

    async def titles(self) -> list[str]:
        return [article.title for article in await self.articles()]


@pytest.fixture
def ingest(database: Database, fetcher: Fetcher, clock: MovableClock) -> Ingest:
    return Ingest(database, fetcher, clock)
