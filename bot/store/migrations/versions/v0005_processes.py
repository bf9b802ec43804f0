"""Several processes on one database: who works, who has which role, who polls which source."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_processes"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("holder", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
        sa.ForeignKeyConstraint(["holder"], ["processes.id"], name="fk_leases_holder", ondelete="CASCADE"),
    )
    op.create_index("ix_leases_holder", "leases", ["holder"])
    op.add_column("sources", sa.Column("polled_by", sa.Integer))
