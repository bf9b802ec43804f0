"""Channels that are joined and followed: who administers them, one-time codes, lacking rights, what a pause made them miss."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channel_administrators",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("destination_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destinations.id"],
            name=op.f("fk_channel_administrators_destination_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "destination_id", name=op.f("pk_channel_administrators")),
    )

    op.create_table(
        "channel_codes",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digits", sa.String(length=8), nullable=False),
        sa.Column("until", Utc, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_channel_codes")),
        sa.UniqueConstraint("digits", name=op.f("uq_channel_codes_digits")),
    )

    op.create_table(
        "missed_articles",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_missed_articles_destination_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_missed_articles_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("destination_id", "article_id", name=op.f("pk_missed_articles")),
    )
    op.create_index(op.f("ix_missed_articles_article_id"), "missed_articles", ["article_id"])

    for column in (
        sa.Column("is_group", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("username", sa.Text()),
        sa.Column("lacks", sa.JSON()),
        sa.Column("paused_at", Utc),
        sa.Column("looked_at", Utc),
    ):
        op.add_column("destinations", column)
    _index("looked_at", "looked_at", "kind = 'channel'")
    _index("paused", "id", "kind = 'channel' AND state = 'paused'")
    op.execute("UPDATE destinations SET looked_at = created_at WHERE kind = 'channel'")
    # Since when is not known; what was missed before is not.
    op.execute("UPDATE destinations SET paused_at = created_at WHERE kind = 'channel' AND state = 'paused'")


def _index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(f"ix_destinations_{name}", "destinations", [column], sqlite_where=where, postgresql_where=where)
