"""The topics of forums, to which of them posts go, and what rich messages show of an article's text."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("articles", sa.Column("marked", sa.Text()))
    op.add_column("destinations", sa.Column("is_forum", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("destinations", sa.Column("forum", sa.Text()))
    op.create_table(
        "forum_topics",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("heard_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destinations.id"],
            name=op.f("fk_forum_topics_destination_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("destination_id", "topic_id", name=op.f("pk_forum_topics")),
    )
