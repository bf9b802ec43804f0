"""One process a database. The lock dies with its process, so that a restart right after a kill starts at once.

Beside SQLite a file lock (the operating system frees it), on PostgreSQL a session advisory lock (its connection frees it).
"""

from pathlib import Path
from typing import Protocol

import filelock
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.domain.errors import StoreError
from bot.store.database import Database, sentence

TAKEN = "Another Rubrika process already works on this database. Stop it first, or give this one its own DATABASE_URL."
# "rubrika" in ASCII, as the number of the advisory lock.
_NUMBER = int.from_bytes(b"rubrika")
# Tries of a second each: PostgreSQL may need a moment to notice that a killed process is gone.
_TRIES = 5


class InstanceLock(Protocol):
    async def acquire(self) -> None:
        """Raise StoreError when another process holds it."""

    async def is_held(self) -> bool: ...

    async def release(self) -> None: ...


def instance_lock(database: Database, clock: Clock) -> InstanceLock:
    url = make_url(database.url)
    if url.get_backend_name() == "sqlite":
        return _FileLock(Path(f"{url.database}.lock"))
    return _AdvisoryLock(database, clock)


class _FileLock:
    def __init__(self, path: Path) -> None:
        self._lock = filelock.FileLock(path, thread_local=False)

    async def acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise StoreError(TAKEN) from error
        except OSError as error:
            raise StoreError(sentence(error)) from error

    async def is_held(self) -> bool:
        return self._lock.is_locked

    async def release(self) -> None:
        self._lock.release()


class _AdvisoryLock:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._connection: AsyncConnection | None = None

    async def acquire(self) -> None:
        try:
            connection = await self._database.engine.connect()
            try:
                if await self._take(connection):
                    self._connection = connection
            finally:
                if self._connection is not connection:
                    await connection.close()
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(sentence(error)) from error
        if self._connection is None:
            raise StoreError(TAKEN)

    async def _take(self, connection: AsyncConnection) -> bool:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for attempt in range(_TRIES):
            if attempt:
                await self._clock.sleep(1)
            if await connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _NUMBER}):
                return True
        return False

    async def is_held(self) -> bool:
        """The lock lives as long as its connection."""
        if self._connection is None:
            return False
        try:
            await self._connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            await self._connection.invalidate()
            await self._connection.close()
            self._connection = None
            return False
        return True

    async def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            # The pool keeps the connection open, and with it the lock would stay.
            await connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": _NUMBER})
        except (SQLAlchemyError, OSError):
            await connection.invalidate()
        await connection.close()
