"""One process a database, on both engines."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.clock import MovableClock
from bot.domain.errors import StoreError
from bot.store.database import Database
from bot.store.lock import TAKEN, InstanceLock, instance_lock

TERMINATE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = ("
    "SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def clock() -> MovableClock:
    """Flows, and is moved on where a lock is tried again every second."""
    return MovableClock()


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def lock(database: Database, clock: MovableClock) -> AsyncIterator[InstanceLock]:
    """Ours, taken."""
    ours = instance_lock(database, clock)
    await ours.acquire()
    yield ours
    await ours.release()


@pytest.fixture
async def second(other: Database, clock: MovableClock) -> AsyncIterator[InstanceLock]:
    theirs = instance_lock(other, clock)
    yield theirs
    await theirs.release()


async def refusal(lock: InstanceLock, clock: MovableClock) -> str:
    async def refused() -> str:
        with pytest.raises(StoreError) as error:
            await lock.acquire()
        return str(error.value)

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        trying = group.create_task(refused())
        while not trying.done():
            clock.advance(1)
            await clock.sleep(0.01)
    return trying.result()


async def test_a_second_process_is_refused(lock: InstanceLock, second: InstanceLock, clock: MovableClock) -> None:
    assert await refusal(second, clock) == TAKEN

    assert await lock.is_held()
    assert not await second.is_held()


async def test_a_released_lock_is_free_at_once(lock: InstanceLock, second: InstanceLock) -> None:
    await lock.release()

    await second.acquire()

    assert await second.is_held()
    assert not await lock.is_held()


async def test_releasing_what_is_not_held_is_harmless(
    lock: InstanceLock, second: InstanceLock, clock: MovableClock
) -> None:
    await second.release()

    assert await refusal(second, clock) == TAKEN
    await lock.release()
    await lock.release()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_process_that_has_just_died_is_waited_for(
    lock: InstanceLock, second: InstanceLock, clock: MovableClock
) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        trying = group.create_task(second.acquire())
        await clock.sleep(0.1)
        assert not trying.done()
        await lock.release()
        clock.advance(1)

    assert await second.is_held()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_lost_connection_is_noticed_and_the_lock_can_be_taken_again(
    lock: InstanceLock, other: Database, second: InstanceLock, clock: MovableClock
) -> None:
    async with other.engine.begin() as connection:
        await connection.execute(TERMINATE)

    assert not await lock.is_held()
    await lock.acquire()

    assert await lock.is_held()
    assert await refusal(second, clock) == TAKEN


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_another_process_that_took_a_lost_lock_keeps_it(
    lock: InstanceLock, other: Database, second: InstanceLock, clock: MovableClock
) -> None:
    async with other.engine.begin() as connection:
        await connection.execute(TERMINATE)
    await second.acquire()

    assert not await lock.is_held()
    assert await refusal(lock, clock) == TAKEN


async def test_a_database_that_is_out_of_reach_is_said(clock: MovableClock) -> None:
    database = Database("postgresql+asyncpg://rubrika@127.0.0.1:9/rubrika")

    assert await refusal(instance_lock(database, clock), clock) == (
        "The database cannot be reached. Check DATABASE_URL and that the server runs. "
        "([Errno 111] Connect call failed ('127.0.0.1', 9))"
    )
    await database.close()
