"""Runs Alembic inside the caller's connection; the revisions are in migrations/versions, append-only."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bot.domain.errors import StoreError

# "migrate" in ASCII, as the number of an advisory lock: of processes that start together one migrates, the others wait.
_NUMBER = int.from_bytes(b"migrate")


def upgrade(connection: Connection, revision: str = "head") -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _NUMBER})
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as error:
        raise StoreError(
            "The database was migrated by a newer Rubrika. Run that version, or go back to a backup of the database. "
            f"({error})"
        ) from error


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
