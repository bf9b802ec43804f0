"""The services on a real database, with a newsroom and one page that can be read."""

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.article import Entry
from bot.domain.errors import SourceError
from bot.domain.language import Language
from bot.services import Services, build
from bot.store.database import Database
from tests.cast import BAKU, OLGA
from tests.readers import follow, newsroom

__all__ = ["follow", "newsroom"]

PAGE = "https://example.org/football/fresh-page"


@pytest.fixture
def planner_wake() -> Signal:
    return Signal()


@pytest.fixture
def services(newsroom: Database, clock: MovableClock, planner_wake: Signal) -> Services:
    return build(
        database=newsroom,
        clock=clock,
        zone=BAKU,
        default=Language.RU,
        owners=[OLGA],
        read_article=read_article,
        planner_wake=planner_wake,
    )


async def read_article(url: str) -> Entry:
    """One page of the source's site; every other is missing."""
    if url.partition("?")[0] != PAGE:
        raise SourceError("The server answered 404.")
    return Entry(url=PAGE, title="Свежая страница", lead="Её ещё нет в ленте.")
