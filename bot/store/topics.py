"""Forums in the database: which topics a group has, as far as they were heard of, and what its administrators chose of them.

What was chosen stands as JSON in the destination's own row, so that a claim brings it along and nothing else is asked.
"""

import json
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.destination import DestinationId
from bot.domain.topic import KEPT_TOPICS, Forum, Shutting, Topic, TopicId
from bot.store.dialect import insert
from bot.store.tables import destinations, forum_topics


def written(forum: Forum) -> str | None:
    found: dict[str, object] = {}
    if forum.chosen:
        found["chosen"] = dict(forum.chosen)
    if forum.aside:
        found["aside"] = {str(topic): why.value for topic, why in forum.aside.items()}
    return json.dumps(found, sort_keys=True) if found else None


@lru_cache(maxsize=1024)
def read(text: str | None) -> Forum:
    """Kept, since each claim of a delivery reads its destination's."""
    found: dict[str, dict[str, Any]] = json.loads(text) if text else {}
    return Forum(
        chosen={what: TopicId(topic) for what, topic in found.get("chosen", {}).items()},
        aside={TopicId(int(topic)): Shutting(why) for topic, why in found.get("aside", {}).items()},
    )


class Topics:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, channel_id: DestinationId) -> list[Topic]:
        """Those that were heard of, the oldest first."""
        rows = await self._connection.execute(
            select(forum_topics.c.topic_id, forum_topics.c.name)
            .where(forum_topics.c.destination_id == channel_id)
            .order_by(forum_topics.c.topic_id)
        )
        return [Topic(id=TopicId(topic_id), name=name) for topic_id, name in rows]

    async def name(self, channel_id: DestinationId, topic: TopicId) -> str:
        found = await self._connection.scalar(
            select(forum_topics.c.name).where(
                forum_topics.c.destination_id == channel_id, forum_topics.c.topic_id == topic
            )
        )
        return str(found or "")

    async def note(self, channel_id: DestinationId, topic: Topic, *, now: datetime, keep: Collection[TopicId]) -> None:
        """It is there; a name that is not said stays what it was. The last ones are kept, and those to `keep`."""
        statement = insert(self._connection, forum_topics).values(
            destination_id=channel_id, topic_id=topic.id, name=topic.name, heard_at=now
        )
        changed: dict[str, object] = {"heard_at": now}
        if topic.name:
            changed["name"] = topic.name
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["destination_id", "topic_id"], set_=changed)
        )
        last = (
            select(forum_topics.c.topic_id)
            .where(forum_topics.c.destination_id == channel_id)
            .order_by(forum_topics.c.heard_at.desc(), forum_topics.c.topic_id.desc())
            .limit(KEPT_TOPICS)
        )
        await self._connection.execute(
            delete(forum_topics).where(
                forum_topics.c.destination_id == channel_id,
                forum_topics.c.topic_id.not_in(last),
                forum_topics.c.topic_id.not_in(list(keep)),
            )
        )

    async def put(self, channel_id: DestinationId, forum: Forum) -> None:
        await self._connection.execute(
            update(destinations).where(destinations.c.id == channel_id).values(forum=written(forum))
        )

    async def turn(self, channel_id: DestinationId, *, is_on: bool) -> None:
        """Its group is a forum from now on, or none. What was chosen stays; what kept us from a topic is asked anew."""
        row = (
            await self._connection.execute(
                select(destinations.c.is_forum, destinations.c.forum)
                .where(destinations.c.id == channel_id)
                .with_for_update()
            )
        ).first()
        if row is not None and row.is_forum is not is_on:
            forum = Forum(chosen=read(row.forum).chosen)
            await self._connection.execute(
                update(destinations).where(destinations.c.id == channel_id).values(is_forum=is_on, forum=written(forum))
            )
