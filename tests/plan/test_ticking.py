"""Live tickers as the planner keeps them: one open message a channel, taking lines as they come, for one day."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.delivery import Action, Delivery, DeliveryState
from bot.domain.destination import Destination, DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.ticker import Sheet, TickerId
from bot.domain.ticker_plan import AtTimes, Every, Live, TickerPlan
from bot.i18n import I18n
from bot.plan.planner import Planner
from bot.plan.ticking import LIVE_REST, Ticking
from bot.store.database import Database
from tests.make import make_post, make_settlement
from tests.plan.test_planner import BAKU, Desk, planner
from tests.readers import Follow

__all__ = ["planner"]

CHANNEL = -100
# From ten in the morning until the newsroom's midnight.
NIGHT = 14 * 3600
POST, EDIT, PIN, UNPIN = Action.POST, Action.EDIT, Action.PIN, Action.UNPIN


class LiveDesk(Desk):
    async def connect(self, follow: Follow, chat_id: int = CHANNEL, plan: TickerPlan | None = None) -> Destination:
        channel = await follow(chat_id, kind=DestinationKind.CHANNEL, modes=(Mode.TICKER,))
        async with self.database.transaction() as tx:
            await tx.destinations.set_delivery(
                channel.id, articles_on=False, ticker=plan or Live(), ticker_next_at=self.clock.now()
            )
        return channel

    async def sheet(self, delivery: Delivery) -> Sheet:
        async with self.database.transaction() as tx:
            ((_, sheet),) = (await tx.tickers.read([TickerId(delivery.subject.id)])).values()
        return sheet

    async def titles(self, delivery: Delivery) -> list[str]:
        return [line.title for line in (await self.sheet(delivery)).lines]

    async def settle(self, delivery: Delivery, state: DeliveryState = DeliveryState.SENT) -> None:
        """As the sender does: what was sent shows the newest revision."""
        async with self.database.transaction() as tx:
            await tx.claims.settle([make_settlement(delivery, state=state, at=self.clock.now())])
            if state is DeliveryState.SENT and delivery.action in {POST, EDIT}:
                head = (await tx.claims.heads([delivery.subject]))[delivery.subject]
                post = make_post(delivery, revision=head.revision, sent_at=self.clock.now())
                await tx.posts.record([post])

    async def plan(self, seconds: float = 0) -> list[Delivery]:
        """What the channels get after so much time, in its order, as if Telegram took it."""
        self.clock.advance(seconds)
        await self.planner.plan_due()
        sent: list[Delivery] = []
        while batch := await self.claim():
            for delivery in batch:
                await self.settle(delivery)
            sent += batch
        return sent

    async def rested(self) -> list[Delivery]:
        return await self.plan(LIVE_REST.total_seconds())

    async def recall(self, article_id: ArticleId) -> None:
        async with self.database.transaction() as tx:
            await tx.articles.recall(article_id)


@pytest.fixture
def desk(newsroom: Database, clock: MovableClock, planner: Planner) -> LiveDesk:
    return LiveDesk(newsroom, clock, planner)


def actions(sent: list[Delivery]) -> list[Action]:
    return [delivery.action for delivery in sent]


async def test_the_first_line_opens_a_message_that_is_pinned(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    assert await desk.plan(3600) == []
    await desk.publish("a")

    sent = await desk.plan()

    assert actions(sent) == [POST, PIN]
    assert len({delivery.subject for delivery in sent}) == 1
    assert await desk.titles(sent[0]) == ["a"]


async def test_what_comes_within_a_rest_is_one_edit(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    (post, _) = await desk.plan()
    for name in "bcd":
        await desk.publish(name)
    during = await desk.plan(LIVE_REST.total_seconds() - 1)

    sent = await desk.plan(1)

    assert (during, actions(sent), sent[0].subject) == ([], [EDIT], post.subject)
    assert await desk.titles(sent[0]) == ["a", "b", "c", "d"]


async def test_a_message_that_waits_to_be_sent_takes_more_lines_without_an_edit(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    await desk.planner.plan_due()
    await desk.publish("b")

    sent = await desk.rested()

    assert actions(sent) == [POST, PIN]
    assert await desk.titles(sent[0]) == ["a", "b"]


async def test_a_line_that_comes_while_the_message_is_being_sent_is_an_edit(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    (post,) = await desk.claim()
    await desk.publish("b")
    desk.clock.advance(LIVE_REST.total_seconds())
    await desk.planner.plan_due()

    await desk.settle(post)

    async with desk.database.transaction() as tx:
        await tx.posts.record([make_post(post, revision=0)])
    assert actions(await desk.plan()) == [PIN, EDIT]


async def test_midnight_brings_a_fresh_message_and_the_pin_passes_on(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    (old, _) = await desk.plan()

    assert await desk.plan(NIGHT - 1) == []
    sent = await desk.plan(1)

    assert actions(sent) == [POST, UNPIN, PIN]
    fresh = sent[0]
    assert [delivery.subject for delivery in sent] == [fresh.subject, old.subject, fresh.subject]
    sheet = await desk.sheet(fresh)
    assert (sheet.day.isoformat(), sheet.lines) == ("2026-03-03", ())


async def test_a_day_without_a_line_costs_no_message(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    await desk.plan()
    fresh = (await desk.plan(NIGHT))[0]

    sent = await desk.plan(24 * 3600)

    assert (actions(sent), sent[0].subject) == ([EDIT], fresh.subject)
    assert (await desk.sheet(fresh)).day.isoformat() == "2026-03-04"


async def test_a_line_of_yesterday_evening_joins_the_new_day(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    (old, _) = await desk.plan()
    fresh = (await desk.plan(NIGHT))[0]
    desk.clock.advance(3 * 60)
    await desk.publish("b", published_at=desk.clock.now() - timedelta(minutes=5))

    (edit,) = await desk.plan()

    assert edit.subject == fresh.subject
    assert (await desk.titles(old), await desk.titles(fresh)) == (["a"], ["b"])


async def test_days_without_the_process_are_one_change_of_days(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    await desk.plan()

    sent = await desk.plan(5 * 24 * 3600)

    assert actions(sent) == [POST, UNPIN, PIN]
    assert (await desk.sheet(sent[0])).day.isoformat() == "2026-03-07"
    assert await desk.plan() == []


async def test_a_correction_changes_the_line_also_of_yesterday(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    article_id = await desk.publish("a")
    (old, _) = await desk.plan()
    await desk.plan(NIGHT)
    await desk.correct(article_id)

    (edit,) = await desk.plan()

    assert (edit.action, edit.subject) == (EDIT, old.subject)
    assert await desk.titles(old) == ["исправлено"]


async def test_a_recall_takes_the_line_out_and_leaves_the_message(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    article_id = await desk.publish("a")
    await desk.plan()
    await desk.recall(article_id)

    (edit,) = await desk.plan()

    assert (edit.action, await desk.titles(edit)) == (EDIT, [])


async def test_a_line_recalled_while_it_waits_costs_no_edit(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    await desk.plan()
    await desk.recall(await desk.publish("b"))

    assert await desk.rested() == []


async def test_a_headline_gets_its_link_when_the_article_comes(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    headline = await desk.publish("a", url=None, is_headline=True)
    (post, _) = await desk.plan()
    before = [line.url for line in (await desk.sheet(post)).lines]
    await desk.correct(headline)

    (edit,) = await desk.plan()

    after = [line.url for line in (await desk.sheet(edit)).lines]
    assert (edit.subject, before, after) == (post.subject, [None], ["https://example.org/a"])


@pytest.mark.parametrize("state", [DeliveryState.UNCERTAIN, DeliveryState.FAILED])
async def test_a_first_post_that_never_came_is_not_repeated_and_the_next_line_opens_another(
    desk: LiveDesk, follow: Follow, state: DeliveryState
) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    (post,) = await desk.claim()
    await desk.settle(post, state)
    # The sender has nothing to pin then.
    (pin,) = await desk.claim()
    await desk.settle(pin, DeliveryState.DROPPED)
    assert await desk.rested() == []
    await desk.publish("b")

    sent = await desk.plan()

    assert actions(sent) == [POST, UNPIN, PIN]
    assert (await desk.titles(sent[0]), sent[0].subject != post.subject) == (["b"], True)


async def test_a_crash_between_post_and_pin_loses_no_pin(desk: LiveDesk, follow: Follow) -> None:
    await desk.connect(follow)
    await desk.publish("a")
    (post,) = await desk.claim()
    await desk.settle(post)
    in_flight = await desk.claim()
    async with desk.database.transaction() as tx:
        await tx.claims.take_back(now=desk.clock.now(), expired_only=False)

    assert (actions(in_flight), actions(await desk.plan())) == ([PIN], [PIN])


async def test_a_message_that_somebody_deleted_comes_anew_with_the_lines_of_the_day(
    desk: LiveDesk, follow: Follow
) -> None:
    channel = await desk.connect(follow)
    await desk.publish("a")
    (post, _) = await desk.plan()
    async with desk.database.transaction() as tx:
        await tx.posts.forget([(channel.id, post.subject)])
        await tx.live_tickers.lose([TickerId(post.subject.id)])

    sent = await desk.rested()

    assert actions(sent) == [POST, PIN]
    assert (await desk.titles(sent[0]), sent[0].subject != post.subject) == (["a"], True)


async def test_batches_at_times_come_once_however_long_the_process_was_down(desk: LiveDesk, follow: Follow) -> None:
    channel = await desk.connect(follow, plan=AtTimes(cron="0 9,18 * * *"))
    await desk.publish("a")
    first = await desk.plan()
    await desk.publish("b")
    before = await desk.plan(7 * 3600)
    late = await desk.plan(5 * 24 * 3600)

    assert (actions(first), before, actions(late)) == ([POST], [], [POST])
    async with desk.database.transaction() as tx:
        assert await tx.destinations.ticker_due(desk.clock.now()) == []
        # On the sixth evening after, at six in Baku.
        assert await tx.destinations.ticker_due(desk.clock.now() + timedelta(hours=1)) == [channel.id]


@pytest.mark.parametrize(("plan", "expected"), [(Every(minutes=5), [POST]), (Live(), [EDIT])], ids=["batches", "live"])
async def test_of_two_processes_that_find_the_same_tick_due_one_takes_the_lines(
    desk: LiveDesk, follow: Follow, plan: TickerPlan, expected: list[Action]
) -> None:
    """As when one of them loses its role in the middle."""
    for number in range(3):
        await desk.connect(follow, CHANNEL - number, plan=plan)
    await desk.publish("a")
    await desk.plan()
    await desk.publish("b")
    desk.clock.advance(5 * 60)
    both = [Ticking(database=desk.database, clock=desk.clock, i18n=I18n(Language.RU, BAKU), zone=BAKU) for _ in "12"]

    await asyncio.gather(*(each.tick() for each in both))

    sent = await desk.claim()
    assert actions(sent) == expected * 3
    assert [(await desk.titles(delivery))[-1] for delivery in sent] == ["b"] * 3


async def test_one_channel_that_cannot_be_planned_stops_no_other(
    desk: LiveDesk, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.connect(follow, plan=AtTimes(cron="by hand"))
    channel = await desk.connect(follow, CHANNEL - 1, plan=AtTimes(cron="0 9,18 * * *"))
    await desk.publish("a")

    (post,) = await desk.plan()

    assert post.destination.id == channel.id
    assert "A ticker could not be planned." in caplog.text


async def test_many_live_channels_cost_as_many_statements_as_one(desk: LiveDesk, follow: Follow) -> None:
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    async def cost_of(name: str) -> int:
        counted.clear()
        await desk.publish(name)
        return len(counted)

    event.listen(desk.database.engine.sync_engine, "before_cursor_execute", count)
    await desk.connect(follow)
    alone = [await cost_of(name) for name in ("a", "b")]
    for number in range(1, 40):
        await desk.connect(follow, CHANNEL - number)
    desk.clock.advance(LIVE_REST.total_seconds())
    together = [await cost_of(name) for name in ("c", "d")]

    assert together == alone
    async with desk.database.transaction() as tx:
        assert len(await tx.claims.take(now=desk.clock.now(), limit=100)) == 40
