"""Fixtures for a store with people in it: two rubrics, a source that publishes in Russian, and who follows what."""

from collections.abc import Awaitable, Callable

import pytest

from bot.clock import MovableClock
from bot.domain.destination import Destination, DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import SourceSpec
from bot.store.database import Database
from tests.make import make_rubric

Follow = Callable[..., Awaitable[Destination]]


@pytest.fixture
async def newsroom(database: Database, clock: MovableClock) -> Database:
    async with database.transaction() as tx:
        await tx.rubrics.put([make_rubric("football"), make_rubric("region", position=1)])
        source = SourceSpec(name="Report", url="https://example.org/rss/", language=Language.RU)
        await tx.sources.put([source], now=clock.now())
    return database


@pytest.fixture
def follow(newsroom: Database, clock: MovableClock) -> Follow:
    """Somebody who subscribes to rubrics, football unless told otherwise."""

    async def follow(
        chat_id: int,
        *rubrics: str,
        language: Language = Language.RU,
        kind: DestinationKind = DestinationKind.SUBSCRIBER,
        modes: tuple[Mode, ...] = (Mode.INSTANT,),
    ) -> Destination:
        async with newsroom.transaction() as tx:
            added = await tx.destinations.add(chat_id=chat_id, kind=kind, language=language, now=clock.now())
            chosen = [Slug(slug) for slug in rubrics or ("football",)]
            await tx.destinations.subscribe(added.id, rubrics=chosen, modes=modes)
        return added

    return follow
