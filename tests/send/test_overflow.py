"""A thousand channels, each with its pace and its wish for the rest: limits hold, nothing is told twice, nothing is lost.

And one of them through the sandbox: what its readers see.
"""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.clock import MovableClock, Signal
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.channel_pace import GAPS, HOUR, HOURLY_LIMITS, ChannelPace, Overflow
from bot.domain.delivery import Action, Delivery, DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import DestinationId, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker import Sheet, TickerId
from bot.domain.ticker_plan import Every, Live, TickerPlan
from bot.i18n import I18n
from bot.plan.planner import Planner
from bot.sandbox.client import Channel, SandboxClient
from bot.send import holding, overflow, settling
from bot.send.outcome import Later, Outcome, Sent
from bot.store.database import Database, Transaction
from tests.cast import BAKU
from tests.make import make_new_article
from tests.send.conftest import Desk

MANY = 1000
HOURLY, FEW_GAPS = (None, *HOURLY_LIMITS[:4]), (None, *GAPS[:4])
PACES = [
    ChannelPace(hourly=hourly, gap=gap, overflow=wish)
    for hourly in HOURLY
    for gap in FEW_GAPS
    if hourly or gap
    for wish in Overflow
]
I18N = I18n(Language.RU, BAKU)


class Crowd:
    """All channels carry football. Those that overflow into a ticker have one: most live, some by the hour."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock
        self.paces: dict[DestinationId, ChannelPace] = {}
        self.posted: dict[DestinationId, list[datetime]] = defaultdict(list)
        # In which messages an article is told, in the order in which they came.
        self.told: dict[tuple[DestinationId, ArticleId], list[Subject]] = defaultdict(list)
        self.articles: list[ArticleId] = []
        self.planner = Planner(
            database=database, clock=clock, i18n=I18N, zone=BAKU, default=Language.RU, sender_wake=Signal()
        )

    async def connect(self, count: int) -> None:
        async with self.database.transaction() as tx:
            for number in range(count):
                pace = PACES[number % len(PACES)]
                added = await tx.destinations.add(
                    chat_id=-1 - number, kind=DestinationKind.CHANNEL, language=Language.RU, now=self.clock.now()
                )
                plan: TickerPlan | None = None
                if pace.overflow is Overflow.TICKER:
                    plan = Every(minutes=60) if number % 8 == 0 else Live()
                modes = [Mode.INSTANT, Mode.TICKER] if plan else [Mode.INSTANT]
                await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=modes)
                await tx.destinations.set_delivery(
                    added.id, articles_on=True, ticker=plan, ticker_next_at=self.clock.now() if plan else None
                )
                await tx.destinations.set_pace(added.id, pace)
                self.paces[added.id] = pace

    async def forgets(self) -> None:
        """What an earlier example brought is told, and its hour over."""
        for _ in range(12 if self.articles else 0):
            self.clock.advance(3600)
            await self.planner.plan_due()
            await self.send(told_to_wait=0)
        for each in (self.posted, self.told, self.articles):
            each.clear()

    async def publish(self) -> None:
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{self.clock.now().timestamp()}/{len(self.articles)}")
            article_id = await tx.articles.add(new, now=self.clock.now())
        assert article_id is not None
        self.articles.append(article_id)
        await self.planner.plan_due()

    async def send(self, *, told_to_wait: int, dies: bool = False) -> None:
        """As the sender does; Telegram tells every so-manieth chat to wait. The process may die with a round in flight."""
        while await self.round(told_to_wait=told_to_wait, dies=dies):
            dies = False

    async def round(self, *, told_to_wait: int, dies: bool = False) -> bool:
        """Whether anything was due."""
        async with self.database.transaction() as tx:
            claimed = await tx.claims.take(now=self.clock.now(), limit=MANY)
            kept = await overflow.gather(tx, claimed, I18N, now=self.clock.now())
        if dies and claimed:
            await self._restart()
        else:
            async with self.database.transaction() as tx:
                await self._settle(tx, kept, told_to_wait)
        return bool(claimed)

    async def _restart(self) -> None:
        """After a kill -9 before anything arrived. Of what is not repeated by itself an editor says so."""
        async with self.database.transaction() as tx:
            await tx.claims.take_back(now=self.clock.now(), expired_only=False)
            for each in await tx.uncertain.oldest(MANY):
                await tx.uncertain.resolve(each.id, it_is_there=False, now=self.clock.now())

    async def _settle(self, tx: Transaction, claimed: list[Delivery], told_to_wait: int) -> None:
        now, settled = self.clock.now(), []
        heads = await tx.claims.heads({each.subject for each in claimed})
        of_tickers = [each.subject.id for each in claimed if each.subject.kind is SubjectKind.TICKER]
        sheets = await tx.tickers.read([TickerId(number) for number in of_tickers])
        for each in claimed:
            held = holding.held(each, now, BAKU)
            if held is not None:
                settled.append(settling.hold(each, held.until, held.reason, now=now))
                continue
            outcome: Outcome = Sent(message_id=each.id)
            if told_to_wait and each.id % told_to_wait == 0:
                outcome = Later(wait=timedelta(seconds=40), reason="429")
            else:
                sheet = sheets[TickerId(each.subject.id)][1] if each.subject.kind is SubjectKind.TICKER else None
                self._read(each, sheet, now)
            if each.action is Action.PIN:
                settled.append(settling.settle_pin(each, outcome, now=now))
            else:
                revision = heads[each.subject].revision
                settled.append(settling.settle(each, outcome, revision=revision, is_removal=False, now=now))
        await settling.write(tx, settled)

    def _read(self, sent: Delivery, sheet: Sheet | None, now: datetime) -> None:
        """What the channel's readers learn of it."""
        if sent.action is Action.PIN:
            return
        channel_id = sent.destination.id
        shown = [line.article_id for line in sheet.lines] if sheet is not None else [ArticleId(sent.subject.id)]
        # The one message of a live ticker comes at its time.
        if sent.action is Action.POST and sent.priority < Priority.CORRECTION:
            self.posted[channel_id].append(now)
        for article_id in shown:
            messages = self.told[channel_id, article_id]
            if sent.subject not in messages:
                messages.append(sent.subject)

    async def waiting(self) -> set[tuple[DestinationId, ArticleId]]:
        """What is still to be told, where."""
        async with self.database.transaction() as tx:
            lines = {
                (channel_id, line.article_id)
                for channel_id, pace in self.paces.items()
                if pace.overflow is Overflow.TICKER
                for line in await tx.tickers.waiting(channel_id)
            }
            found = set(lines)
            for article_id in self.articles:
                subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
                for channel_id in self.paces:
                    if (channel_id, article_id) in self.told or (channel_id, article_id) in lines:
                        continue
                    (record,) = await tx.accounts.records(channel_id, subject)
                    if record.state is DeliveryState.QUEUED:
                        found.add((channel_id, article_id))
        return found


@pytest.fixture
def crowd(newsroom: Database) -> Crowd:
    """Still to be connected."""
    return Crowd(newsroom, MovableClock(datetime(2026, 3, 2, 12, tzinfo=BAKU), frozen=True))


@settings(
    max_examples=2,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    traffic=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 40)), min_size=3, max_size=4),
    told=st.integers(0, 1),
    dies=st.booleans(),
    minutes=st.integers(10, 150),
)
async def test_a_thousand_channels_keep_their_pace_and_each_tells_every_article_once(
    crowd: Crowd,
    traffic: list[tuple[int, int]],
    told: int,
    dies: bool,  # noqa: FBT001, hypothesis draws it
    minutes: int,
) -> None:
    if not crowd.paces:
        await crowd.connect(MANY)
    await crowd.forgets()
    for count, between in traffic:
        for _ in range(count):
            await crowd.publish()
        await crowd.send(told_to_wait=7 * told, dies=dies)
        crowd.clock.advance(between * 60)
    for _ in range(minutes // 5):
        await crowd.planner.plan_due()
        await crowd.send(told_to_wait=0)
        crowd.clock.advance(5 * 60)

    waiting = await crowd.waiting()
    for channel_id, pace in crowd.paces.items():
        found = {each: crowd.told.get((channel_id, each), []) for each in crowd.articles}
        for article_id, messages in found.items():
            assert len(messages) + ((channel_id, article_id) in waiting) == 1, (pace, article_id, messages)
        posts = [each.id for messages in found.values() for each in messages if each.kind is SubjectKind.ARTICLE]
        if pace.overflow is Overflow.WAIT:
            assert posts == crowd.articles[: len(posts)]
        assert_keeps(pace, crowd.posted[channel_id])
    ways = {
        (crowd.paces[channel_id].overflow, each.kind) for (channel_id, _), told in crowd.told.items() for each in told
    }
    assert ways == {(wish, SubjectKind.ARTICLE) for wish in Overflow} | {
        (Overflow.BATCH, SubjectKind.TICKER),
        (Overflow.TICKER, SubjectKind.TICKER),
    }


def assert_keeps(pace: ChannelPace, times: list[datetime]) -> None:
    for index, at in enumerate(times):
        if pace.hourly is not None:
            assert sum(at <= other < at + HOUR for other in times) <= pace.hourly
        if pace.gap is not None and index:
            assert at - times[index - 1] >= timedelta(minutes=pace.gap)


@pytest.mark.parametrize("wish", [Overflow.BATCH, Overflow.TICKER])
async def test_what_a_round_asks_of_the_database_does_not_grow_with_its_channels(crowd: Crowd, wish: Overflow) -> None:
    await crowd.connect(330)
    mine = [channel_id for channel_id, pace in crowd.paces.items() if pace.overflow is wish]
    counts = []
    for some in (mine[:10], mine[10:110]):
        async with crowd.database.transaction() as tx:
            for channel_id in crowd.paces:
                is_in = channel_id in some
                await tx.destinations.set_state(
                    channel_id, DestinationState.ACTIVE if is_in else DestinationState.PAUSED, now=crowd.clock.now()
                )
                if is_in:
                    await tx.destinations.set_pace(channel_id, ChannelPace(gap=15, overflow=wish))
        for _ in range(3):
            await crowd.publish()
        counts.append(await statements(crowd))
        crowd.clock.advance(HOUR.total_seconds())
        counts[-1] += await statements(crowd)

    assert counts[0] == counts[1]


async def statements(crowd: Crowd) -> list[int]:
    """How many each round took, until there is nothing more to do."""
    counts: list[int] = []

    def count(*_: object) -> None:
        counts[-1] += 1

    event.listen(crowd.database.engine.sync_engine, "before_cursor_execute", count)
    for _ in range(4):
        counts.append(0)
        await crowd.round(told_to_wait=0)
    event.remove(crowd.database.engine.sync_engine, "before_cursor_execute", count)
    return counts


async def overflows(desk: Desk, channel: Channel, wish: Overflow) -> None:
    async with desk.database.transaction() as tx:
        found = await tx.destinations.by_chat(channel.id)
        assert found is not None
        await tx.destinations.set_pace(found.id, ChannelPace(gap=15, overflow=wish))


async def is_held(desk: Desk, channel: Channel, subject: Subject) -> None:
    """Until the sender has found no place for it."""
    for _ in range(500):
        async with desk.database.transaction() as tx:
            found = await tx.destinations.by_chat(channel.id)
            assert found is not None
            (record,) = await tx.accounts.records(found.id, subject)
        if record.reason == Cause.CHANNEL_PACE:
            return
        await desk.clock.sleep(0.02)
    raise AssertionError(record)


async def test_readers_see_one_message_of_links_in_the_next_place(desk: Desk, channel: Channel) -> None:
    await overflows(desk, channel, Overflow.BATCH)
    await desk.settles(await desk.publish("Первая"), {"sent": 1})
    waiting = [await desk.publish(title) for title in ("Вторая", "Третья", "Четвёртая")]
    await is_held(desk, channel, waiting[0])
    desk.clock.advance(15 * 60)
    batch = await channel.sees("Вторая", within=15)

    assert batch.text.startswith("Коротко · 2 марта")
    assert all(title in batch.text for title in ("Вторая", "Третья", "Четвёртая"))
    assert len(await channel.posts()) == 2
    for each in waiting:
        await desk.settles(each, {"joined": 1})


async def test_a_lost_answer_leaves_the_batch_to_an_editor(
    desk: Desk, channel: Channel, telegram: SandboxClient
) -> None:
    await overflows(desk, channel, Overflow.BATCH)
    await desk.settles(await desk.publish("Первая"), {"sent": 1})
    waiting, _ = [await desk.publish(title) for title in ("Вторая", "Третья")]
    await is_held(desk, channel, waiting)
    await telegram.faults("reset_after", method="sendMessage")
    desk.clock.advance(15 * 60)
    await channel.sees("Вторая", within=15)
    await desk.comes_to(Subject(kind=SubjectKind.TICKER, id=1), {"uncertain": 1})

    assert len(await channel.posts()) == 2
