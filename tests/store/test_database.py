"""What an operator reads when the database cannot be used."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.clock import MovableClock
from bot.domain.errors import StoreError
from bot.store import database as module
from bot.store.database import Database, sentence

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def trouble(database: Database) -> str:
    with pytest.raises(StoreError) as refused:
        await database.check()
    await database.close()
    return str(refused.value)


async def test_a_migrated_database_answers(database: Database) -> None:
    await database.check()


async def test_what_a_failed_transaction_did_is_undone(newsroom: Database, clock: MovableClock) -> None:
    async def fails() -> None:
        async with newsroom.transaction() as tx:
            await tx.staff.appoint(user_id=1004, name="Edgar", by=1005, now=clock.now())
            raise LookupError

    with pytest.raises(LookupError):
        await fails()

    async with newsroom.transaction() as tx:
        assert await tx.staff.editors() == []


async def test_a_missing_table_is_not_told_as_a_missing_database(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE rubrics RENAME TO headings"))

    said = await trouble(database)

    assert said.startswith("The tables in the database are not Rubrika's: DATABASE_URL names another program's")
    assert "rubrics" in said


@SQLITE
async def test_who_gives_up_before_a_transaction_begins_leaves_none_open(newsroom: Database) -> None:
    async def asks() -> None:
        async with newsroom.transaction() as tx:
            await tx.staff.editors()

    with closing(sqlite3.connect(make_url(newsroom.url).database or "")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asks(), 0.1)
        other.rollback()

    await asks()


@SQLITE
async def test_a_file_that_another_program_holds(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT", 0.05)
    database = Database(database_url)
    other = sqlite3.connect(make_url(database_url).database or "")
    other.execute("BEGIN IMMEDIATE")

    said = await trouble(database)

    other.close()
    assert said == (
        "Another program holds the database file. Close it, or wait until it has finished. (database is locked)"
    )
    await database.check()
    await database.close()


@SQLITE
async def test_a_file_that_was_taken_away_while_rubrika_runs(database: Database, tmp_path: Path) -> None:
    await database.check()
    (tmp_path / "rubrika.db").rename(tmp_path / "elsewhere.db")

    assert await trouble(database) == (
        f"The database file {tmp_path / 'rubrika.db'} is gone. Stop Rubrika, then put the file back."
    )


async def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear editors, " * 100)

    assert await trouble(Database(f"sqlite+aiosqlite:///{tmp_path / 'letter.txt'}")) == (
        "DATABASE_URL names a file that is not an SQLite database. (file is not a database)"
    )


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL names a folder"):
        Database(f"sqlite+aiosqlite:///{tmp_path}")


@pytest.mark.parametrize("below", ["rubrika.db", "folder/rubrika.db"])
def test_a_file_in_the_place_of_the_folder(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="DATABASE_URL names a file below something that is no folder"):
        Database(f"sqlite+aiosqlite:///{tmp_path / 'file' / below}")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql+asyncpg://rubrika:hunter2@db:port/rubrika", id="a port that is no number"),
        pytest.param("sqlite+aiosqlite://data/rubrika.db", id="a server for SQLite"),
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Database(url)

    assert str(refused.value) == (
        "DATABASE_URL cannot be read. It is sqlite+aiosqlite:///file or postgresql+asyncpg://user:password@host/database."
    )


def test_an_option_of_another_driver_is_named() -> None:
    with pytest.raises(StoreError) as refused:
        Database("postgresql+asyncpg://rubrika@db/rubrika?sslmode=require&ssl=require")

    assert str(refused.value) == (
        "The PostgreSQL driver does not know these options of DATABASE_URL: sslmode. TLS is asked for with ssl=require."
    )


async def test_a_postgresql_that_is_down() -> None:
    assert await trouble(Database("postgresql+asyncpg://rubrika@127.0.0.1:9/rubrika")) == (
        "The database cannot be reached. Check DATABASE_URL and that the server runs. "
        "([Errno 111] Connect call failed ('127.0.0.1', 9))"
    )


@POSTGRESQL
async def test_a_database_that_postgresql_does_not_have(database_url: str) -> None:
    url = make_url(database_url).set(database="newspaper").render_as_string()

    assert await trouble(Database(url)) == (
        'PostgreSQL does not know the database in DATABASE_URL; create it first. (database "newspaper" does not exist)'
    )


@POSTGRESQL
async def test_a_role_that_postgresql_does_not_have(database_url: str) -> None:
    url = make_url(database_url).set(username="typesetter").render_as_string()

    assert await trouble(Database(url)) == (
        'PostgreSQL does not know the role in DATABASE_URL; create it first. (role "typesetter" does not exist)'
    )


@POSTGRESQL
async def test_a_role_without_the_right_to_create_tables(database_url: str) -> None:
    owner = Database(database_url)
    role = f"guest_{make_url(database_url).database}"
    async with owner.engine.begin() as connection:
        await connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
        await connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    await owner.close()
    guest = Database(make_url(database_url).set(username=role).render_as_string())

    with pytest.raises(StoreError) as refused:
        await guest.migrate()

    await guest.close()
    assert str(refused.value) == (
        "The role in DATABASE_URL lacks a right in PostgreSQL: make it the owner of the database. "
        "(permission denied for schema public)"
    )


@POSTGRESQL
async def test_a_connection_that_was_cut_is_replaced(database: Database) -> None:
    await database.check()
    async with database.engine.connect() as connection:
        mine = await connection.scalar(text("SELECT pg_backend_pid()"))
    administrator = Database(make_url(database.url).set(database="postgres").render_as_string())
    async with administrator.engine.begin() as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend({mine})"))
    await administrator.close()

    await database.check()


# What cannot be brought about here: root may write everywhere, disks are not full, and the test server asks for no password.
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            sqlite3.OperationalError("attempt to write a readonly database"),
            "The database file cannot be written. Check its owner and the rights of its folder.",
        ),
        (
            sqlite3.OperationalError("unable to open database file"),
            "The database file cannot be opened. Check DATABASE_URL and the folder's rights.",
        ),
        (
            sqlite3.OperationalError("database or disk is full"),
            "The disk with the database is full. Free some space; Rubrika goes on by itself.",
        ),
        (
            asyncpg.DiskFullError('could not extend file "base/1/2": No space left on device'),
            "The disk with the database is full. Free some space; Rubrika goes on by itself.",
        ),
        (
            OSError(28, "No space left on device", "/data"),
            "The disk with the database is full. Free some space; Rubrika goes on by itself.",
        ),
        (
            PermissionError(13, "Permission denied", "/data"),
            "The folder of the database cannot be written. Check DATABASE_URL and the folder's rights.",
        ),
        (
            OSError(30, "Read-only file system", "/data"),
            "The folder of the database cannot be written. Check DATABASE_URL and the folder's rights.",
        ),
        (
            asyncpg.InvalidPasswordError('password authentication failed for user "rubrika"'),
            "PostgreSQL refuses the user or password in DATABASE_URL.",
        ),
    ],
)
def test_what_a_driver_says_is_told_with_advice(error: Exception, told: str) -> None:
    wrapped = error if isinstance(error, OSError) else OperationalError("SELECT 1", {}, error)

    assert sentence(wrapped) == f"{told} ({error})"


def test_a_database_that_does_not_answer_in_time() -> None:
    assert sentence(TimeoutError()) == "The database cannot be reached. Check DATABASE_URL and that the server runs."


def test_a_database_with_too_much_to_do() -> None:
    assert sentence(PoolTimeoutError()) == (
        "The database is too busy: no connection became free. Look for long-running queries."
    )


def test_what_nobody_foresaw_is_told_in_the_words_of_the_driver() -> None:
    error = OperationalError("SELECT 1", {}, sqlite3.OperationalError("malformed database schema\nat line 2"))

    assert sentence(error) == "The database refused: malformed database schema"
