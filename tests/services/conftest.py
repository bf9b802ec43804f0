"""The services on a real database, with a newsroom and one page that can be read."""

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.article import Entry
from bot.domain.errors import GoneError, SourceError
from bot.domain.language import Language
from bot.domain.source import SourceKind, SourceSpec
from bot.ingest.inspection import Inspection
from bot.services import Services, build
from bot.store.database import Database
from tests.cast import BAKU, OLGA
from tests.readers import follow, newsroom

__all__ = ["follow", "newsroom"]

PAGE = "https://example.org/football/fresh-page"
FEED, EMPTY_FEED = "https://neighbour.example/rss/", "https://neighbour.example/empty/"
KNOWN = ("https://example.org/rss/",)
ENTRIES = (
    Entry(url="https://neighbour.example/football/1", title="Матч", categories=("Football",), lead="Ничья."),
    Entry(url="https://neighbour.example/football/2", title="Ещё матч", categories=("Погода", "football")),
    Entry(url="https://neighbour.example/3", title="Дождь", categories=("Погода",)),
    Entry(url="https://neighbour.example/4", title="Снег"),
)


@pytest.fixture
def planner_wake() -> Signal:
    return Signal()


@pytest.fixture
def poller_wake() -> Signal:
    return Signal()


@pytest.fixture
def services(newsroom: Database, clock: MovableClock, planner_wake: Signal, poller_wake: Signal) -> Services:
    return build(
        database=newsroom,
        clock=clock,
        zone=BAKU,
        default=Language.RU,
        owners=[OLGA],
        read_article=read_article,
        inspect=inspect,
        planner_wake=planner_wake,
        poller_wake=poller_wake,
    )


async def read_article(url: str) -> Entry:
    """One page of the source's site; every other is missing."""
    if url.partition("?")[0] != PAGE:
        raise SourceError("The server answered 404.")
    return Entry(url=PAGE, title="Свежая страница", lead="Её ещё нет в ленте.")


async def inspect(spec: SourceSpec) -> Inspection:
    """Two addresses hold a feed, one of them an empty one; at every other there is nothing."""
    if spec.url not in {FEED, EMPTY_FEED, *KNOWN}:
        raise GoneError("There is nothing.", status=404)
    entries = () if spec.url == EMPTY_FEED else ENTRIES
    return Inspection(
        kind=SourceKind.FEED,
        address=spec.url,
        title="Новости  соседа",
        language=None,
        entries=entries,
        page=Entry(url="https://neighbour.example/1", title="Матч", body="Текст.", categories=("Футбол",)),
        problems=("bodies", "pictures", "dates"),
    )
