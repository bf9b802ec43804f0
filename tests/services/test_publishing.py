"""What a CMS's calls come to, on a real store; who receives what is told in journeys/test_publishing.py."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.article import Entry
from bot.domain.delivery import Action, Delivery, DeliveryState
from bot.domain.errors import ArticleNotFoundError
from bot.domain.language import Language
from bot.i18n import I18n
from bot.ingest.accept import accept_entry, decide
from bot.ingest.identity import keys_of
from bot.plan.planner import Planner
from bot.services import Services
from bot.services.publishing import Publication, PublishedArticle
from bot.store.database import Database
from tests.cast import ALICE, BAKU, BOB, CAMILLA
from tests.make import MORNING, make_post, make_settlement
from tests.readers import Follow

URL = "https://example.org/football/final/"


def make_item(**given: Any) -> Entry:
    values: dict[str, Any] = {
        "guid": "cms-1",
        "url": URL,
        "title": "Карабах вышел в финал",
        "lead": "Первый абзац.",
        "body": "Второй абзац.",
        "categories": ("football",),
        "published_at": MORNING,
    }
    return Entry(**(values | given))


async def publish(services: Services, **given: Any) -> tuple[Publication, PublishedArticle]:
    publication, published = await services.publishing.publish(make_item(**given))
    assert published is not None
    return publication, published


class Feed:
    """The newsroom's feed, as the poller would hand its entries on."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self._database = database
        self._clock = clock

    async def brings(self, entry: Entry) -> None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            (source,) = await tx.sources.all()
            known = await tx.articles.known(keys_of([entry], source.id)[0])
            decisions = decide([entry], known, replace(source, baseline_at=now), now)
            for article in decisions.new:
                assert await tx.articles.add(article, now=now) is not None
            for article_id, article in decisions.changed:
                await tx.articles.correct(article_id, article, now=now)
            for article_id, more in decisions.more_keys:
                await tx.articles.add_keys(article_id, more)


@pytest.fixture
def feed(newsroom: Database, clock: MovableClock) -> Feed:
    return Feed(newsroom, clock)


class Desk:
    """What follows the services: the planner, and a sender that posts without Telegram."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self._database = database
        self._clock = clock
        self._planner = Planner(
            database=database,
            clock=clock,
            i18n=I18n(Language.RU, BAKU),
            zone=BAKU,
            default=Language.RU,
            sender_wake=Signal(),
        )

    async def delivers(self) -> list[tuple[int, Action]]:
        """To whom, in the order of sending."""
        await self._planner.plan_due()
        done: list[tuple[int, Action]] = []
        while claimed := await self._claim():
            for delivery in claimed:
                await self._send(delivery)
            done += [(delivery.destination.chat_id, delivery.action) for delivery in claimed]
        return done

    async def _claim(self) -> list[Delivery]:
        async with self._database.transaction() as tx:
            return await tx.claims.take(now=self._clock.now(), limit=10)

    async def _send(self, delivery: Delivery) -> None:
        async with self._database.transaction() as tx:
            if delivery.action is Action.DELETE:
                await tx.posts.forget([(delivery.destination.id, delivery.subject)])
            else:
                await tx.posts.record([make_post(delivery)])
            await tx.claims.settle([make_settlement(delivery, at=self._clock.now())])


@pytest.fixture
def desk(newsroom: Database, clock: MovableClock) -> Desk:
    return Desk(newsroom, clock)


async def test_an_article_of_the_cms_goes_to_the_readers_of_its_rubrics(
    services: Services, follow: Follow, desk: Desk, planner_wake: Signal
) -> None:
    await follow(ALICE, "football")
    await follow(BOB, "region")

    publication, published = await publish(services)

    assert publication is Publication.CREATED
    assert published.article.title == "Карабах вышел в финал"
    assert published.article.rubrics == ("football",)
    assert await planner_wake.wait()
    assert await desk.delivers() == [(ALICE, Action.POST)]


async def test_an_archive_is_taken_as_read(services: Services, follow: Follow, desk: Desk, clock: MovableClock) -> None:
    await follow(ALICE, "football")
    old = clock.now() - timedelta(days=2)

    publication, published = await publish(services, published_at=old)

    assert publication is Publication.CREATED
    assert published.article.announced
    assert await desk.delivers() == []


async def test_the_same_article_again_changes_nothing(services: Services, follow: Follow, desk: Desk) -> None:
    await follow(ALICE)
    await publish(services)
    await desk.delivers()

    publication, published = await publish(services)

    assert (publication, published.article.revision) == (Publication.UNCHANGED, 0)
    assert await desk.delivers() == []


async def test_an_article_without_a_date_is_dated_once(services: Services, clock: MovableClock) -> None:
    _, before = await publish(services, published_at=None)
    clock.advance(60)

    publication, after = await publish(services, published_at=None)

    assert publication is Publication.UNCHANGED
    assert after.article.published_at == before.article.published_at == MORNING


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"title": "Карабах не вышел в финал"}, id="title"),
        pytest.param({"lead": "Другой абзац."}, id="lead"),
        pytest.param({"body": ""}, id="body taken away"),
        pytest.param({"image": "https://example.org/photo.jpg"}, id="picture"),
        pytest.param({"author": "Эдгар"}, id="author"),
        pytest.param({"categories": ("football", "region")}, id="rubrics"),
        pytest.param({"url": "https://example.org/football/final-2/"}, id="address"),
        pytest.param({"published_at": MORNING - timedelta(hours=1)}, id="date"),
        pytest.param({"language": Language.EN}, id="language"),
    ],
)
async def test_a_change_corrects_the_posts(
    services: Services, follow: Follow, desk: Desk, change: dict[str, Any]
) -> None:
    await follow(ALICE)
    _, before = await publish(services)
    await desk.delivers()

    publication, published = await publish(services, **change)

    assert (publication, published.article.revision) == (Publication.CORRECTED, 1)
    assert published.article.id == before.article.id
    for name, value in change.items():
        assert getattr(published.article, name) == value
    assert await desk.delivers() == [(ALICE, Action.EDIT)]


async def test_what_a_correction_leaves_out_of_address_date_and_language_stays(services: Services) -> None:
    _, before = await publish(services, language=Language.AZ)

    _, after = await publish(services, title="Иначе", url=None, published_at=None, language=None)

    assert (after.article.url, after.article.published_at) == (before.article.url, before.article.published_at)
    assert after.article.language is Language.AZ


async def test_the_same_article_at_the_same_time_is_one(services: Services, follow: Follow, desk: Desk) -> None:
    await follow(ALICE)

    results = await asyncio.gather(*(publish(services) for _ in range(5)))

    assert sorted(publication for publication, _ in results) == [Publication.CREATED] + 4 * [Publication.UNCHANGED]
    assert len({published.article.id for _, published in results}) == 1
    assert await desk.delivers() == [(ALICE, Action.POST)]


async def test_the_same_correction_at_the_same_time_is_one(services: Services) -> None:
    await publish(services)

    results = await asyncio.gather(*(publish(services, title="Иначе") for _ in range(5)))

    assert {published.article.revision for _, published in results} == {1}


async def test_an_article_that_a_feed_brings_later_is_the_same(
    services: Services, feed: Feed, follow: Follow, desk: Desk
) -> None:
    await follow(ALICE)
    _, published = await publish(services)
    await desk.delivers()

    await feed.brings(make_item(guid="feed-7", url=f"{URL}?utm_source=rss", lead="Слова ленты."))

    assert await desk.delivers() == []
    again = await services.publishing.show("cms-1")
    assert (again.article.lead, again.article.revision) == (published.article.lead, 0)


async def test_an_article_that_a_feed_brought_before_is_corrected_and_belongs_to_the_cms(
    services: Services, feed: Feed, follow: Follow, desk: Desk
) -> None:
    await follow(ALICE)
    await feed.brings(make_item(guid="feed-7", lead="Слова ленты."))
    await desk.delivers()

    publication, published = await publish(services, lead="Слова редакции.")
    assert publication is Publication.CORRECTED
    assert await desk.delivers() == [(ALICE, Action.EDIT)]

    await feed.brings(make_item(guid="feed-7", lead="Снова слова ленты."))
    assert await desk.delivers() == []
    again = await services.publishing.show("cms-1")
    assert (again.article.lead, again.article.revision) == ("Слова редакции.", 1)
    assert again.article.id == published.article.id


async def test_an_article_that_a_feed_brought_with_the_same_words_is_the_cms_own_from_then_on(
    services: Services, feed: Feed, follow: Follow, desk: Desk
) -> None:
    await follow(ALICE)
    await feed.brings(make_item(guid="feed-7"))
    await desk.delivers()

    publication, _ = await publish(services)
    await feed.brings(make_item(guid="feed-7", title="Слова ленты"))

    assert publication is Publication.UNCHANGED
    assert await desk.delivers() == []
    assert (await services.publishing.show("cms-1")).article.title == "Карабах вышел в финал"


async def test_an_article_that_an_editors_link_brought_goes_out_to_the_others(
    services: Services, newsroom: Database, clock: MovableClock, follow: Follow, desk: Desk
) -> None:
    await follow(ALICE)
    async with newsroom.transaction() as tx:
        linked = accept_entry(make_item(guid=None), source_id=None, language=Language.RU, now=clock.now())
        assert linked is not None
        article_id = await tx.articles.add(linked, now=clock.now())
        assert article_id is not None
        await tx.articles.mark_planned(article_id, revision=0)

    publication, published = await publish(services)

    assert (publication, published.article.id) == (Publication.CORRECTED, article_id)
    assert await desk.delivers() == [(ALICE, Action.POST)]


async def test_an_article_whose_id_is_its_address_is_found_though_a_feed_brought_it(
    services: Services, feed: Feed
) -> None:
    await feed.brings(make_item(guid="feed-7"))

    assert (await services.publishing.show(URL)).article.url == URL


async def test_an_article_keeps_its_id_when_its_language_changes(services: Services) -> None:
    _, before = await publish(services, url=None, language=Language.RU)

    _, after = await publish(services, url=None, language=Language.AZ)

    assert after.article.id == before.article.id
    assert (await services.publishing.show("cms-1")).article.language is Language.AZ


async def test_the_newsroom_publishes_in_the_languages_of_the_cms(
    services: Services, follow: Follow, desk: Desk
) -> None:
    await follow(ALICE, language=Language.RU)
    await follow(CAMILLA, language=Language.AZ)
    await publish(services, guid="cms-az", url=None, language=Language.AZ)
    await desk.delivers()

    await publish(services, guid="cms-ru", url=None, language=Language.RU)

    assert await desk.delivers() == [(ALICE, Action.POST)]


async def test_nothing_is_ever_polled_for_the_cms(services: Services, newsroom: Database, clock: MovableClock) -> None:
    await publish(services)
    clock.advance(3600)

    async with newsroom.transaction() as tx:
        assert [source.spec.name for source in await tx.sources.all()] == ["Report"]
        assert [source.spec.name for source in await tx.sources.due(clock.now(), limit=10)] == ["Report"]


async def test_a_recall_takes_back_what_stands(
    services: Services, follow: Follow, desk: Desk, planner_wake: Signal
) -> None:
    await follow(ALICE)
    await publish(services)
    await desk.delivers()
    await planner_wake.wait()

    recalled = await services.publishing.recall("cms-1")

    assert recalled.article.recalled
    assert await planner_wake.wait()
    assert await desk.delivers() == [(ALICE, Action.DELETE)]


async def test_a_second_recall_changes_nothing(services: Services, follow: Follow, desk: Desk) -> None:
    await follow(ALICE)
    await publish(services)
    await desk.delivers()
    await services.publishing.recall("cms-1")
    await desk.delivers()

    assert (await services.publishing.recall("cms-1")).article.recalled
    assert await desk.delivers() == []


async def test_what_was_recalled_is_not_published_again(services: Services, follow: Follow, desk: Desk) -> None:
    await follow(ALICE)
    await publish(services)
    await services.publishing.recall("cms-1")

    publication, published = await publish(services, title="Иначе")

    assert publication is Publication.RECALLED
    assert (published.article.title, published.article.recalled) == ("Карабах вышел в финал", True)
    assert await desk.delivers() == []


@pytest.mark.parametrize("name", ["recall", "show"])
async def test_an_id_that_was_never_given_is_not_known(services: Services, name: str) -> None:
    await publish(services)

    with pytest.raises(ArticleNotFoundError):
        await getattr(services.publishing, name)("cms-2")


async def test_the_account_tells_what_became_of_every_message(
    services: Services, follow: Follow, desk: Desk, clock: MovableClock
) -> None:
    await follow(ALICE)
    await follow(BOB)
    _, published = await publish(services)
    assert (published.ledger.counts, published.ledger.standing, published.ledger.settled_at) == ({}, 0, None)
    await desk.delivers()
    clock.advance(60)
    await publish(services, title="Иначе")
    await desk.delivers()

    shown = await services.publishing.show("cms-1")

    assert shown.ledger.counts == {
        (Action.POST, DeliveryState.SENT): 2,
        (Action.EDIT, DeliveryState.SENT): 2,
    }
    assert (shown.ledger.standing, shown.ledger.settled_at) == (2, clock.now())
