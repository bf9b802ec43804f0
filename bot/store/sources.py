"""Sources in the database: what the newsroom file declares, and what the last poll left."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.source import (
    HeldSpan,
    PageSelectors,
    Shape,
    Source,
    SourceId,
    SourceKind,
    SourceSpec,
    Trouble,
    Validators,
)
from bot.store.dialect import insert
from bot.store.tables import articles, processes, sources

# Those of the publishing API bring their articles by themselves.
_POLLED = sources.c.active & (sources.c.kind != SourceKind.API.value)


class Sources:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, given: Sequence[SourceSpec], *, now: datetime) -> None:
        """Add and change by address; never delete, and what editors removed or paused stays so."""
        for spec in given:
            await self.add(spec, now=now)

    async def add(self, spec: SourceSpec, *, now: datetime) -> SourceId:
        values = {
            "name": spec.name,
            "kind": spec.kind.value,
            "language": spec.language.value,
            "interval": spec.interval,
            "rubrics": list(spec.rubrics),
            "fallback": list(spec.fallback),
            "page": asdict(spec.page),
        }
        statement = insert(self._connection, sources).values(
            url=spec.url, active=True, next_poll_at=now, failures=0, **values
        )
        result = await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["url"], set_=values).returning(sources.c.id)
        )
        return SourceId(result.scalar_one())

    async def get(self, source_id: SourceId) -> Source | None:
        """A removed one too: its articles still name it."""
        row = (await self._connection.execute(select(sources).where(sources.c.id == source_id))).first()
        return _source(row) if row else None

    async def polled(self, source_id: SourceId) -> Source | None:
        """One of the places we poll."""
        row = (await self._connection.execute(select(sources).where(_POLLED, sources.c.id == source_id))).first()
        return _source(row) if row else None

    async def all(self) -> list[Source]:
        """The places we poll."""
        rows = await self._connection.execute(select(sources).where(_POLLED).order_by(sources.c.id))
        return [_source(row) for row in rows]

    async def due(self, now: datetime, *, limit: int, process: int | None = None) -> list[Source]:
        """Those whose next poll has come, longest waiting first.

        Of several processes each takes what no other has, until its poll is recorded or the process is dead.
        """
        due = (
            select(sources)
            .where(_POLLED, ~sources.c.paused, sources.c.next_poll_at <= now)
            .order_by(sources.c.next_poll_at)
            .limit(limit)
        )
        if process is None:
            return [_source(row) for row in await self._connection.execute(due)]
        is_free = (
            sources.c.polled_by.is_(None)
            | (sources.c.polled_by == process)
            | sources.c.polled_by.not_in(select(processes.c.id))
        )
        taken = [
            _source(row) for row in await self._connection.execute(due.where(is_free).with_for_update(skip_locked=True))
        ]
        if taken:
            ids = [source.id for source in taken]
            await self._connection.execute(update(sources).where(sources.c.id.in_(ids)).values(polled_by=process))
        return taken

    async def of_kind(self, kind: SourceKind) -> list[Source]:
        rows = await self._connection.execute(
            select(sources).where(sources.c.kind == kind.value).order_by(sources.c.id)
        )
        return [_source(row) for row in rows]

    async def rubrics_of(self, source_id: SourceId) -> tuple[Slug, ...]:
        """The rubrics that all its articles get."""
        found = await self._connection.scalar(select(sources.c.rubrics).where(sources.c.id == source_id))
        return tuple(Slug(slug) for slug in found or ())

    async def begin_anew(self, source_id: SourceId, *, now: datetime) -> None:
        """As if it had just been declared, also one that was removed: its next import is a first one."""
        forgotten = dict.fromkeys(
            ("address", "found_kind", "ttl", "etag", "last_modified", "body_hash", "baseline_at", "last_error", "trouble",
             "failing_since", "fallback_since", "silent_after")
        )  # fmt: skip
        await self.record(source_id, active=True, paused=False, held=False, failures=0, next_poll_at=now, **forgotten)

    async def remove(self, source_id: SourceId) -> None:
        """Its articles stay, and so does its row: the newsroom file does not bring it back."""
        await self.record(source_id, active=False, held=False)

    async def held_span(self, source_id: SourceId) -> HeldSpan | None:
        row = (
            await self._connection.execute(
                select(func.count(), func.min(articles.c.published_at), func.max(articles.c.published_at)).where(
                    articles.c.source_id == source_id, articles.c.held
                )
            )
        ).one()
        return HeldSpan(count=row[0], earliest=row[1], latest=row[2]) if row[0] else None

    async def publication_times(self, source_id: SourceId, *, since: datetime) -> list[datetime]:
        """When the articles that it brought were published."""
        # Whatever was published since then was seen since then, and by the time of seeing they are indexed.
        found = await self._connection.scalars(
            select(articles.c.published_at).where(
                articles.c.source_id == source_id, articles.c.seen_at >= since, articles.c.published_at >= since
            )
        )
        return list(found)

    async def languages(self) -> set[Language]:
        """The languages the newsroom publishes in."""
        found = await self._connection.scalars(select(sources.c.language).where(sources.c.active).distinct())
        return {Language(code) for code in found}

    async def record(self, source_id: SourceId, **values: object) -> None:
        """Write down what became of a poll, or what an editor decided.

        After a success this belongs into the transaction that stores the articles: a crash in between reads them again.
        """
        if isinstance(validators := values.pop("validators", None), Validators):
            values |= asdict(validators)
        if isinstance(shape := values.get("shape"), Shape):
            values["shape"] = asdict(shape)
        await self._connection.execute(update(sources).where(sources.c.id == source_id).values(**values))

    async def hasten(self, source_id: SourceId, *, to: datetime) -> None:
        """Its next poll is then, unless it is earlier anyway."""
        await self._connection.execute(
            update(sources).where(sources.c.id == source_id, sources.c.next_poll_at > to).values(next_poll_at=to)
        )

    async def reschedule(self, next_polls: Mapping[SourceId, datetime], *, now: datetime) -> None:
        """For many at once whose poll brought nothing."""
        if next_polls:
            statement = (
                update(sources)
                .where(sources.c.id == bindparam("source"))
                .values(next_poll_at=bindparam("at"), last_success_at=now, polled_by=None)
            )
            await self._connection.execute(
                statement, [{"source": source_id, "at": at} for source_id, at in sorted(next_polls.items())]
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
            page=PageSelectors(**(row.page or {})),
        ),
        address=row.address,
        found_kind=SourceKind(row.found_kind) if row.found_kind else None,
        paused=row.paused,
        held=row.held,
        validators=Validators(etag=row.etag, last_modified=row.last_modified, body_hash=row.body_hash),
        ttl=row.ttl,
        baseline_at=row.baseline_at,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        failing_since=row.failing_since,
        last_success_at=row.last_success_at,
        last_new_at=row.last_new_at,
        last_error=row.last_error,
        trouble=Trouble.named(row.trouble) if row.trouble else None,
        fallback_since=row.fallback_since,
        silent_after=row.silent_after,
        shape=Shape(**(row.shape or {})),
    )
