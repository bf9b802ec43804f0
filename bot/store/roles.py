"""Which of several processes on one database does what. In: the names of roles. Out: which of them are ours this moment.

A role is what one process at a time does: sending, taking updates by polling, planning, looking at pages again, telling
editors. Everything else (polling sources, serving webhooks and HTTP) all processes do, each row once.

On PostgreSQL each process has a row in `processes` and renews it twice a second, by the database's clock; a role is a row in
`leases` that points there, and a source that is polled names it. A process is dead when its row was not renewed for TTL,
or for GRACE while the session advisory lock of its row is gone as well, since the server frees that with the connection. The
lock alone would stay with a process that hangs or sits behind a cut network; the lease alone would make each restart after a
kill -9 wait until it is over. Whoever sees a dead process deletes its row, and with it go its roles and sources: nobody can
renew what was deleted, or delete what was renewed. The sender's books are written only while its lease stands
(`Role.prove`), and a holder stops acting MARGIN before others may begin, by a clock that nobody sets, counted from before it
asked to renew.

An SQLite file belongs to one process, which has all roles: a lock of the operating system sees to it.
"""

import asyncio
import logging
import math
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import filelock
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.domain.errors import StoreError
from bot.store.database import Database, Transaction, sentence

logger = logging.getLogger(__name__)

TAKEN = "Another Rubrika process already works on this database. Stop it first, or give this one its own DATABASE_URL."
# Seconds: between renewals, until a silent process is dead, until one is that is silent and has lost its connection, what a
# holder leaves unused at the end, and how long a renewal and a farewell may take.
EVERY, TTL, GRACE, MARGIN, PATIENCE, LEAVING = 0.5, 6.0, 1.5, 2.0, 3.0, 1.0
# "rubrika" in ASCII: the lock by which versions that allow one process keep all others out; we share it.
_VERSION_LOCK = int.from_bytes(b"rubrika")
# "rbrk" in ASCII: the class of the locks by which processes show that they live; the other half is their id.
_LIFE_LOCK = int.from_bytes(b"rbrk")
# Tries of a second each: PostgreSQL may need a moment to notice that a killed process is gone.
_TRIES = 5

# PostgreSQL's lock_not_available.
_IS_LOCKED = "55P03"

_WAIT_BRIEFLY = text("SET lock_timeout = '500ms'")
_SHARE = text("SELECT pg_try_advisory_lock_shared(:number)")
_LIVE = text("SELECT pg_try_advisory_lock(CAST(:kind AS integer), CAST(:id AS integer))")
_REGISTER = text(
    "INSERT INTO processes (id, name, until) VALUES (:id, :name, clock_timestamp() + make_interval(secs => :ttl))"
)
_RENEW = text("UPDATE processes SET until = clock_timestamp() + make_interval(secs => :ttl) WHERE id = :id")
_BURY = text("""
    DELETE FROM processes WHERE id IN (
        SELECT id FROM processes WHERE id <> :id AND (
            until < clock_timestamp() OR (until < clock_timestamp() + make_interval(secs => :unproven) AND NOT EXISTS (
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = :kind
                AND objid = processes.id AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            ))
        ) FOR UPDATE SKIP LOCKED
    ) RETURNING name
""")
_TAKE = text("""
    INSERT INTO leases (name, holder) SELECT wanted, :id FROM unnest(CAST(:names AS text[])) AS wanted
    ON CONFLICT DO NOTHING RETURNING name
""")
_LEAVE = text("DELETE FROM processes WHERE id = :id")


@dataclass(slots=True)
class _Life:
    """A process's row, and until when by our own clock we may count on it. A row that was deleted `is_over`."""

    id: int
    until: float
    is_over: bool = False


# The whole database is ours.
_SOLE = _Life(id=0, until=math.inf)


class Role:
    """What one process at a time does. `term` is another each time that it became ours."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._life = _Life(id=0, until=-math.inf, is_over=True)
        self._is_conceded = False

    @classmethod
    def of_one(cls, name: str) -> "Role":
        """Where there is no other process."""
        role = cls(name)
        role.grant(_SOLE)
        return role

    @property
    def is_held(self) -> bool:
        """Ours, as far as this process can tell by itself."""
        return time.monotonic() < self._life.until

    @property
    def is_left_to_us(self) -> bool:
        """Ours, or was when the database went out of reach, and nobody is known to have it now.

        For what two processes may do at once without harm, so that it goes on while no process reaches the database.
        """
        return self.is_held or not (self._life.is_over or self._is_conceded)

    def concede(self) -> None:
        """Somebody else does it, as far as can be told without the database."""
        self._is_conceded = True

    @property
    def term(self) -> int:
        return self._life.id

    def grant(self, life: _Life) -> None:
        self._life = life
        self._is_conceded = False

    async def prove(self, tx: Transaction) -> None:
        """Raise StoreError unless it is ours; nobody takes it over before this transaction has ended."""
        if self._life is not _SOLE and not await tx.leases.keep(self.name, holder=self._life.id):
            raise StoreError("Another process does this by now.")


class Roles(Protocol):
    @property
    def process(self) -> int | None:
        """Our row among several processes; None where there is one alone."""

    async def enter(self) -> None:
        """Take our place at the database, before anything is done there. Raise StoreError when there is none for us."""

    async def claim(self) -> None:
        """Take what roles are free; the database is migrated by now. Raise StoreError when the database fails."""

    async def keep(self) -> None:
        """Hold on to what is ours and take over what becomes free, until cancelled."""

    async def leave(self) -> None:
        """Others take over at once."""


def roles_on(database: Database, roles: Sequence[Role], *, clock: Clock, on_change: Callable[[], None]) -> Roles:
    """`on_change` is called when a role became ours. `clock` is the real one."""
    url = make_url(database.url)
    if url.get_backend_name() == "sqlite":
        return _AloneOnFile(Path(f"{url.database}.lock"), roles)
    return _Shared(database, roles, clock=clock, on_change=on_change)


class _AloneOnFile:
    def __init__(self, path: Path, roles: Sequence[Role]) -> None:
        self._lock = filelock.FileLock(path, thread_local=False)
        self._roles = roles

    @property
    def process(self) -> int | None:
        return None

    async def enter(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise StoreError(TAKEN) from error
        except OSError as error:
            raise StoreError(sentence(error)) from error

    async def claim(self) -> None:
        for role in self._roles:
            role.grant(_SOLE)

    async def keep(self) -> None:
        """The operating system does."""

    async def leave(self) -> None:
        self._lock.release()


class _Shared:
    def __init__(
        self, database: Database, roles: Sequence[Role], *, clock: Clock, on_change: Callable[[], None]
    ) -> None:
        self._database = database
        self._roles = roles
        self._clock = clock
        self._on_change = on_change
        self._connection: AsyncConnection | None = None
        self._life: _Life | None = None
        self._is_proven = False

    @property
    def process(self) -> int | None:
        # Nobody has the id 0.
        return self._life.id if self._life is not None else 0

    async def enter(self) -> None:
        for attempt in range(_TRIES):
            if attempt == 1:
                logger.info("Another Rubrika process works on this database; waiting for its end.")
            if attempt:
                await self._clock.sleep(1)
            try:
                await self._connect()
            except (SQLAlchemyError, OSError) as error:
                raise StoreError(sentence(error)) from error
            if self._connection is not None:
                return
        raise StoreError(TAKEN)

    async def claim(self) -> None:
        try:
            await self._beat()
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(sentence(error)) from error

    async def keep(self) -> None:
        while True:
            await self._clock.sleep(EVERY)
            with self._database.patience("Showing that this process lives"):
                try:
                    async with asyncio.timeout(PATIENCE):
                        await self._beat()
                except (SQLAlchemyError, OSError) as error:
                    # A time-out is an OSError as well.
                    await self._disconnect()
                    raise StoreError(sentence(error)) from error

    async def leave(self) -> None:
        if self._connection is not None and self._life is not None:
            try:
                async with asyncio.timeout(LEAVING):
                    await self._connection.execute(_LEAVE, {"id": self._life.id})
            except (SQLAlchemyError, OSError) as error:
                logger.warning("Other processes have to find out that this one left: %s", sentence(error))
        self._end_life()
        await self._disconnect()

    async def _beat(self) -> None:
        began = time.monotonic()
        if self._connection is None:
            await self._connect()
        if (connection := self._connection) is None:
            raise OSError(TAKEN)
        life = await self._renew(connection)
        life.until = began + TTL - MARGIN
        await self._bury(connection, life)
        if missing := {role.name: role for role in self._roles if role.term != life.id}:
            taken = list(await connection.scalars(_TAKE, {"id": life.id, "names": list(missing)}))
            for name in taken:
                missing[name].grant(life)
            if taken:
                logger.info("This process has new roles.", extra={"roles": ", ".join(sorted(taken))})
                self._on_change()

    async def _bury(self, connection: AsyncConnection, life: _Life) -> None:
        about = {"id": life.id, "kind": _LIFE_LOCK, "unproven": TTL - GRACE}
        try:
            gone = list(await connection.scalars(_BURY, about))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _IS_LOCKED:
                raise
            # It hangs in the middle of writing; the database ends that soon (database.IDLE_TIMEOUT).
            return
        for name in gone:
            logger.warning("A process is gone; others take over what it did.", extra={"gone": name})

    async def _renew(self, connection: AsyncConnection) -> _Life:
        if self._life is not None:
            if not self._is_proven:
                self._is_proven = await self._prove_life(connection, self._life.id)
            if (await connection.execute(_RENEW, {"id": self._life.id, "ttl": TTL})).rowcount:
                return self._life
            logger.error("Others took this process for dead and took over what it did; it begins anew.")
            self._end_life()
        life = _Life(id=secrets.randbelow(2**31 - 1) + 1, until=-math.inf)
        self._is_proven = await self._prove_life(connection, life.id)
        await connection.execute(_REGISTER, {"id": life.id, "name": f"{socket.gethostname()}-{life.id}", "ttl": TTL})
        self._life = life
        return life

    async def _prove_life(self, connection: AsyncConnection, number: int) -> bool:
        """False for a moment after our former connection broke, until the server has noticed that too."""
        return bool(await connection.scalar(_LIVE, {"kind": _LIFE_LOCK, "id": number}))

    async def _connect(self) -> None:
        """Leaves no connection behind where a version that works alone has the database."""
        connection = await self._database.engine.connect()
        self._connection, self._is_proven = connection, False
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(_WAIT_BRIEFLY)
            is_free = await connection.scalar(_SHARE, {"number": _VERSION_LOCK})
            raw = await connection.get_raw_connection()
            raw.driver_connection.add_termination_listener(self._lost)  # type: ignore[union-attr]
        except BaseException:
            await self._disconnect()
            raise
        if not is_free:
            await self._disconnect()

    def _lost(self, _connection: object) -> None:
        """Others may hold us for dead from now on, sooner than at the end of the lease."""
        if self._life is not None:
            self._life.until = -math.inf

    def _end_life(self) -> None:
        if self._life is not None:
            self._life.until = -math.inf
            self._life.is_over = True
        self._life = None

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Closed for good: in the pool it would keep its locks.
            await connection.invalidate()
            await connection.close()
