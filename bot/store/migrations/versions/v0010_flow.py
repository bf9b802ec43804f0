"""What of its rubrics' articles a channel takes, by words and languages, and when: its quiet hours and its pace."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channel_words",
        sa.Column("id", Id, nullable=False),
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_channel_words_destination_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_words")),
        sa.UniqueConstraint("destination_id", "word", name=op.f("uq_channel_words_destination_id")),
    )
    op.create_index("ix_channel_words_word", "channel_words", ["word", "kind", "destination_id"])

    op.create_table(
        "channel_editions",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_channel_editions_destination_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("destination_id", "language", name=op.f("pk_channel_editions")),
    )

    op.add_column("destinations", sa.Column("quiet_start", sa.Integer(), nullable=True))
    op.add_column("destinations", sa.Column("quiet_end", sa.Integer(), nullable=True))
    op.add_column("destinations", sa.Column("quiet_mode", sa.String(length=8), nullable=True))
    op.create_index(
        "ix_destinations_hold",
        "destinations",
        ["quiet_start", "quiet_end"],
        sqlite_where=sa.text("quiet_mode = 'hold'"),
        postgresql_where=sa.text("quiet_mode = 'hold'"),
    )

    op.add_column("destinations", sa.Column("pace_hourly", sa.Integer(), nullable=True))
    op.add_column("destinations", sa.Column("pace_gap", sa.Integer(), nullable=True))
    op.add_column("destinations", sa.Column("recent_posts", sa.JSON(), nullable=True))
