"""Whether a database needs no migration, without Alembic: by the newest file among the revisions."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

_VERSIONS = Path(__file__).with_name("migrations") / "versions"


def is_newest(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    stands = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return bool(stands == max(file.stem[1:5] for file in _VERSIONS.glob("v[0-9]*.py")))
