"""Sources that are watched: their health, held articles, revisions, alerts, WebSub."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Utc = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("rubrics", sa.Column("learned", sa.JSON()))

    for column in (
        sa.Column("page", sa.JSON()),
        sa.Column("address", sa.Text()),
        sa.Column("found_kind", sa.String(length=16)),
        sa.Column("failing_since", Utc),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("ttl", sa.Integer()),
        sa.Column("last_new_at", Utc),
        sa.Column("shape", sa.JSON()),
        sa.Column("trouble", sa.String(length=32)),
        sa.Column("fallback_since", Utc),
        sa.Column("silent_after", Utc),
    ):
        op.add_column("sources", column)

    for column in (
        sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_headline", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("updated_at", Utc),
        sa.Column("silent_changes", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("signature", sa.BigInteger()),
        sa.Column("title_hash", sa.BigInteger()),
        sa.Column("check_at", Utc),
        sa.Column("checks", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("page_fingerprint", sa.String(length=64)),
        sa.Column("gone_at", Utc),
    ):
        op.add_column("articles", column)
    op.create_index(op.f("ix_articles_seen_at"), "articles", ["seen_at"])
    op.create_index(op.f("ix_articles_check_at"), "articles", ["check_at"])
    op.create_index("ix_articles_source", "articles", ["source_id", "seen_at"])

    op.create_table(
        "article_revisions",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("replaced_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_revisions_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", name=op.f("pk_article_revisions")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("article_id", Id, nullable=True),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sa.Column("told_at", Utc, nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_alerts_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_key")),
    )
    op.create_index(op.f("ix_alerts_told_at"), "alerts", ["told_at"])
    op.create_table(
        "hub_subscriptions",
        sa.Column("source_id", Id, nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("verified_until", Utc, nullable=True),
        sa.Column("renew_at", Utc, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_hub_subscriptions_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_hub_subscriptions")),
        sa.UniqueConstraint("token", name=op.f("uq_hub_subscriptions_token")),
    )
    op.create_index(op.f("ix_hub_subscriptions_renew_at"), "hub_subscriptions", ["renew_at"])
