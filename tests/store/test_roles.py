"""Which process has which role: alone on an SQLite file, one of several on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import TextClause, text

from bot.clock import MovableClock
from bot.domain.errors import StoreError
from bot.domain.source import SourceId
from bot.store.database import Database
from bot.store.roles import TAKEN, Role, Roles, roles_on

NAMES = ("sending:7000", "planning")
# The connection by which a process shows that it lives.
CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND objid = :number"
)
# What the others see of a process that does nothing for so many seconds.
PASS = text("UPDATE processes SET until = until - make_interval(secs => :seconds) WHERE id = :number")

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Process:
    """One of several, with a connection pool of its own."""

    def __init__(self, url: str, clock: MovableClock) -> None:
        self.database = Database(url)
        self.sending, self.planning = self.roles = tuple(map(Role, NAMES))
        self.changes = 0
        self.place: Roles = roles_on(self.database, self.roles, clock=clock, on_change=self._changed)

    async def starts(self) -> None:
        await self.place.enter()
        await self.place.claim()

    async def ends(self) -> None:
        await self.place.leave()
        await self.database.close()

    async def is_cut_off(self) -> None:
        await self._suffers(CUT, number=self.place.process)

    async def is_silent(self, *, seconds: float) -> None:
        await self._suffers(PASS, number=self.place.process, seconds=seconds)

    async def _suffers(self, statement: TextClause, **given: object) -> None:
        async with self.database.engine.begin() as connection:
            await connection.execute(statement, given)

    async def may_write(self, role: Role) -> bool:
        try:
            async with self.database.transaction() as tx:
                await role.prove(tx)
        except StoreError:
            return False
        return True

    @property
    def held(self) -> list[str]:
        return [role.name for role in self.roles if role.is_held]

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def clock() -> MovableClock:
    """Flows, and is moved on where something is tried again every second."""
    return MovableClock()


@pytest.fixture
async def first(database_url: str, clock: MovableClock) -> AsyncIterator[Process]:
    """At work."""
    process = Process(database_url, clock)
    await process.starts()
    yield process
    await process.ends()


@pytest.fixture
async def second(database_url: str, clock: MovableClock) -> AsyncIterator[Process]:
    """Not yet at work."""
    process = Process(database_url, clock)
    yield process
    await process.ends()


async def refusal(process: Process, clock: MovableClock) -> str:
    async def refused() -> str:
        with pytest.raises(StoreError) as error:
            await process.place.enter()
        return str(error.value)

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        trying = group.create_task(refused())
        while not trying.done():
            clock.advance(1)
            await clock.sleep(0.01)
    return trying.result()


async def test_the_first_process_has_every_role(first: Process) -> None:
    assert first.held == [*NAMES]
    assert await first.may_write(first.sending)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_sqlite_file_has_one_process_until_it_leaves(
    first: Process, second: Process, clock: MovableClock
) -> None:
    assert await refusal(second, clock) == TAKEN
    await second.place.leave()
    assert await refusal(second, clock) == TAKEN

    await first.place.leave()
    await second.starts()

    assert second.held == [*NAMES]


@only_postgresql
async def test_a_second_process_waits_beside_the_first_and_takes_over_what_it_leaves(
    first: Process, second: Process
) -> None:
    await second.starts()
    assert second.held == []
    assert not await second.may_write(second.sending)

    await first.place.leave()
    assert first.held == []
    await second.place.claim()

    assert second.held == [*NAMES]
    assert second.changes == 1
    assert await second.may_write(second.sending)


@only_postgresql
async def test_a_killed_process_is_dead_as_soon_as_it_misses_a_renewal(first: Process, second: Process) -> None:
    await second.starts()
    await first.is_cut_off()
    await second.place.claim()
    assert second.held == []

    await first.is_silent(seconds=2)
    await second.place.claim()

    assert second.held == [*NAMES]
    assert first.held == []


@only_postgresql
async def test_a_process_that_hangs_loses_its_roles_with_its_lease_and_learns_it_when_it_goes_on(
    first: Process, second: Process
) -> None:
    term = first.sending.term
    await second.starts()
    await first.is_silent(seconds=5)
    await second.place.claim()
    assert second.held == []

    await first.is_silent(seconds=6)
    await second.place.claim()
    assert second.held == [*NAMES]
    assert not await first.may_write(first.sending)

    await first.place.claim()
    assert first.held == []
    assert first.place.process not in {term, second.place.process}


@only_postgresql
async def test_a_cut_connection_stops_the_holder_at_once_and_is_made_anew_without_a_new_term(
    first: Process, clock: MovableClock
) -> None:
    term = first.sending.term
    await first.is_cut_off()
    async with asyncio.timeout(10):
        while first.held:
            await clock.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(first.place.keep())
        async with asyncio.timeout(10):
            while not first.held:
                clock.advance(1)
                await clock.sleep(0.05)
        keeping.cancel()

    assert first.held == [*NAMES]
    assert first.sending.term == term
    assert await first.may_write(first.sending)


@only_postgresql
async def test_nobody_takes_over_while_the_holder_writes(first: Process, second: Process) -> None:
    await second.starts()
    async with first.database.transaction() as tx:
        await first.sending.prove(tx)
        await first.is_silent(seconds=60)
        await second.place.claim()
        assert second.held == []
    await second.place.claim()

    assert second.held == [*NAMES]


@only_postgresql
async def test_a_version_that_works_alone_and_this_one_keep_each_other_out(
    first: Process, second: Process, clock: MovableClock
) -> None:
    alone = {"number": int.from_bytes(b"rubrika")}
    async with second.database.engine.connect() as connection:
        assert not await connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), alone)
        await first.ends()
        assert await connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), alone)

        assert await refusal(second, clock) == TAKEN
        await connection.invalidate()


@only_postgresql
async def test_each_source_is_polled_by_one_process_until_that_is_done_or_dead(
    newsroom: Database, first: Process, second: Process, clock: MovableClock
) -> None:
    await second.starts()

    async def takes(process: Process, limit: int) -> list[SourceId]:
        async with process.database.transaction() as tx:
            found = await tx.sources.due(clock.now(), limit=limit, process=process.place.process)
        return [source.id for source in found]

    async with newsroom.transaction() as tx:
        every = [source.id for source in await tx.sources.all()]
    async with first.database.transaction() as tx:
        ours = await tx.sources.due(clock.now(), limit=1, process=first.place.process)
        # Of one that is being taken this moment nobody waits for the end.
        async with asyncio.timeout(5):
            theirs = await takes(second, 10)
    assert sorted([ours[0].id, *theirs]) == every
    assert await takes(second, 10) == theirs

    async with first.database.transaction() as tx:
        await tx.sources.record(ours[0].id, polled_by=None)
    assert await takes(second, 10) == every
    await second.place.leave()
    assert await takes(first, 10) == every


@only_postgresql
async def test_a_sender_of_another_bot_is_known_to_be_there(first: Process, second: Process) -> None:
    async with first.database.transaction() as tx:
        assert not await tx.leases.has_kin("sending:7000")

    await second.starts()
    async with second.database.engine.begin() as connection:
        about = {"holder": second.place.process}
        await connection.execute(text("INSERT INTO leases (name, holder) VALUES ('sending:8000', :holder)"), about)

    async with first.database.transaction() as tx:
        assert await tx.leases.has_kin("sending:7000")


async def test_a_database_that_is_out_of_reach_is_said(clock: MovableClock) -> None:
    process = Process("postgresql+asyncpg://rubrika@127.0.0.1:9/rubrika", clock)

    assert await refusal(process, clock) == (
        "The database cannot be reached. Check DATABASE_URL and that the server runs. "
        "([Errno 111] Connect call failed ('127.0.0.1', 9))"
    )
    await process.ends()
