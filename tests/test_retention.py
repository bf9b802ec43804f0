"""Letting go while the newsroom is at work."""

from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.delivery import DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.metrics import Metrics
from bot.retention import BATCH, EVERY, PATIENCE, Retention
from bot.store.database import Database
from tests.cast import BAKU
from tests.make import make_new_article, make_settlement
from tests.readers import Follow, follow, newsroom

__all__ = ["follow", "newsroom"]

READERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.INSTANT,))
DAYS = 90


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def retention(newsroom: Database, clock: MovableClock, metrics: Metrics) -> Retention:
    return Retention(database=newsroom, clock=clock, zone=BAKU, days=DAYS, metrics=metrics)


async def articles(database: Database, clock: MovableClock, count: int, *, name: str = "old") -> None:
    """Taken as read, as a first import leaves them."""
    async with database.transaction() as tx:
        for number in range(count):
            new = make_new_article(f"url:https://example.org/{name}/{number}", baseline=True)
            article_id = await tx.articles.add(new, now=clock.now())
            assert article_id is not None
            await tx.articles.mark_planned(article_id, revision=0)


async def fan_out(database: Database, clock: MovableClock) -> None:
    async with database.transaction() as tx:
        subject = Subject(kind=SubjectKind.ARTICLE, id=10**6)
        await tx.outbox.fan_out(subject, audience=READERS, priority=Priority.ARTICLE, now=clock.now())


async def is_kept(database: Database) -> bool:
    async with database.transaction() as tx:
        return await tx.articles.get(ArticleId(1)) is not None


async def test_all_that_is_old_leaves_batch_by_batch_and_is_counted(
    retention: Retention, newsroom: Database, clock: MovableClock, metrics: Metrics
) -> None:
    await articles(newsroom, clock, BATCH + 1)
    clock.advance(DAYS * 86_400 + 1)
    await articles(newsroom, clock, 1, name="young")

    await retention.prune_due()

    assert f'rubrika_let_go_total{{kind="article"}} {BATCH + 1}.0' in metrics.text().decode()
    async with newsroom.transaction() as tx:
        assert await tx.articles.by_key("url:https://example.org/young/0") is not None


async def test_a_fan_out_is_waited_for(
    retention: Retention, newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await articles(newsroom, clock, 1)
    clock.advance(DAYS * 86_400 - 60)
    await retention.prune_due()
    await fan_out(newsroom, clock)
    clock.advance(EVERY.total_seconds())

    await retention.prune_due()
    assert await is_kept(newsroom)
    async with newsroom.transaction() as tx:
        (delivery,) = await tx.claims.take(now=clock.now(), limit=10)
    await retention.prune_due()
    assert await is_kept(newsroom)

    async with newsroom.transaction() as tx:
        await tx.claims.settle([make_settlement(delivery, DeliveryState.SENT, at=clock.now())])
    await retention.prune_due()
    assert not await is_kept(newsroom)


async def test_a_fan_out_that_never_ends_is_waited_for_an_hour(
    retention: Retention, newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await articles(newsroom, clock, 1)
    clock.advance(DAYS * 86_400 - 60)
    await retention.prune_due()
    await fan_out(newsroom, clock)
    clock.advance((PATIENCE - timedelta(minutes=1)).total_seconds())
    await retention.prune_due()
    assert await is_kept(newsroom)

    clock.advance(120)
    await retention.prune_due()

    assert not await is_kept(newsroom)
