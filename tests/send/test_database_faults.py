"""The database fails in the middle of a fan-out: what was sent is not forgotten, and nothing more is sent meanwhile."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.clock import MovableClock
from bot.domain.delivery import Subject
from bot.domain.destination import DestinationKind, Mode
from bot.domain.errors import StoreError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.sandbox.client import Person, SandboxClient
from bot.send.pace import PRIVATE_BURST, PRIVATE_WINDOW
from bot.store import database as store
from bot.store.database import Database, Transaction
from bot.web.health import store_check
from tests.send.conftest import Desk, Follow

READERS = 40
# At 30 messages a second six are claimed ahead, and at most eight are in flight (tests/send/conftest.py).
CLAIMED = 6 + 8


class BreakingDatabase(Database):
    """Its connection may break just after a commit, before the answer comes."""

    breaks = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield tx
        if self.breaks:
            raise StoreError("The connection broke.")


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test cannot wait for half a minute."""
    monkeypatch.setattr(store, "BUSY_TIMEOUT", 0.3)
    monkeypatch.setattr(store, "STATEMENT_TIMEOUT", 0.3)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[BreakingDatabase]:
    opened = BreakingDatabase(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def crowd(newsroom: Database, telegram: SandboxClient, clock: MovableClock) -> list[Person]:
    people = await telegram.crowd(READERS, says="/start")
    async with newsroom.transaction() as tx:
        for person in people:
            added = await tx.destinations.add(
                chat_id=person.id, kind=DestinationKind.SUBSCRIBER, language=Language.RU, now=clock.now()
            )
            await tx.destinations.subscribe(added.id, rubrics=[Slug("football")], modes=[Mode.INSTANT])
    return people


@asynccontextmanager
async def held_by_another(database_url: str) -> AsyncIterator[None]:
    """Another program holds what the sender has to write to."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        other = sqlite3.connect(url.database or "", timeout=10, check_same_thread=False, isolation_level=None)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.close()
    else:
        connection = await asyncpg.connect(database_url.replace("+asyncpg", ""), timeout=10)
        async with connection.transaction():
            await connection.execute("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
            yield
        await connection.close()


async def sent(telegram: SandboxClient) -> int:
    return len(await telegram.calls("sendMessage"))


async def begun(desk: Desk, telegram: SandboxClient) -> Subject:
    """A fan-out of which the first messages are out."""
    subject = await desk.publish()
    async with asyncio.timeout(10):
        while await sent(telegram) < 3:
            await desk.clock.sleep(0.01)
    return subject


async def everybody_has_it_once(desk: Desk, telegram: SandboxClient, subject: Subject, crowd: list[Person]) -> None:
    await desk.settles(subject, {"sent": READERS}, within=30)
    received = Counter(call.chat_id for call in await telegram.calls("sendMessage"))
    assert received == {person.id: 1 for person in crowd}


async def stands_still(desk: Desk) -> None:
    """Until the sender says that it waits for the database."""
    async with asyncio.timeout(10):
        while await store_check(desk.database.check) is None:
            await desk.clock.sleep(0.02)


async def test_while_nothing_can_be_written_down_nothing_more_is_sent_than_was_claimed(
    desk: Desk, telegram: SandboxClient, crowd: list[Person], database_url: str
) -> None:
    subject = await begun(desk, telegram)

    async with held_by_another(database_url):
        before = await sent(telegram)
        await stands_still(desk)
        await desk.clock.sleep(0.2)
        at_rest = await sent(telegram)
        await desk.clock.sleep(1)
        assert await sent(telegram) == at_rest <= before + CLAIMED

    await everybody_has_it_once(desk, telegram, subject, crowd)
    await desk.database.check()


async def test_a_chat_whose_rest_ends_meanwhile_gets_nothing_either(
    desk: Desk, telegram: SandboxClient, follow: Follow, database_url: str
) -> None:
    (person,) = await telegram.crowd(1, says="/start")
    await follow(person.id)
    for number in range(PRIVATE_BURST):
        await desk.settles(await desk.publish(f"Заголовок {number}"), {"sent": 1})
    # The chat is free again so soon that the next is claimed and waits in memory.
    await desk.clock.sleep(PRIVATE_WINDOW.total_seconds() - 1.5)
    last = await desk.publish("Последний")
    await desk.comes_to(last, {"sending": 1})

    async with held_by_another(database_url):
        desk.sender.wake.set()
        await stands_still(desk)
        await desk.clock.sleep(2)
        assert await sent(telegram) == PRIVATE_BURST

    await desk.settles(last, {"sent": 1})
    assert await sent(telegram) == PRIVATE_BURST + 1


async def test_a_claim_whose_commit_got_no_answer_is_taken_back_at_once_and_costs_no_attempt(
    desk: Desk, telegram: SandboxClient, crowd: list[Person], database: BreakingDatabase
) -> None:
    subject = await begun(desk, telegram)

    database.breaks = True
    await stands_still(desk)
    database.breaks = False

    await everybody_has_it_once(desk, telegram, subject, crowd)
    attempts = set()
    async with desk.database.transaction() as tx:
        for person in crowd:
            reader = await tx.destinations.by_chat(person.id)
            assert reader is not None
            attempts |= {record.attempts for record in await tx.accounts.records(reader.id, subject)}
    assert attempts == {1}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_server_that_drops_its_connections_again_and_again_costs_nobody_a_message_and_repeats_none(
    desk: Desk, telegram: SandboxClient, crowd: list[Person], database_url: str
) -> None:
    subject = await begun(desk, telegram)
    url = make_url(database_url)
    administrator = await asyncpg.connect(f"postgresql://postgres@/postgres?host={url.query['host']}", timeout=10)

    for _ in range(5):
        await administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", url.database
        )
        await desk.clock.sleep(0.1)
    await administrator.close()

    await everybody_has_it_once(desk, telegram, subject, crowd)
