"""A sender at work between the real database and the sandbox, with readers whose private chats are open."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.delivery import DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.i18n import I18n
from bot.metrics import Metrics
from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from bot.schedule import Schedule, Tick
from bot.send.gateway import Gateway
from bot.send.pace import Pace
from bot.send.rendered import LeanSession
from bot.send.sender import Sender
from bot.store.database import Database
from tests.make import make_new_article
from tests.readers import follow, newsroom

__all__ = ["follow", "newsroom"]

READERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.INSTANT,))


@pytest.fixture
def clock() -> MovableClock:
    """Flows: pace and retries are a matter of time."""
    return MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))


class Desk:
    def __init__(self, database: Database, clock: MovableClock, sender: Sender) -> None:
        self.database = database
        self.clock = clock
        self.sender = sender
        self.stopped_because: str | None = None

    async def publish(self, title: str = "Заголовок", **given: object) -> Subject:
        """An article that is planned for everybody who follows football."""
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{title}", title=title, **given)
            article_id = await tx.articles.add(new, now=self.clock.now())
            assert article_id is not None
            await tx.articles.set_rubrics(article_id, [Slug("football")])
            await tx.articles.mark_planned(article_id, revision=0)
            subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
            await tx.outbox.fan_out(subject, audience=READERS, priority=Priority.ARTICLE, now=self.clock.now())
        self.sender.wake.set()
        return subject

    async def account(self, subject: Subject) -> dict[str, int]:
        async with self.database.transaction() as tx:
            found = await tx.outbox.account(ArticleId(subject.id))
        return {state.value: count for state, count in found.items()}

    async def settles(self, subject: Subject, expected: dict[str, int], *, within: float = 10) -> None:
        """Until the account is as expected."""
        found: dict[str, int] = {}
        for _ in range(int(within / 0.02)):
            found = await self.account(subject)
            if found == expected:
                return
            await self.clock.sleep(0.02)
        assert found == expected

    async def stops(self) -> str:
        """Until the sender asks for everything to stop; the reason it gives."""
        for _ in range(500):
            if self.stopped_because is not None:
                return self.stopped_because
            await self.clock.sleep(0.02)
        raise AssertionError("nothing stopped")

    async def sender_rests(self) -> None:
        """Until nothing is queued and nothing in flight."""
        for _ in range(500):
            async with self.database.transaction() as tx:
                counts = await tx.outbox.count_states()
            if not counts.get(DeliveryState.QUEUED) and not counts.get(DeliveryState.SENDING):
                return
            await self.clock.sleep(0.02)
        raise AssertionError(counts)


@pytest.fixture
async def desk(
    newsroom: Database,
    sandbox: Sandbox,
    clock: MovableClock,
) -> AsyncIterator[Desk]:
    metrics = Metrics()
    pace = Pace(rate=30, clock=clock, metrics=metrics)
    session = LeanSession(api=TelegramAPIServer.from_base(sandbox.url))
    session.middleware(pace)
    bot = Bot(sandbox.token, session=session)
    desk: Desk

    def stop(reason: str) -> None:
        desk.stopped_because = reason

    sender = Sender(
        database=newsroom,
        gateway=Gateway(bot, is_paid=False),
        pace=pace,
        clock=clock,
        i18n=I18n(Language.RU, ZoneInfo("Asia/Baku")),
        metrics=metrics,
        rate=30,
        width=8,
        stop_everything=stop,
    )
    desk = Desk(newsroom, clock, sender)
    clock.when_moved(sender.wake.set)
    schedule = Schedule([Tick(name="send", every=timedelta(seconds=0.2), wake=sender.wake.set)], ZoneInfo("Asia/Baku"))
    schedule.start()
    async with asyncio.TaskGroup() as group:
        group.create_task(sender.run())
        yield desk
        schedule.stop()
        sender.wake.close()
    await session.close()


@pytest.fixture
async def readers(newsroom: Database, telegram: SandboxClient, clock: MovableClock) -> list[int]:
    """alice and bob, who follow football in Russian."""
    ids = []
    for person in (telegram.person("alice"), telegram.person("bob")):
        await person.sends("/start")
        async with newsroom.transaction() as tx:
            added = await tx.destinations.add(
                chat_id=person.id, kind=DestinationKind.SUBSCRIBER, language=Language.RU, now=clock.now()
            )
            await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=[Mode.INSTANT])
            ids.append(person.id)
    return ids
