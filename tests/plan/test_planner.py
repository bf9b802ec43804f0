from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import MovableClock, Signal
from bot.domain.alert import AlertKind
from bot.domain.article import Article, ArticleId
from bot.domain.delivery import Action, Delivery, SubjectKind
from bot.domain.destination import Destination, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.push import PushState
from bot.domain.rubric import Slug
from bot.domain.ticker import TickerId
from bot.domain.ticker_plan import Every
from bot.i18n import I18n
from bot.plan.planner import Planner
from bot.store.database import Database
from tests.make import make_new_article, make_post, make_settlement
from tests.readers import Follow

BAKU = ZoneInfo("Asia/Baku")
CHANNEL = -100


@pytest.fixture
def planner(newsroom: Database, clock: MovableClock) -> Planner:
    return Planner(
        database=newsroom,
        clock=clock,
        i18n=I18n(Language.RU, BAKU),
        zone=BAKU,
        default=Language.RU,
        sender_wake=Signal(),
    )


class Desk:
    """What the tests of this file do with the store."""

    def __init__(self, database: Database, clock: MovableClock, planner: Planner) -> None:
        self.database = database
        self.clock = clock
        self.planner = planner

    async def publish(self, name: str = "a", **given: object) -> ArticleId:
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{name}", **({"title": name} | given))
            article_id = await tx.articles.add(new, now=self.clock.now())
        assert article_id is not None
        await self.planner.plan_due()
        return article_id

    async def correct(self, article_id: ArticleId, name: str = "a") -> None:
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{name}", title="исправлено")
            await tx.articles.correct(article_id, new, now=self.clock.now())
        await self.planner.plan_due()

    async def claim(self) -> list[Delivery]:
        async with self.database.transaction() as tx:
            return await tx.claims.take(now=self.clock.now(), limit=100)

    async def send(self) -> list[Delivery]:
        """Everything that is due, as if Telegram took it."""
        sent: list[Delivery] = []
        while batch := await self.claim():
            async with self.database.transaction() as tx:
                await tx.claims.settle([make_settlement(each, at=self.clock.now()) for each in batch])
                await tx.posts.record([make_post(each, sent_at=self.clock.now()) for each in batch])
            sent += batch
        return sent

    async def article(self, article_id: ArticleId) -> Article:
        async with self.database.transaction() as tx:
            found = await tx.articles.get(article_id)
        assert found is not None
        return found

    async def channel_with_ticker(self, follow: Follow, minutes: int = 5) -> Destination:
        channel = await follow(CHANNEL, kind=DestinationKind.CHANNEL, modes=(Mode.TICKER,))
        async with self.database.transaction() as tx:
            due = self.clock.now() + timedelta(minutes=minutes)
            await tx.destinations.set_delivery(
                channel.id, articles_on=False, ticker=Every(minutes=minutes), ticker_next_at=due
            )
        return channel

    async def tick(self, minutes: int = 5) -> list[Delivery]:
        self.clock.advance(minutes * 60)
        await self.planner.plan_due()
        return await self.send()

    async def ticker_titles(self, delivery: Delivery) -> list[str]:
        async with self.database.transaction() as tx:
            ((_, sheet),) = (await tx.tickers.read([TickerId(delivery.subject.id)])).values()
            return [line.title for line in sheet.lines]


@pytest.fixture
def desk(newsroom: Database, clock: MovableClock, planner: Planner) -> Desk:
    return Desk(newsroom, clock, planner)


async def test_an_article_stands_in_its_channels_before_all_have_read_the_last_one(desk: Desk, follow: Follow) -> None:
    """At thirty a second ten thousand readers take six minutes, for which no channel is to wait."""
    await follow(1)
    await follow(CHANNEL, kind=DestinationKind.CHANNEL)

    async def first_sent() -> tuple[int, int]:
        async with desk.database.transaction() as tx:
            (delivery,) = await tx.claims.take(now=desk.clock.now(), limit=1)
            await tx.claims.settle([make_settlement(delivery, at=desk.clock.now())])
        return delivery.destination.chat_id, delivery.subject.id

    earlier = await desk.publish("a")
    assert await first_sent() == (CHANNEL, earlier)
    later = await desk.publish("b")
    assert [await first_sent() for _ in range(3)] == [(CHANNEL, later), (1, earlier), (1, later)]


async def test_a_new_article_is_routed_and_queued_for_its_readers(desk: Desk, follow: Follow) -> None:
    reader = await follow(1)
    await follow(2, "region")

    article_id = await desk.publish()

    assert (await desk.article(article_id)).rubrics == ("football",)
    assert [each.destination.id for each in await desk.claim()] == [reader.id]


async def test_an_article_without_a_rubric_stops_nothing(desk: Desk, follow: Follow) -> None:
    await follow(1)
    await desk.publish("a", categories=("COP29",))
    await desk.publish("b")

    assert len(await desk.claim()) == 1


async def test_news_do_not_wait_behind_what_a_first_import_took_as_read(desk: Desk, follow: Follow) -> None:
    await follow(1)
    async with desk.database.transaction() as tx:
        for number in range(250):
            await tx.articles.add(
                make_new_article(f"url:https://example.org/{number}", baseline=True), now=desk.clock.now()
            )
        await tx.articles.add(make_new_article("url:https://example.org/news"), now=desk.clock.now())
    unfiled = []
    for _ in range(2):
        await desk.planner.plan_due()
        async with desk.database.transaction() as tx:
            unfiled.append(len(await tx.articles.unfiled(limit=1000)))
    assert unfiled == [50, 0]
    assert len(await desk.claim()) == 1
    assert (await desk.article(ArticleId(1))).rubrics == ("football",)


async def test_a_baseline_article_is_routed_and_goes_to_nobody(desk: Desk, follow: Follow) -> None:
    await follow(1)

    article_id = await desk.publish(baseline=True)

    assert (await desk.article(article_id)).rubrics == ("football",)
    assert await desk.claim() == []


async def test_readers_of_a_language_nobody_publishes_in_get_the_default_one(desk: Desk, follow: Follow) -> None:
    reader = await follow(1, language=Language.EN)

    await desk.publish(language=Language.RU)

    assert [each.destination.id for each in await desk.claim()] == [reader.id]


async def test_a_correction_edits_what_was_posted_and_reaches_nobody_else(desk: Desk, follow: Follow) -> None:
    reader = await follow(1)
    article_id = await desk.publish()
    await desk.send()
    await follow(2)

    await desk.correct(article_id)

    assert [(each.destination.id, each.action) for each in await desk.claim()] == [(reader.id, Action.EDIT)]


async def test_a_correction_in_many_chats_keeps_no_channel_from_its_next_article(desk: Desk, follow: Follow) -> None:
    """At thirty a second the posts of a hundred thousand readers are edited in an hour."""
    await follow(1)
    await follow(CHANNEL, kind=DestinationKind.CHANNEL)
    wrong = await desk.publish("a")
    await desk.send()

    await desk.correct(wrong)
    later = await desk.publish("b")

    order: list[tuple[int, int, Action]] = []
    for _ in range(4):
        async with desk.database.transaction() as tx:
            (delivery,) = await tx.claims.take(now=desk.clock.now(), limit=1)
            await tx.claims.settle([make_settlement(delivery, at=desk.clock.now())])
        order.append((delivery.destination.chat_id, delivery.subject.id, delivery.action))
    assert order == [
        (CHANNEL, wrong, Action.EDIT),
        (CHANNEL, later, Action.POST),
        (1, wrong, Action.EDIT),
        (1, later, Action.POST),
    ]


async def test_an_article_corrected_before_it_was_planned_goes_out_once_as_corrected(
    desk: Desk, follow: Follow, newsroom: Database, clock: MovableClock
) -> None:
    await follow(1)
    async with newsroom.transaction() as tx:
        article_id = await tx.articles.add(make_new_article("url:https://example.org/a"), now=clock.now())
        assert article_id is not None
        corrected = make_new_article("url:https://example.org/a", title="исправлено")
        await tx.articles.correct(article_id, corrected, now=clock.now())

    await desk.planner.plan_due()

    assert [each.action for each in await desk.claim()] == [Action.POST]


async def test_a_recall_drops_what_waits_and_deletes_what_stands(
    desk: Desk, follow: Follow, newsroom: Database
) -> None:
    reader = await follow(1)
    article_id = await desk.publish()
    await desk.send()
    waiting = await follow(2)
    other = await desk.publish("b")
    assert other != article_id

    async with newsroom.transaction() as tx:
        await tx.articles.recall(article_id)
        await tx.articles.recall(other)
    await desk.planner.plan_due()

    claimed = await desk.claim()
    assert [(each.destination.id, each.action, each.subject.id) for each in claimed] == [
        (reader.id, Action.DELETE, article_id)
    ]
    assert waiting.id not in {each.destination.id for each in claimed}


async def test_an_ordered_push_reaches_the_rubrics_people_and_the_chosen_channels_once(
    desk: Desk, follow: Follow, newsroom: Database, clock: MovableClock
) -> None:
    article_id = await desk.publish(baseline=True)
    reader = await follow(1)
    channel = await follow(CHANNEL, "region", kind=DestinationKind.CHANNEL)
    async with newsroom.transaction() as tx:
        push = await tx.pushes.draft(article_id, editor_id=1004, channels=[channel.id], now=clock.now())
        assert await tx.pushes.move(push.id, before=PushState.DRAFT, after=PushState.ORDERED)
        assert not await tx.pushes.move(push.id, before=PushState.DRAFT, after=PushState.ORDERED)

    await desk.planner.plan_due()
    await desk.planner.plan_due()

    assert {each.destination.id for each in await desk.send()} == {reader.id, channel.id}


async def test_a_ticker_collects_what_came_since_the_last_tick(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)
    await desk.publish("a")
    await desk.publish("b")
    assert await desk.claim() == []

    (posted,) = await desk.tick()

    assert await desk.ticker_titles(posted) == ["a", "b"]


async def test_a_tick_without_news_sends_nothing(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)

    assert await desk.tick() == []


async def test_each_batch_is_a_message_of_its_own(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)
    await desk.publish("a")
    (first,) = await desk.tick()
    await desk.publish("b")

    (second,) = await desk.tick()

    assert (second.action, second.subject != first.subject) == (Action.POST, True)
    assert await desk.ticker_titles(second) == ["b"]


async def test_a_line_that_is_recalled_before_the_tick_never_comes(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)
    recalled = await desk.publish("a")
    await desk.publish("b")
    async with desk.database.transaction() as tx:
        await tx.articles.recall(recalled)
    await desk.planner.plan_due()

    (posted,) = await desk.tick()

    assert await desk.ticker_titles(posted) == ["b"]


async def test_a_batch_of_more_than_a_message_takes_several(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)
    for number in range(50):
        await desk.publish(f"{number:02d}")

    posted = await desk.tick()

    titles = [title for each in posted for title in await desk.ticker_titles(each)]
    assert (len(posted), titles) == (2, [f"{number:02d}" for number in range(50)])


async def test_a_ticker_ticks_once_however_long_the_process_was_down(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)
    await desk.publish("a")

    assert len(await desk.tick(minutes=600)) == 1
    assert await desk.tick(minutes=0) == []


async def test_a_correction_changes_the_line_of_the_ticker(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)
    article_id = await desk.publish("a")
    await desk.tick()

    await desk.correct(article_id)

    (edited,) = await desk.send()
    assert edited.action is Action.EDIT
    assert await desk.ticker_titles(edited) == ["исправлено"]


async def asked_about(desk: Desk) -> list[object]:
    async with desk.database.transaction() as tx:
        alerts = await tx.alerts.untold(limit=100)
    assert all(alert.kind is AlertKind.UNKNOWN_RUBRIC for alert in alerts)
    return [alert.arguments["word"] for alert in alerts]


async def test_editors_are_asked_once_what_a_new_word_means(desk: Desk) -> None:
    await desk.publish("a", categories=("football", "Погода"))
    await desk.publish("b", categories=("погода", "Культура"))

    assert await asked_about(desk) == ["Погода", "Культура"]


@pytest.mark.parametrize(
    "given",
    [{"baseline": True, "categories": ("Погода",)}, {"categories": ("я" * 101,)}, {"categories": ("football",)}],
    ids=["taken as read", "a whole sentence", "a rubric we have"],
)
async def test_editors_are_not_asked_about_everything(desk: Desk, given: dict[str, Any]) -> None:
    await desk.publish("a", **given)

    assert await asked_about(desk) == []


async def test_a_headline_goes_to_tickers_only(desk: Desk, follow: Follow) -> None:
    await follow(1)
    await desk.channel_with_ticker(follow)

    await desk.publish("a", url=None, is_headline=True)

    assert await desk.claim() == []
    (posted,) = await desk.tick()
    assert await desk.ticker_titles(posted) == ["a"]


async def arrive(desk: Desk, headline: ArticleId) -> None:
    async with desk.database.transaction() as tx:
        (source,) = await tx.sources.all()
        article = make_new_article("url:https://example.org/a", title="a", source_id=source.id)
        await tx.articles.correct(headline, article, now=desk.clock.now())
    await desk.planner.plan_due()


async def test_the_article_of_a_headline_goes_out_and_gives_the_line_its_link(desk: Desk, follow: Follow) -> None:
    reader = await follow(1)
    await desk.channel_with_ticker(follow)
    headline = await desk.publish("a", url=None, is_headline=True)
    (posted,) = await desk.tick()

    await arrive(desk, headline)

    sent = {(each.destination.id, each.action, each.subject.kind) for each in await desk.send()}
    assert sent == {
        (reader.id, Action.POST, SubjectKind.ARTICLE),
        (posted.destination.id, Action.EDIT, SubjectKind.TICKER),
    }
    async with desk.database.transaction() as tx:
        ((_, sheet),) = (await tx.tickers.read([TickerId(posted.subject.id)])).values()
    assert sheet.lines[0].url == "https://example.org/a"
    assert await desk.tick() == []


async def test_a_headline_whose_article_comes_before_the_tick_is_one_line(desk: Desk, follow: Follow) -> None:
    await desk.channel_with_ticker(follow)
    headline = await desk.publish("a", url=None, is_headline=True)

    await arrive(desk, headline)

    (posted,) = await desk.tick()
    assert (posted.action, await desk.ticker_titles(posted)) == (Action.POST, ["a"])


@pytest.mark.parametrize(
    ("keep", "going_out"),
    [
        pytest.param(0, [], id="none"),
        pytest.param(1, ["c"], id="the latest"),
        pytest.param(None, ["a", "b", "c"], id="all"),
    ],
)
async def test_what_is_held_waits_for_an_editors_word(
    desk: Desk, follow: Follow, keep: int | None, going_out: list[str]
) -> None:
    await follow(1)
    async with desk.database.transaction() as tx:
        (source,) = await tx.sources.all()
    for age, name in enumerate("cba"):
        date = desk.clock.now() - timedelta(hours=age)
        await desk.publish(name, held=True, source_id=source.id, published_at=date)
    assert await desk.claim() == []

    async with desk.database.transaction() as tx:
        released = await tx.articles.release_held(source.id, keep=keep, now=desk.clock.now())
    await desk.planner.plan_due()

    sent = [(await desk.article(ArticleId(each.subject.id))).title for each in await desk.send()]
    assert (released, sorted(sent)) == (len(going_out), going_out)
    async with desk.database.transaction() as tx:
        stored = await tx.articles.latest(rubrics=[Slug("football")], languages=[Language.RU], limit=10)
        assert await tx.articles.count_held(source.id) == 0
    assert [article.title for article in stored] == ["c", "b", "a"]


async def test_a_word_beside_a_known_rubric_is_asked_about_when_it_comes_often(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        (source,) = await tx.sources.all()
    for name in "abc":
        assert await asked_about(desk) == []
        await desk.publish(name, categories=("football", "Еврокубки", name * 70), source_id=source.id)

    assert await asked_about(desk) == ["Еврокубки"]


async def test_keywords_are_not_asked_about_one_by_one(desk: Desk) -> None:
    keywords = tuple(f"слово {number}" for number in range(20))
    async with desk.database.transaction() as tx:
        (source,) = await tx.sources.all()
    for name in "abcd":
        await desk.publish(name, categories=("football", *keywords), source_id=source.id)
    assert await asked_about(desk) == []

    await desk.publish("e", categories=keywords, source_id=source.id)
    assert len(await asked_about(desk)) == 3


async def test_what_comes_while_a_channel_is_paused_is_remembered_for_it(desk: Desk, follow: Follow) -> None:
    paused = await follow(CHANNEL, kind=DestinationKind.CHANNEL)
    other = await follow(CHANNEL - 1, "region", kind=DestinationKind.CHANNEL)
    reader = await follow(1)
    async with desk.database.transaction() as tx:
        for destination in (paused, other, reader):
            await tx.destinations.set_state(destination.id, DestinationState.PAUSED, now=desk.clock.now())

    article_id = await desk.publish()
    await desk.publish("archive", baseline=True)

    async with desk.database.transaction() as tx:
        languages = [Language.RU]
        missed = [await tx.missed.of_rubrics(each.id, languages=languages) for each in (paused, other, reader)]
    assert missed == [[article_id], [], []]


async def test_a_channel_at_work_misses_nothing(desk: Desk, follow: Follow) -> None:
    channel = await follow(CHANNEL, kind=DestinationKind.CHANNEL)

    await desk.publish()

    async with desk.database.transaction() as tx:
        assert await tx.missed.of_rubrics(channel.id, languages=[Language.RU]) == []
