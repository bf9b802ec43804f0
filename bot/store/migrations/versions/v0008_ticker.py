"""How each channel's ticker comes, which message is its live one, and whether it may be pinned."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only in a column of type INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("destinations", sa.Column("ticker_plan", sa.Text(), nullable=True))
    op.add_column(
        "destinations", sa.Column("pin_right", sa.String(length=16), nullable=False, server_default=sa.text("'held'"))
    )
    op.execute("UPDATE destinations SET ticker_plan = 'every ' || ticker_minutes WHERE ticker_minutes IS NOT NULL")
    op.drop_column("destinations", "ticker_minutes")
    op.add_column(
        "tickers", sa.Column("layout", sa.String(length=16), nullable=False, server_default=sa.text("'batch'"))
    )
    op.add_column("tickers", sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    _index("ix_tickers_open", "tickers", "is_open", "destination_id", unique=True)
    _index("ix_ticker_lines_waiting", "ticker_lines", "ticker_id IS NULL", "destination_id", unique=False)
    _index("ix_destinations_ticker", "destinations", "ticker_plan IS NOT NULL", "ticker_plan", "id", unique=False)
    _index("ix_destinations_unpinned", "destinations", "pin_right = 'missing'", "id", unique=False)
    _rewrite_history()


def _rewrite_history() -> None:
    """A change of a ticker was kept as a number of minutes."""
    changes = sa.table(
        "channel_changes", sa.column("id", Id), sa.column("setting", sa.String), sa.column("value", sa.JSON)
    )
    kept = op.get_bind().execute(sa.select(changes.c.id, changes.c.value).where(changes.c.setting == "ticker")).all()
    for change_id, value in kept:
        if isinstance(value, int):
            op.execute(changes.update().where(changes.c.id == change_id).values(value=f"every {value}"))


def _index(name: str, table: str, condition: str, *columns: str, unique: bool) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
