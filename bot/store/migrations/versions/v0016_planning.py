"""The key of deliveries begins with numbers: a fan-out on PostgreSQL compares no words for the place of each row."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite builds the table anew, and the order within an index is not kept.
    op.drop_index("ix_deliveries_due", "deliveries")
    with op.batch_alter_table("deliveries", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint("uq_deliveries_subject_kind", type_="unique")
        table.create_unique_constraint(
            "uq_deliveries_subject_id", ["subject_id", "destination_id", "revision", "action", "subject_kind"]
        )
    is_due = sa.text("state = 'queued' AND not_before IS NULL")
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        [sa.text("priority DESC"), "id"],
        sqlite_where=is_due,
        postgresql_where=is_due,
    )
