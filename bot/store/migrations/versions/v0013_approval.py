"""Posts that wait for an administrator's tap: who is asked, in which message, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("destinations", sa.Column("needs_approval", sa.Boolean(), nullable=False, server_default=sa.false()))

    op.create_table(
        "channel_approvers",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("refused_at", Utc),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destinations.id"],
            name=op.f("fk_channel_approvers_destination_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("destination_id", "user_id", name=op.f("pk_channel_approvers")),
    )
    op.create_index(op.f("ix_channel_approvers_user_id"), "channel_approvers", ["user_id"])

    op.create_table(
        "approval_requests",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("previous_id", Id),
        sa.Column("drawn_at", Utc, nullable=False),
        sa.Column("called_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destinations.id"],
            name=op.f("fk_approval_requests_destination_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("destination_id", "user_id", name=op.f("pk_approval_requests")),
    )

    op.create_table(
        "approvals",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_approvals_destination_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_approvals_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("destination_id", "article_id", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_article_id"), "approvals", ["article_id"])

    waits = sa.text("state = 'queued' AND priority = 0")
    op.create_index(
        "ix_deliveries_awaiting",
        "deliveries",
        ["destination_id", "id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
