"""Sources in the database: what the newsroom file declares, and what the last poll left."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import Source, SourceId, SourceKind, SourceSpec, Validators
from bot.store.dialect import insert
from bot.store.tables import sources


class Sources:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, given: Sequence[SourceSpec], *, now: datetime) -> None:
        """Add and change by address; never delete."""
        for spec in given:
            values = {
                "name": spec.name,
                "kind": spec.kind.value,
                "language": spec.language.value,
                "interval": spec.interval,
                "rubrics": list(spec.rubrics),
                "fallback": list(spec.fallback),
            }
            statement = insert(self._connection, sources).values(
                url=spec.url, active=True, next_poll_at=now, failures=0, **values
            )
            await self._connection.execute(statement.on_conflict_do_update(index_elements=["url"], set_=values))

    async def all(self) -> list[Source]:
        rows = await self._connection.execute(select(sources).where(sources.c.active).order_by(sources.c.id))
        return [_source(row) for row in rows]

    async def due(self, now: datetime) -> list[Source]:
        """Those whose next poll has come, longest waiting first."""
        rows = await self._connection.execute(
            select(sources).where(sources.c.active, sources.c.next_poll_at <= now).order_by(sources.c.next_poll_at)
        )
        return [_source(row) for row in rows]

    async def rubrics_of(self, source_id: SourceId) -> tuple[Slug, ...]:
        """The rubrics that all its articles get."""
        found = await self._connection.scalar(select(sources.c.rubrics).where(sources.c.id == source_id))
        return tuple(Slug(slug) for slug in found or ())

    async def languages(self) -> set[Language]:
        """The languages the newsroom publishes in."""
        found = await self._connection.scalars(select(sources.c.language).where(sources.c.active).distinct())
        return {Language(code) for code in found}

    async def record_success(
        self,
        source_id: SourceId,
        *,
        validators: Validators,
        next_poll_at: datetime,
        now: datetime,
        baseline: bool,
    ) -> None:
        """Belongs into the transaction that stores the articles, so that a crash in between reads them again."""
        values: dict[str, object] = {
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "body_hash": validators.body_hash,
            "next_poll_at": next_poll_at,
            "failures": 0,
            "last_success_at": now,
            "last_error": None,
        }
        if baseline:
            values["baseline_at"] = now
        await self._connection.execute(update(sources).where(sources.c.id == source_id).values(**values))

    async def record_failure(
        self, source_id: SourceId, *, sentence: str, failures: int, next_poll_at: datetime
    ) -> None:
        await self._connection.execute(
            update(sources)
            .where(sources.c.id == source_id)
            .values(last_error=sentence, failures=failures, next_poll_at=next_poll_at)
        )


def _source(row: Row[tuple[object, ...]]) -> Source:
    return Source(
        id=SourceId(row.id),
        spec=SourceSpec(
            name=row.name,
            url=row.url,
            kind=SourceKind(row.kind),
            language=Language(row.language),
            interval=row.interval,
            rubrics=tuple(Slug(slug) for slug in row.rubrics),
            fallback=tuple(row.fallback),
        ),
        validators=Validators(etag=row.etag, last_modified=row.last_modified, body_hash=row.body_hash),
        baseline_at=row.baseline_at,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        last_success_at=row.last_success_at,
        last_error=row.last_error,
    )
