"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only in a column of type INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "destinations",
        sa.Column("id", Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("connected_by", sa.BigInteger(), nullable=True),
        sa.Column("introduced", sa.Boolean(), nullable=False),
        sa.Column("articles_on", sa.Boolean(), nullable=False),
        sa.Column("ticker_minutes", sa.Integer(), nullable=True),
        sa.Column("ticker_next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destinations")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_destinations_chat_id")),
    )
    op.create_index(op.f("ix_destinations_connected_by"), "destinations", ["connected_by"], unique=False)
    op.create_index(op.f("ix_destinations_ticker_next_at"), "destinations", ["ticker_next_at"], unique=False)
    op.create_table(
        "editors",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("appointed_by", sa.BigInteger(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_editors")),
    )
    op.create_table(
        "rubrics",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("emoji", sa.String(length=16), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_rubrics")),
    )
    op.create_table(
        "seen",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seen")),
    )
    op.create_index(op.f("ix_seen_article_id"), "seen", ["article_id"], unique=False)
    op.create_table(
        "sources",
        sa.Column("id", Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("rubrics", sa.JSON(), nullable=False),
        sa.Column("fallback", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=True),
        sa.Column("baseline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("url", name=op.f("uq_sources_url")),
    )
    op.create_index(op.f("ix_sources_next_poll_at"), "sources", ["next_poll_at"], unique=False)
    op.create_table(
        "articles",
        sa.Column("id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recalled", sa.Boolean(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_articles_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_articles_published_at"), "articles", ["published_at"], unique=False)
    op.create_index(
        "ix_articles_unplanned",
        "articles",
        ["id"],
        unique=False,
        sqlite_where=sa.text("NOT planned"),
        postgresql_where=sa.text("NOT planned"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Id, nullable=False),
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["destination_id"], ["destinations.id"], name=op.f("fk_deliveries_destination_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "destination_id",
            "subject_kind",
            "subject_id",
            "action",
            "revision",
            name=op.f("uq_deliveries_destination_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["destination_id", "priority", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(
        "ix_deliveries_queue",
        "deliveries",
        [sa.literal_column("priority DESC"), "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_deliveries_subject", "deliveries", ["subject_kind", "subject_id", "action"], unique=False)
    op.create_table(
        "posts",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["destination_id"], ["destinations.id"], name=op.f("fk_posts_destination_id")),
        sa.PrimaryKeyConstraint("destination_id", "subject_kind", "subject_id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_subject", "posts", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("rubric", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_subscriptions_destination_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rubric"], ["rubrics.slug"], name=op.f("fk_subscriptions_rubric")),
        sa.PrimaryKeyConstraint("destination_id", "rubric", "mode", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_audience", "subscriptions", ["rubric", "mode", "destination_id"], unique=False)
    op.create_table(
        "tickers",
        sa.Column("id", Id, nullable=False),
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["destination_id"], ["destinations.id"], name=op.f("fk_tickers_destination_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickers")),
    )
    op.create_index(op.f("ix_tickers_destination_id"), "tickers", ["destination_id"], unique=False)
    op.create_table(
        "article_rubrics",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("rubric", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_rubrics_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rubric"], ["rubrics.slug"], name=op.f("fk_article_rubrics_rubric")),
        sa.PrimaryKeyConstraint("article_id", "rubric", name=op.f("pk_article_rubrics")),
    )
    op.create_index(op.f("ix_article_rubrics_rubric"), "article_rubrics", ["rubric"], unique=False)
    op.create_table(
        "pushes",
        sa.Column("id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_pushes_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
    )
    op.create_index(op.f("ix_pushes_article_id"), "pushes", ["article_id"], unique=False)
    op.create_index(op.f("ix_pushes_state"), "pushes", ["state"], unique=False)
    op.create_table(
        "ticker_lines",
        sa.Column("destination_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("rubric", sa.String(length=64), nullable=False),
        sa.Column("ticker_id", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_ticker_lines_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["destination_id"], ["destinations.id"], name=op.f("fk_ticker_lines_destination_id")),
        sa.ForeignKeyConstraint(["ticker_id"], ["tickers.id"], name=op.f("fk_ticker_lines_ticker_id")),
        sa.PrimaryKeyConstraint("destination_id", "article_id", name=op.f("pk_ticker_lines")),
    )
    op.create_index(op.f("ix_ticker_lines_article_id"), "ticker_lines", ["article_id"], unique=False)
    op.create_index(op.f("ix_ticker_lines_ticker_id"), "ticker_lines", ["ticker_id"], unique=False)
