"""Accounted delivery: an outbox that is claimed, settled and pruned by indexes of its own, however long it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("ix_deliveries_queue", "ix_deliveries_open", "ix_deliveries_subject"):
        op.drop_index(name, "deliveries")
    with op.batch_alter_table("deliveries", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint("fk_deliveries_destination_id", type_="foreignkey")
        table.drop_constraint("uq_deliveries_destination_id", type_="unique")
        table.create_unique_constraint(
            "uq_deliveries_subject_kind", ["subject_kind", "subject_id", "action", "revision", "destination_id"]
        )
        table.alter_column("not_before", existing_type=sa.DateTime(timezone=True), nullable=True)
    op.execute("UPDATE deliveries SET not_before = NULL WHERE state = 'queued'")
    _index("due", "state = 'queued' AND not_before IS NULL", sa.text("priority DESC"), "id")
    _index("waiting", "state = 'queued' AND not_before IS NOT NULL", "not_before")
    _index("open", "state IN ('queued', 'sending')", "destination_id", "priority", "id")
    _index("sending", "state = 'sending'", "id")
    _index("uncertain", "state = 'uncertain'", "id")
    _index("settled", "settled_at IS NOT NULL", "settled_at")
    with op.batch_alter_table("posts") as table:
        table.drop_constraint("fk_posts_destination_id", type_="foreignkey")
    op.create_index(op.f("ix_posts_sent_at"), "posts", ["sent_at"])


def _index(name: str, condition: str, *columns: str | sa.TextClause) -> None:
    where = sa.text(condition)
    op.create_index(f"ix_deliveries_{name}", "deliveries", columns, sqlite_where=where, postgresql_where=where)
