from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.hub import HubSubscription
from bot.domain.language import Language
from bot.domain.source import SourceId, SourceSpec
from bot.store.database import Database
from tests.make import MORNING


@pytest.fixture
async def sources(database: Database) -> list[SourceId]:
    async with database.transaction() as tx:
        return [
            await tx.sources.add(
                SourceSpec(name=name, url=f"https://{name}.example/rss/", language=Language.RU), now=MORNING
            )
            for name in ("first", "second", "third")
        ]


def make_subscription(source_id: SourceId, **given: object) -> HubSubscription:
    return replace(
        HubSubscription(
            source_id=source_id,
            hub="https://hub.example/",
            topic="https://news.example/rss/",
            token=f"token-{source_id}",
            secret="secret",
            renew_at=MORNING,
        ),
        **given,  # type: ignore[arg-type]
    )


async def test_a_subscription_is_found_by_its_source_and_by_its_token(
    database: Database, sources: list[SourceId]
) -> None:
    first = make_subscription(sources[0], verified_until=MORNING + timedelta(days=1), failures=3)
    async with database.transaction() as tx:
        await tx.hubs.put(first)

        assert await tx.hubs.of(sources[0]) == await tx.hubs.by_token(first.token) == first
        assert await tx.hubs.of(sources[1]) is await tx.hubs.by_token("another") is None


async def test_a_new_one_takes_the_place_of_the_sources_former_one(database: Database, sources: list[SourceId]) -> None:
    new = make_subscription(sources[0], hub="https://another.example/", token="another")
    async with database.transaction() as tx:
        await tx.hubs.put(make_subscription(sources[0], verified_until=MORNING))
        await tx.hubs.put(new)

        assert await tx.hubs.of(sources[0]) == new
        assert await tx.hubs.by_token(f"token-{sources[0]}") is None


async def test_a_forgotten_one_is_not_found(database: Database, sources: list[SourceId]) -> None:
    async with database.transaction() as tx:
        await tx.hubs.put(make_subscription(sources[0]))
        await tx.hubs.forget(sources[0])

        assert await tx.hubs.of(sources[0]) is None


async def test_those_are_due_whose_time_has_come_longest_waiting_first(
    database: Database, sources: list[SourceId]
) -> None:
    first, second, third = sources
    async with database.transaction() as tx:
        await tx.hubs.put(make_subscription(first, renew_at=MORNING))
        await tx.hubs.put(make_subscription(second, renew_at=MORNING - timedelta(hours=1)))
        await tx.hubs.put(make_subscription(third, renew_at=MORNING + timedelta(seconds=1)))

        assert [each.source_id for each in await tx.hubs.due(MORNING, limit=10)] == [second, first]
        assert [each.source_id for each in await tx.hubs.due(MORNING, limit=1)] == [second]


@pytest.mark.parametrize("values", [{"paused": True}, {"active": False}], ids=["paused", "removed"])
async def test_one_whose_source_is_not_read_is_not_due_but_outlived_while_the_hub_serves_it(
    database: Database, sources: list[SourceId], values: dict[str, object]
) -> None:
    async with database.transaction() as tx:
        for source_id in sources:
            await tx.hubs.put(make_subscription(source_id, verified_until=MORNING + timedelta(days=1)))
        await tx.sources.record(sources[1], **values)

        assert [each.source_id for each in await tx.hubs.due(MORNING, limit=10)] == [sources[0], sources[2]]
        (outlived,) = await tx.hubs.outlived(limit=10)
        assert (outlived.source_id, outlived.wanted) == (sources[1], False)

        await tx.hubs.record(sources[1], verified_until=None)
        assert await tx.hubs.outlived(limit=10) == []
