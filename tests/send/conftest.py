"""A sender at work between the real database and the sandbox, with readers whose private chats are open."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.clock import MovableClock
from bot.domain.alert import Alert
from bot.domain.article import ArticleId
from bot.domain.delivery import Action, DeliveryState, Post, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.picture import PictureId
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.i18n import I18n
from bot.ingest.fetch import Fetcher
from bot.ingest.picture_file import fetch_picture
from bot.metrics import Metrics
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.sandbox.server import Sandbox
from bot.schedule import Schedule, Tick
from bot.send.gateway import TIMEOUT, Gateway
from bot.send.pace import Pace
from bot.send.pictures import Pictures
from bot.send.rendered import LeanSession
from bot.send.sender import Sender
from bot.store.database import Database, Transaction
from tests.make import make_new_article
from tests.readers import Follow, follow, newsroom

__all__ = ["Follow", "follow", "newsroom"]

READERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.INSTANT,))

TICKERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.TICKER,))


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

    async def publish(
        self,
        title: str = "Заголовок",
        *,
        priority: Priority = Priority.ARTICLE,
        rubrics: Sequence[str] = ("football",),
        **given: object,
    ) -> Subject:
        """An article that is planned for everybody who follows football, whatever its own `rubrics` are."""
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{title}", title=title, **given)
            article_id = await tx.articles.add(new, now=self.clock.now())
            assert article_id is not None
            await tx.articles.set_rubrics(article_id, [Slug(each) for each in rubrics])
            await tx.articles.mark_planned(article_id, revision=0)
            subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
            await tx.outbox.fan_out(subject, audience=READERS, priority=priority, now=self.clock.now())
        self.sender.wake.set()
        return subject

    async def correct(self, subject: Subject, **given: object) -> None:
        """Other words or another picture; what stands is edited."""
        async with self.database.transaction() as tx:
            new = make_new_article("url:https://example.org/x", **given)
            await tx.articles.correct(ArticleId(subject.id), new, now=self.clock.now())
            await tx.articles.set_rubrics(ArticleId(subject.id), [Slug("football")])
            await self._change(tx, subject, Action.EDIT, revision=1)
        self.sender.wake.set()

    async def recall(self, subject: Subject) -> None:
        async with self.database.transaction() as tx:
            await tx.articles.recall(ArticleId(subject.id))
            await self._change(tx, subject, Action.DELETE, revision=0)
        self.sender.wake.set()

    async def _change(self, tx: Transaction, subject: Subject, action: Action, *, revision: int) -> None:
        await tx.outbox.queue_changes(subject, action=action, revision=revision, now=self.clock.now())

    async def open_ticker(self, chat_id: int) -> Subject:
        """A channel's ticker with one line, due now."""
        async with self.database.transaction() as tx:
            channel = await tx.destinations.by_chat(chat_id)
            assert channel is not None
            new = make_new_article("url:https://example.org/line", title="Строка")
            article_id = await tx.articles.add(new, now=self.clock.now())
            assert article_id is not None
            await tx.tickers.collect(article_id, rubric=Slug("football"), audience=TICKERS)
            ticker_id = await tx.tickers.open(channel.id, self.clock.now().date(), [article_id])
            await tx.ticker_deliveries.queue(
                [ticker_id], action=Action.POST, priority=Priority.TICKER, now=self.clock.now()
            )
        self.sender.wake.set()
        return Subject(kind=SubjectKind.TICKER, id=ticker_id)

    async def states(self, subject: Subject, action: Action = Action.POST) -> dict[str, int]:
        async with self.database.transaction() as tx:
            ledger = await tx.accounts.ledger(subject)
        return {state.value: count for (found, state), count in ledger.counts.items() if found is action}

    async def comes_to(self, subject: Subject, expected: dict[str, int], action: Action = Action.POST) -> None:
        found: dict[str, int] = {}
        for _ in range(750):
            found = await self.states(subject, action)
            if found == expected:
                return
            await self.clock.sleep(0.02)
        assert found == expected

    async def post(self, chat_id: int, subject: Subject) -> Post | None:
        async with self.database.transaction() as tx:
            destination = await tx.destinations.by_chat(chat_id)
            return await tx.posts.get(destination.id, subject) if destination is not None else None

    async def forget_kind(self, post: Post, *, picture: PictureId | None) -> None:
        """As if it had been written down as something else."""
        async with self.database.transaction() as tx:
            await tx.posts.record([replace(post, picture=picture)])

    async def state_of(self, chat_id: int) -> DestinationState | None:
        async with self.database.transaction() as tx:
            destination = await tx.destinations.by_chat(chat_id)
        return destination.state if destination is not None else None

    async def alerts(self) -> list[Alert]:
        async with self.database.transaction() as tx:
            return await tx.alerts.untold(limit=100)

    async def account(self, subject: Subject) -> dict[str, int]:
        async with self.database.transaction() as tx:
            found = await tx.accounts.states(ArticleId(subject.id))
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
def patience() -> int:
    """Seconds that Telegram has to answer a call."""
    return TIMEOUT


@pytest.fixture
async def desk(
    newsroom: Database,
    sandbox: Sandbox,
    clock: MovableClock,
    patience: int,
) -> AsyncIterator[Desk]:
    metrics = Metrics()
    pace = Pace(rate=30, clock=clock, metrics=metrics)
    session = LeanSession(api=TelegramAPIServer.from_base(sandbox.url))
    session.middleware(pace)
    bot = Bot(sandbox.token, session=session)
    desk: Desk

    def stop(reason: str) -> None:
        desk.stopped_because = reason

    fetcher = Fetcher(allow_private=True)
    pictures = Pictures()
    sender = Sender(
        database=newsroom,
        gateway=Gateway(
            bot,
            clock=clock,
            is_paid=False,
            pictures=pictures,
            fetch_picture=partial(fetch_picture, fetcher),
            timeout=patience,
        ),
        pictures=pictures,
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
    await fetcher.close()


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


@pytest.fixture
async def channel(newsroom: Database, camilla: Person, clock: MovableClock) -> Channel:
    """Camilla's, in Russian, which carries football."""
    await camilla.sends("/start")
    created = await camilla.creates_channel("Репортаж")
    await camilla.promotes_bot(created)
    async with newsroom.transaction() as tx:
        added = await tx.destinations.add(
            chat_id=created.id,
            kind=DestinationKind.CHANNEL,
            language=Language.RU,
            now=clock.now(),
            title="Репортаж",
            connected_by=camilla.id,
        )
        await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=list(Mode))
        await tx.destinations.set_delivery(added.id, articles_on=True, ticker=Every(minutes=15), ticker_next_at=None)
    return created
