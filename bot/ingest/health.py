"""What a poll says of its source's health. In: the source as it was before the poll, and what became of it. Out: alerts.

Everything happens in the poller's transaction, so that what is told and what is stored never part. The judgements are
those of domain/health.py; handlers/editor/alerts.py tells the editors.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.alert import ENDS, AlertKind, NewAlert, source_key
from bot.domain.article import NewArticle
from bot.domain.errors import SourceError
from bot.domain.health import (
    LEAST_PATIENCE,
    RHYTHM,
    is_failing_long,
    is_fallback_lasting,
    lost_aspects,
    may_be_silent,
    silent_from,
    updated_shape,
)
from bot.domain.source import Source
from bot.store.database import Transaction

# A source without a rhythm is looked at again after so long.
_NEXT_LOOK = timedelta(days=1)


async def after_success(
    tx: Transaction, source: Source, new: Sequence[NewArticle], now: datetime, *, spoke: bool
) -> None:
    """`new` are the articles that the poll stored; it `spoke` if any entry was new, also one that another source had brought.

    A poll that brought nothing needs this only after failures, or when `may_be_silent`.
    """
    values: dict[str, object] = {}
    if source.failures:
        values |= {"failing_since": None, "trouble": None}
        if source.silent_after is not None:
            values["silent_after"] = now + LEAST_PATIENCE
        await _end(tx, AlertKind.FAILING, source, now)
    if spoke:
        values |= {"last_new_at": now, "silent_after": now + LEAST_PATIENCE}
        if source.silent_after is None:
            await _end(tx, AlertKind.SILENT, source, now)
    elif may_be_silent(source, now) and not source.failures:
        values["silent_after"] = await _look_at_silence(tx, source, now)
    shape = updated_shape(source.shape, new)
    if shape != source.shape:
        values["shape"] = shape
        before, after = lost_aspects(source.shape), lost_aspects(shape)
        for aspect in sorted(after - before):
            await _begin(tx, AlertKind.RESHAPED, source, now, aspect=aspect)
        for aspect in sorted(before - after):
            await _end(tx, AlertKind.RESHAPED, source, now, aspect=aspect)
    if values:
        await tx.sources.record(source.id, **values)


async def after_failure(tx: Transaction, source: Source, error: SourceError, now: datetime) -> None:
    since = source.failing_since or now
    await tx.sources.record(source.id, failing_since=since, trouble=error.trouble.value)
    if is_failing_long(failures=source.failures + 1, since=since, trouble=error.trouble, now=now):
        await _begin(tx, AlertKind.FAILING, source, now, arguments={"trouble": error.trouble.value})


async def on_fallback(tx: Transaction, source: Source, error: SourceError | None, now: datetime) -> None:
    """`error` is why the first address could not be read while another one could; None: it was read. After `after_success`."""
    if error is None:
        if source.fallback_since is not None:
            await tx.sources.record(source.id, fallback_since=None, trouble=None)
            await _end(tx, AlertKind.FALLBACK, source, now)
        return
    since = source.fallback_since or now
    if source.failures or source.fallback_since is None or source.trouble is not error.trouble:
        await tx.sources.record(source.id, fallback_since=since, trouble=error.trouble.value)
    if is_fallback_lasting(since=since, trouble=error.trouble, now=now):
        await _begin(tx, AlertKind.FALLBACK, source, now, arguments={"trouble": error.trouble.value})


async def _look_at_silence(tx: Transaction, source: Source, now: datetime) -> datetime | None:
    """When to look again; None: it was called silent, and the next thing it says ends that."""
    times = await tx.sources.publication_times(source.id, since=now - RHYTHM)
    if source.last_new_at is not None:
        # A mirror's articles belong to whoever was first; that it said something counts all the same.
        times.append(source.last_new_at)
    begins = silent_from(times, now=now)
    if begins is None:
        return now + _NEXT_LOOK
    if begins > now:
        return begins
    await _begin(
        tx, AlertKind.SILENT, source, now, arguments={"since": max(time for time in times if time <= now).isoformat()}
    )
    return None


async def _begin(
    tx: Transaction,
    kind: AlertKind,
    source: Source,
    now: datetime,
    *,
    aspect: str = "",
    arguments: Mapping[str, str | int] | None = None,
) -> None:
    said = {**({"aspect": aspect} if aspect else {}), **(arguments or {})}
    key = source_key(kind, source.id, aspect)
    await tx.alerts.add(NewAlert(kind=kind, key=key, source_id=source.id, arguments=said), now=now)


async def _end(tx: Transaction, kind: AlertKind, source: Source, now: datetime, *, aspect: str = "") -> None:
    if await tx.alerts.settle(source_key(kind, source.id, aspect)):
        said = {"aspect": aspect} if aspect else {}
        await tx.alerts.add(NewAlert(kind=ENDS[kind], source_id=source.id, arguments=said), now=now)
