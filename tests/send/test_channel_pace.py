"""A thousand channels, each with its pace, over the real outbox: whatever comes, their limits hold and nothing is lost."""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.channel_pace import GAPS, HOUR, HOURLY_LIMITS, ChannelPace
from bot.domain.delivery import Delivery, Priority, Subject, SubjectKind
from bot.domain.destination import DestinationId, DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.sandbox.client import Channel
from bot.send import holding, settling
from bot.send.outcome import Later, Outcome, Sent
from bot.store.database import Database, Transaction
from tests.cast import BAKU
from tests.make import make_new_article
from tests.send.conftest import READERS, Desk

MANY = 1000
PACES = [ChannelPace(hourly=hourly, gap=gap) for hourly in (None, *HOURLY_LIMITS[:4]) for gap in (None, *GAPS[:4])]


async def test_the_second_post_waits_for_the_gap_and_a_push_does_not(desk: Desk, channel: Channel) -> None:
    async with desk.database.transaction() as tx:
        found = await tx.destinations.by_chat(channel.id)
        assert found is not None
        await tx.destinations.set_pace(found.id, ChannelPace(gap=15))
    first = await desk.publish("Первая")
    await desk.settles(first, {"sent": 1})
    waiting = await desk.publish("Вторая")
    await desk.publish("Срочная", priority=Priority.PUSH)
    await channel.sees("Срочная")
    await desk.settles(waiting, {"queued": 1})
    assert [message.text.split("\n")[0] for message in await channel.posts()] == ["Первая", "Срочная"]

    desk.clock.advance(15 * 60)
    await channel.sees("Вторая", within=15)


class Crowd:
    """All channels carry football."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock
        self.paces: dict[DestinationId, ChannelPace] = {}
        self.posted: dict[DestinationId, list[tuple[datetime, int]]] = defaultdict(list)
        self.articles: list[ArticleId] = []

    async def connect(self) -> None:
        async with self.database.transaction() as tx:
            for number in range(MANY):
                pace = PACES[number % len(PACES)]
                added = await tx.destinations.add(
                    chat_id=-1 - number, kind=DestinationKind.CHANNEL, language=Language.RU, now=self.clock.now()
                )
                await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=[Mode.INSTANT])
                await tx.destinations.set_pace(added.id, pace)
                self.paces[added.id] = pace

    async def publish(self) -> None:
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{self.clock.now().timestamp()}/{len(self.articles)}")
            article_id = await tx.articles.add(new, now=self.clock.now())
            assert article_id is not None
            subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
            await tx.outbox.fan_out(subject, audience=READERS, priority=Priority.ARTICLE, now=self.clock.now())
        self.articles.append(article_id)

    async def send(self, *, told_to_wait: int) -> None:
        """As the sender does; Telegram tells every so-manieth chat to wait."""
        while True:
            async with self.database.transaction() as tx:
                claimed = await tx.outbox.claim(now=self.clock.now(), limit=MANY)
                await self._settle(tx, claimed, told_to_wait)
            if not claimed:
                return

    async def _settle(self, tx: Transaction, claimed: list[Delivery], told_to_wait: int) -> None:
        now, settled = self.clock.now(), []
        for each in claimed:
            held = holding.held(each, now, BAKU)
            if held is not None:
                settled.append(settling.hold(each, held.until, held.reason, now=now))
                continue
            outcome: Outcome = Sent(message_id=each.id)
            if told_to_wait and each.id % told_to_wait == 0:
                outcome = Later(wait=timedelta(seconds=40), reason="429")
            else:
                self.posted[each.destination.id].append((now, each.subject.id))
            settled.append(settling.settle(each, outcome, revision=0, is_removal=False, now=now))
        await settling.write(tx, settled)


@pytest.fixture
async def crowd(newsroom: Database) -> Crowd:
    crowd = Crowd(newsroom, MovableClock(datetime(2026, 3, 2, 12, tzinfo=BAKU), frozen=True))
    await crowd.connect()
    return crowd


@settings(
    max_examples=2,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    traffic=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 40)), min_size=3, max_size=4), told=st.integers(0, 1)
)
async def test_a_thousand_channels_keep_their_pace_their_order_and_every_article(
    crowd: Crowd, traffic: list[tuple[int, int]], told: int
) -> None:
    crowd.posted.clear()
    crowd.articles.clear()
    # What the hour before brought counts no more.
    crowd.clock.advance(3 * 3600)
    for count, minutes in traffic:
        for _ in range(count):
            await crowd.publish()
        await crowd.send(told_to_wait=7 * told)
        crowd.clock.advance(minutes * 60)
    for _ in range(61 * len(crowd.articles)):
        await crowd.send(told_to_wait=0)
        if sum(map(len, crowd.posted.values())) == MANY * len(crowd.articles):
            break
        crowd.clock.advance(60)

    for channel_id, pace in crowd.paces.items():
        times = [at for at, _ in crowd.posted[channel_id]]
        assert [article for _, article in crowd.posted[channel_id]] == crowd.articles
        for index, at in enumerate(times):
            if pace.hourly is not None:
                assert sum(at <= other < at + HOUR for other in times) <= pace.hourly
            if pace.gap is not None and index:
                assert at - times[index - 1] >= timedelta(minutes=pace.gap)
