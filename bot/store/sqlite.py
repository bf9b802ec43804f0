"""A connection to SQLite that asks its thread once a statement. Made for SQLAlchemy by database.py.

The driver has a thread for each connection and goes there four times a statement: for a cursor, to execute, to fetch and to
close. Each way there and back costs the event loop 0.1 ms, more than most statements. A transaction begins with its first
statement, and one that is over is not rolled back.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Self

import aiosqlite


class OneTripConnection(aiosqlite.Connection):
    def __init__(self, database: str, **options: Any) -> None:
        super().__init__(lambda: sqlite3.connect(database, **options), iter_chunk_size=0)
        # As SQLAlchemy has it of the driver's own: a connection that nobody closed keeps no process alive.
        self._thread.daemon = True
        self._begins = False

    def begin(self) -> None:
        """The next statement is the first of a transaction."""
        self._begins = True

    def cursor(self) -> "OneTripCursor":  # type: ignore[override]
        return OneTripCursor(self)

    async def run(self, cursor: "OneTripCursor", method: str, statement: str, parameters: Any) -> None:
        begins, self._begins = self._begins, False
        work = (cursor.take, self._conn, method, statement, parameters)
        await self._execute(*work, begins=begins)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        if self.in_transaction:
            await super().commit()
        self._begins = False

    async def rollback(self) -> None:
        """Asked for at the end of each transaction, also when it was committed."""
        if self.in_transaction:
            await super().rollback()
        self._begins = False


class OneTripCursor:
    """As much of a cursor as SQLAlchemy asks for."""

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        await self._connection.run(self, "execute", statement, parameters)

    async def executemany(self, statement: str, parameters: Any) -> None:
        await self._connection.run(self, "executemany", statement, parameters)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []

    def take(
        self, connection: sqlite3.Connection, method: str, statement: str, parameters: Any, *, begins: bool
    ) -> None:
        """In the connection's thread."""
        cursor = connection.cursor()
        try:
            if begins:
                # At once as a writer: who reads first and writes then may be told that the database is locked, and lose.
                cursor.execute("BEGIN IMMEDIATE")
            getattr(cursor, method)(statement, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            # Of a statement that returns rows it is known when all are fetched.
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
