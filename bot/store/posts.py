"""The posts that stand in their chats, each with what it showed last."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Row, bindparam, delete, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Post, Subject
from bot.domain.destination import DestinationId
from bot.store import pieces
from bot.store.dialect import given, given_rows, insert_into
from bot.store.tables import posts

_POST_KEY = ["destination_id", "subject_kind", "subject_id"]


class Posts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def record(self, found: Iterable[Post]) -> None:
        """The posts that stand in their chats now, each in place of its earlier revision."""
        # The last of each: PostgreSQL changes no row twice in one statement.
        rows = {
            (post.destination_id, post.subject): (
                post.destination_id,
                post.subject.kind,
                post.subject.id,
                post.chat_id,
                post.message_id,
                post.revision,
                post.sent_at,
                post.picture,
                pieces.written(post),
            )
            for post in found
        }
        if rows:
            await self._connection.execute(_recording(self._connection.dialect.name), given(rows.values()))

    async def get(self, destination_id: DestinationId, subject: Subject) -> Post | None:
        row = (
            await self._connection.execute(
                select(posts).where(
                    posts.c.destination_id == destination_id,
                    posts.c.subject_kind == subject.kind.value,
                    posts.c.subject_id == subject.id,
                )
            )
        ).first()
        return None if row is None else _post_of(row, subject)

    async def forget(self, gone: Iterable[tuple[DestinationId, Subject]]) -> None:
        rows = [{"to": to, "kind": subject.kind.value, "about": subject.id} for to, subject in gone]
        if rows:
            await self._connection.execute(_FORGET_POST, rows)


_FORGET_POST = delete(posts).where(
    posts.c.destination_id == bindparam("to"),
    posts.c.subject_kind == bindparam("kind"),
    posts.c.subject_id == bindparam("about"),
)


@cache
def _recording(dialect: str) -> sqlite.Insert | postgresql.Insert:
    rows = given_rows(dialect, *posts.columns)
    # SQLite takes the ON of a SELECT that ends with its table for that of a join.
    statement = insert_into(posts, dialect).from_select(posts.columns.keys(), select(rows).where(true()))
    changing = (column.name for column in posts.columns if not column.primary_key)
    return statement.on_conflict_do_update(
        index_elements=_POST_KEY, set_={name: statement.excluded[name] for name in changing}
    )


def _post_of(row: Row[tuple[object, ...]], subject: Subject) -> Post:
    return Post(
        destination_id=row.destination_id,
        subject=subject,
        chat_id=row.chat_id,
        message_id=row.message_id,
        revision=row.revision,
        sent_at=row.sent_at,
        picture=row.picture,
        **pieces.read(row.pieces),
    )
