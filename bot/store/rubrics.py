"""Rubrics in the database."""

from collections.abc import Sequence

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.store.dialect import insert
from bot.store.tables import rubrics


class Rubrics:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> list[Rubric]:
        """In the order of the newsroom file."""
        rows = await self._connection.execute(select(rubrics).order_by(rubrics.c.position, rubrics.c.slug))
        return [_rubric(row) for row in rows]

    async def slugs(self) -> set[Slug]:
        return {Slug(slug) for slug in await self._connection.scalars(select(rubrics.c.slug))}

    async def put(self, given: Sequence[Rubric]) -> None:
        """Add and change; never delete, since people subscribed."""
        for rubric in given:
            values = {
                "emoji": rubric.emoji,
                "titles": dict(rubric.titles),
                "aliases": list(rubric.aliases),
                "position": rubric.position,
            }
            statement = insert(self._connection, rubrics).values(slug=rubric.slug, **values)
            await self._connection.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=values))

    async def learn(self, slug: Slug, alias: str) -> None:
        """An editor says that this word means the rubric too; the newsroom file does not undo it."""
        learned = await self._connection.scalar(select(rubrics.c.learned).where(rubrics.c.slug == slug))
        await self._connection.execute(
            update(rubrics).where(rubrics.c.slug == slug).values(learned=[*dict.fromkeys([*(learned or ()), alias])])
        )


def _rubric(row: Row[tuple[object, ...]]) -> Rubric:
    return Rubric(
        slug=Slug(row.slug),
        emoji=row.emoji,
        titles={Language(code): title for code, title in row.titles.items()},
        aliases=(*row.aliases, *(row.learned or ())),
        position=row.position,
    )
