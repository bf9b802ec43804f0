"""The tables, on SQLite and PostgreSQL alike. Times are aware UTC; Telegram's ids need 52 bits, so BigInteger."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)


class Utc(TypeDecorator[datetime]):
    """Aware UTC in Python; `timestamptz` in PostgreSQL; in SQLite, which knows no zones, UTC text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | datetime | None]:
        """All at once, as below; SQLAlchemy's own way to the same text takes three times as long, twice for each message."""
        return _as_text if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002, fixed
        return _from_text if dialect.name == "sqlite" else _in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


# A moment is written twice for each message: when it was settled, and since when it stands.
@lru_cache(1024)
def utc_text(value: datetime) -> str:
    """Without the zone, which is that of all."""
    return value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def _as_text(value: datetime | None) -> str | None:
    return None if value is None else utc_text(value)


def _from_text(value: str | None) -> datetime | None:
    # To read the zone as well takes a fifth of the time of setting it afterwards.
    return None if value is None else datetime.fromisoformat(value + "+00:00")


# SQLite numbers rows by itself only in a column of type INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)

rubrics = Table(
    "rubrics",
    metadata,
    Column("slug", String(64), primary_key=True),
    Column("emoji", String(16), nullable=False),
    Column("titles", JSON, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("position", Integer, nullable=False),
    # What editors said that it means too; the newsroom file knows nothing of it.
    Column("learned", JSON),
)

# Those that work on this database now, on PostgreSQL (store/roles.py). `until` is by the database's own clock; where the row
# of a dead process is deleted, what it had taken is free.
processes = Table(
    "processes",
    metadata,
    # The key of the advisory lock that its connection holds.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("until", Utc, nullable=False),
)

# What one process at a time does.
leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", Integer, ForeignKey("processes.id", ondelete="CASCADE"), nullable=False, index=True),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("interval", Integer, nullable=False),
    Column("rubrics", JSON, nullable=False),
    Column("fallback", JSON, nullable=False),
    Column("page", JSON),
    # Where it is read, when that is not `url`: the feed that its front page named, or where it has moved for good.
    Column("address", Text),
    # What an "auto" turned out to be.
    Column("found_kind", String(16)),
    Column("active", Boolean, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    Column("baseline_at", Utc),
    Column("next_poll_at", Utc, nullable=False, index=True),
    Column("failures", Integer, nullable=False),
    Column("last_success_at", Utc),
    Column("last_error", Text),
    Column("failing_since", Utc),
    # By an editor, and until one says otherwise.
    Column("paused", Boolean, nullable=False, server_default=false()),
    # What it brought at once waits for an editor's word: none, the latest, all.
    Column("held", Boolean, nullable=False, server_default=false()),
    # Seconds for which the publisher calls its last document fresh.
    Column("ttl", Integer),
    Column("last_new_at", Utc),
    # What its entries usually have: bodies, rubrics (domain/health.py).
    Column("shape", JSON),
    # Why it fails, in a word that has a sentence in each language.
    Column("trouble", String(32)),
    # Since when its first address fails while a fallback answers.
    Column("fallback_since", Utc),
    # Before this moment its silence needs no look; none while it is called silent, until it speaks.
    Column("silent_after", Utc),
    # The process that polls it this moment, where there are several; one that is dead polls nothing.
    Column("polled_by", Integer),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", Id, ForeignKey("sources.id")),
    Column("url", Text),
    Column("fingerprint", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("body", Text, nullable=False),
    # The body again, with marks for its lists, quotes, tables and headings; NULL where it has none.
    Column("marked", Text),
    Column("image", Text),
    Column("author", Text),
    Column("language", String(8), nullable=False),
    Column("categories", JSON, nullable=False),
    Column("published_at", Utc, nullable=False, index=True),
    Column("seen_at", Utc, nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("recalled", Boolean, nullable=False),
    # When it first went out, or was taken as read; later changes only edit and delete what went out then.
    Column("announced", Boolean, nullable=False),
    # False from each change until the planner has dealt with it.
    Column("planned", Boolean, nullable=False),
    # Waits for an editor's word and is not planned before.
    Column("held", Boolean, nullable=False, server_default=false()),
    # A line of a latest-news block whose article has not come yet: for tickers only.
    Column("is_headline", Boolean, nullable=False, server_default=false()),
    # When its source says that it was last changed.
    Column("updated_at", Utc),
    # Revisions that nothing but other words announced; their number is limited.
    Column("silent_changes", Integer, nullable=False, server_default=text("0")),
    # A similarity hash of the words (ingest/similar.py): near-duplicates differ in few bits.
    Column("signature", BigInteger),
    Column("title_hash", BigInteger),
    # When its page is looked at again, how often it was, and the fingerprint of what stood there.
    Column("check_at", Utc, index=True),
    Column("checks", Integer, nullable=False, server_default=text("0")),
    Column("page_fingerprint", String(64)),
    Column("gone_at", Utc),
    # Its pictures besides `image`; null: none.
    Column("gallery", JSON(none_as_null=True)),
    # SQLite would give the id of a deleted last row away again, and `seen` remembers ids for ever.
    sqlite_autoincrement=True,
)
Index("ix_articles_unplanned", articles.c.id, sqlite_where=text("NOT planned"), postgresql_where=text("NOT planned"))

Index("ix_articles_source", articles.c.source_id, articles.c.seen_at)

# What an article said before each of its corrections; the newest words are in `articles`.
article_revisions = Table(
    "article_revisions",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("replaced_at", Utc, nullable=False),
)

# Every identity an article was ever seen under; kept when the article itself is let go.
seen = Table(
    "seen",
    metadata,
    Column("key", Text, primary_key=True),
    Column("article_id", Id, nullable=False, index=True),
)

article_rubrics = Table(
    "article_rubrics",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("rubric", String(64), ForeignKey("rubrics.slug"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

destinations = Table(
    "destinations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("title", Text, nullable=False),
    Column("connected_by", BigInteger, index=True),
    # The person who connected a channel has been shown its menu; False: they get it at their next /start.
    Column("introduced", Boolean, nullable=False),
    Column("articles_on", Boolean, nullable=False),
    # None: no ticker; else as domain/ticker_plan.py writes it.
    Column("ticker_plan", Text),
    # The next batch; a live ticker takes no lines before it.
    Column("ticker_next_at", Utc, index=True),
    # What it last answered to a pin.
    Column("pin_right", String(16), nullable=False, server_default=text("'held'")),
    # How posts look there, as JSON text (store/appearances.py); NULL: as usual.
    Column("appearance", Text),
    # Full hours of the newsroom's day (domain/quiet.py).
    Column("quiet_start", Integer),
    Column("quiet_end", Integer),
    Column("quiet_mode", String(8)),
    # Posts an hour, minutes between two (domain/channel_pace.py), and when those of the last hour went out, in seconds of the epoch.
    Column("pace_hourly", Integer),
    Column("pace_gap", Integer),
    # What becomes of the others; null: they wait.
    Column("pace_overflow", String(8)),
    Column("recent_posts", JSON),
    Column("created_at", Utc, nullable=False),
    Column("is_group", Boolean, nullable=False, server_default=false()),
    Column("username", Text),
    # Rights that the bot ought to have in a channel and has not.
    Column("lacks", JSON),
    # By a person, and until one resumes it.
    Column("paused_at", Utc),
    # When a channel was last asked after at Telegram.
    Column("looked_at", Utc),
    # Articles wait there for an administrator's tap (domain/approval.py).
    Column("needs_approval", Boolean, nullable=False, server_default=false()),
    # A group that is parted into topics, and what was chosen of them, as JSON text (store/topics.py).
    Column("is_forum", Boolean, nullable=False, server_default=false()),
    Column("forum", Text),
    # Of a person who left: posts up to this delivery are dropped when their turn comes, also when the person is back.
    Column("left_at_delivery", Id),
)
Index(
    "ix_destinations_paused",
    destinations.c.id,
    sqlite_where=text("kind = 'channel' AND state = 'paused'"),
    postgresql_where=text("kind = 'channel' AND state = 'paused'"),
)
Index(
    "ix_destinations_looked_at",
    destinations.c.looked_at,
    sqlite_where=text("kind = 'channel'"),
    postgresql_where=text("kind = 'channel'"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
    Column("rubric", String(64), ForeignKey("rubrics.slug"), primary_key=True),
    Column("mode", String(16), primary_key=True),
)
Index("ix_subscriptions_audience", subscriptions.c.rubric, subscriptions.c.mode, subscriptions.c.destination_id)

# What administrators changed of a channel; the last ones of each.
channel_changes = Table(
    "channel_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("setting", String(32), nullable=False),
    Column("value", JSON, nullable=False),
    Index("ix_channel_changes_latest", "destination_id", "id"),
)

# In which languages a channel gets articles besides its own.
channel_editions = Table(
    "channel_editions",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(8), primary_key=True),
)

# By which words a channel chooses among articles (domain/words.py).
channel_words = Table(
    "channel_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("word", String(80), nullable=False),
    Column("written", Text, nullable=False),
    UniqueConstraint("destination_id", "word"),
    Index("ix_channel_words_word", "word", "kind", "destination_id"),
)

# What an administrator was asked to type; a person answers one question at a time.
channel_questions = Table(
    "channel_questions",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), nullable=False),
    Column("section", String(16), nullable=False),
    Column("argument", Text, nullable=False),
    Column("until", Utc, nullable=False),
)

# Who was found to administer a channel, besides the person who connected it: they need not be asked after again.
channel_administrators = Table(
    "channel_administrators",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
)

# Administrators who are asked before an article goes out there.
channel_approvers = Table(
    "channel_approvers",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("name", Text, nullable=False),
    # Their chat was closed to us then.
    Column("refused_at", Utc),
)

# The one message a channel in which each of them is asked, and what it shows.
approval_requests = Table(
    "approval_requests",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),
    Column("article_id", Id, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("others", Integer, nullable=False),
    Column("previous_id", Id),
    Column("drawn_at", Utc, nullable=False),
    Column("called_at", Utc, nullable=False),
)

# What they decided; what still waits is in `deliveries`, with the priority of waiting.
approvals = Table(
    "approvals",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("decision", String(16), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

# The topics of a forum that were heard of: Telegram lists them to no bot.
forum_topics = Table(
    "forum_topics",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
    Column("heard_at", Utc, nullable=False),
)

# One-time codes that prove whose channel it is where a code is posted.
channel_codes = Table(
    "channel_codes",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digits", String(8), nullable=False, unique=True),
    Column("until", Utc, nullable=False),
)

# What would have gone to a channel that was paused just then.
missed_articles = Table(
    "missed_articles",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# Not bound to `destinations` by a foreign key, nor are posts: a fan-out takes its ids from there, and to have a million of
# them checked again costs as much as writing them. On PostgreSQL the ids are numbered in steps (store/outbox.py says why).
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination_id", Id, nullable=False),
    Column("subject_kind", String(16), nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("action", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    # Null: due at once.
    Column("not_before", Utc),
    Column("lease_until", Utc),
    Column("created_at", Utc, nullable=False),
    Column("settled_at", Utc),
    Column("reason", Text),
    # What waits is looked up by its chat for channels alone, so only theirs stands in an index for that.
    Column("to_channel", Boolean, nullable=False, server_default=false()),
    # Planning twice is harmless: this key guards it. The subject comes first, so that a fan-out writes into one place of it,
    # and numbers before words, which take longer to compare.
    UniqueConstraint("subject_id", "destination_id", "revision", "action", "subject_kind"),
    # Without AUTOINCREMENT SQLite may reuse the id of a deleted last row, and ids order deliveries inside a chat.
    sqlite_autoincrement=True,
)


def _partial_index(name: str, condition: str, *columns: ColumnElement[Any]) -> None:
    Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


# So that what is asked each second of a few channels does not go through all people.
_partial_index("ix_destinations_ticker", "ticker_plan IS NOT NULL", destinations.c.ticker_plan, destinations.c.id)
_partial_index("ix_destinations_unpinned", "pin_right = 'missing'", destinations.c.id)
_partial_index("ix_destinations_hold", "quiet_mode = 'hold'", destinations.c.quiet_start, destinations.c.quiet_end)
# Each index holds only the rows that its one question is about; what is settled stands in none but the last.
_partial_index(
    "ix_deliveries_due", "state = 'queued' AND not_before IS NULL", deliveries.c.priority.desc(), deliveries.c.id
)
_partial_index("ix_deliveries_waiting", "state = 'queued' AND not_before IS NOT NULL", deliveries.c.not_before)
_partial_index(
    "ix_deliveries_in_the_way",
    "state = 'queued' AND not_before IS NOT NULL",
    deliveries.c.destination_id,
    deliveries.c.priority,
    deliveries.c.id,
)
_partial_index(
    "ix_deliveries_awaiting", "state = 'queued' AND priority = 0", deliveries.c.destination_id, deliveries.c.id
)
_partial_index(
    "ix_deliveries_channel",
    "state IN ('queued', 'sending') AND to_channel",
    deliveries.c.destination_id,
    deliveries.c.id,
)
_partial_index("ix_deliveries_sending", "state = 'sending'", deliveries.c.destination_id)
_partial_index("ix_deliveries_uncertain", "state = 'uncertain'", deliveries.c.id)
_partial_index("ix_deliveries_settled", "settled_at IS NOT NULL", deliveries.c.settled_at)
# Spelled out, not bound: only so may a database see that the index for channels is meant.
IS_OPEN_OF_CHANNEL = text("deliveries.state IN ('queued', 'sending') AND deliveries.to_channel")

# How many deliveries retention let go of, by the newsroom's day on which they were settled.
delivery_counts = Table(
    "delivery_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("destination_kind", String(16), primary_key=True),
    Column("action", String(16), primary_key=True),
    Column("state", String(16), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("destination_id", Id, primary_key=True),
    Column("subject_kind", String(16), primary_key=True),
    Column("subject_id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sent_at", Utc, nullable=False, index=True),
    # Of a photo the picture that it shows; null: it is a text, and is edited as one.
    Column("picture", BigInteger),
    # Of a post of several messages all of them (store/pieces.py).
    Column("pieces", Text),
    # The whole key once more: who looks up one post may come by either, and the statistics of a time when there were few
    # do not tell PostgreSQL that a subject stands in a million chats.
    Index("ix_posts_subject", "subject_id", "destination_id", "subject_kind"),
)

# Pictures of articles that Telegram has, by their addresses (domain/picture.py).
pictures = Table(
    "pictures",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("file_id", Text, nullable=False),
    Column("uploaded_at", Utc, nullable=False, index=True),
)

tickers = Table(
    "tickers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination_id", Id, ForeignKey("destinations.id"), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("layout", String(16), nullable=False, server_default=text("'batch'")),
    # Takes its channel's lines as they come: the live message of the day.
    Column("is_open", Boolean, nullable=False, server_default=false()),
)
Index(
    "ix_tickers_open",
    tickers.c.destination_id,
    unique=True,
    sqlite_where=text("is_open"),
    postgresql_where=text("is_open"),
)

# A line waits (ticker_id is null) until the channel's ticker takes it; the primary key keeps it from ever coming twice.
ticker_lines = Table(
    "ticker_lines",
    metadata,
    Column("destination_id", Id, ForeignKey("destinations.id"), primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("rubric", String(64), nullable=False),
    Column("ticker_id", Id, ForeignKey("tickers.id"), index=True),
)
_partial_index("ix_ticker_lines_waiting", "ticker_id IS NULL", ticker_lines.c.destination_id)

pushes = Table(
    "pushes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False, index=True),
    Column("editor_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("channels", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
)

editors = Table(
    "editors",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("appointed_by", BigInteger, nullable=False),
    Column("appointed_at", Utc, nullable=False),
)

# What editors are told without asking. `key` keeps one thing from being told twice; a settled alert has none.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("key", Text, unique=True),
    Column("source_id", Id, ForeignKey("sources.id")),
    Column("article_id", Id),
    Column("arguments", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("told_at", Utc, index=True),
    # What an editor answered, where an answer was asked for, and the editor's name.
    Column("decision", Text),
    Column("decided_by", Text),
)

# WebSub: what a hub was asked for and until when it said yes.
hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    Column("source_id", Id, ForeignKey("sources.id"), primary_key=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    # The last part of the callback's address, and the key of the hub's signatures.
    Column("token", String(64), nullable=False, unique=True),
    Column("secret", String(64), nullable=False),
    Column("verified_until", Utc),
    Column("renew_at", Utc, nullable=False, index=True),
    Column("failures", Integer, nullable=False),
)
