"""The newsroom's sources as editors see and change them: list, health, pause, poll now, a trial reading, add, remove."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.clock import Clock, Signal
from bot.domain.alert import AlertId, AlertKind, Release, source_key
from bot.domain.article import Entry
from bot.domain.errors import NotAnAddressError, UnknownSourceError
from bot.domain.health import LEAST_PATIENCE, SourceState, entries_a_day, state_of
from bot.domain.language import Language
from bot.domain.rubric import Rubric
from bot.domain.source import Source, SourceId, SourceKind, SourceSpec
from bot.ingest.identity import canonical_url
from bot.ingest.inspection import Inspection, problems
from bot.plan.routing import route, unknown_categories
from bot.store.database import Database, Transaction

# Seconds between polls of a source that was added in Telegram.
INTERVAL = 60
# A message with it has to fit, and so has the index of the column.
_LONGEST_ADDRESS = 1000
_LONGEST_NAME = 100
_NEWEST = 3
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    source: Source
    state: SourceState


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """`held` articles wait for the answer to `question`."""

    source: Source
    state: SourceState
    entries_a_day: float
    held: int
    question: AlertId | None
    asked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What the `asked` address holds, read just now and stored nowhere. `rubrics` come with the number of their entries.

    `missing` is what neither the document nor the article's page has: dates, links, leads, bodies, pictures, rubrics.
    """

    asked: str
    kind: SourceKind
    title: str
    language: Language
    entries: int
    newest: tuple[Entry, ...]
    rubrics: tuple[tuple[Rubric, int], ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


class Sources:
    """`inspect` reads an address; SourceError when it cannot."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        inspect: Callable[[SourceSpec], Awaitable[Inspection]],
        poller_wake: Signal,
    ) -> None:
        self._database = database
        self._clock = clock
        self._inspect = inspect
        self._poller_wake = poller_wake

    async def all(self) -> list[Listed]:
        """What needs somebody first."""
        async with self._database.transaction() as tx:
            silent = await tx.alerts.sources_with(AlertKind.SILENT)
            found = await tx.sources.all()
        listed = [Listed(source=one, state=state_of(one, is_silent=one.id in silent)) for one in found]
        order = tuple(SourceState)
        return sorted(listed, key=lambda each: (order.index(each.state), each.source.id))

    async def show(self, source_id: SourceId) -> Health:
        async with self._database.transaction() as tx:
            return await self._health(tx, await _known(tx, source_id))

    async def pause(self, source_id: SourceId) -> Health:
        return await self._change(source_id, paused=True)

    async def resume(self, source_id: SourceId) -> Health:
        """It is polled at once, and given time to speak; one that was called silent before still is, until it does."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            source = await _known(tx, source_id)
            patience = source.silent_after and now + LEAST_PATIENCE
            await tx.sources.record(source_id, paused=False, next_poll_at=now, silent_after=patience)
            shown = await self._health(tx, await _known(tx, source_id))
        self._poller_wake.set()
        return shown

    async def poll_now(self, source_id: SourceId) -> Health:
        shown = await self._change(source_id, next_poll_at=self._clock.now())
        self._poller_wake.set()
        return shown

    async def remove(self, source_id: SourceId) -> Source:
        """Its articles stay; what waits for a decision goes to nobody."""
        async with self._database.transaction() as tx:
            source = await _known(tx, source_id)
            await tx.articles.release_held(source_id, keep=Release.NONE.number, now=self._clock.now())
            await tx.alerts.forget(source_id)
            await tx.sources.remove(source_id)
            return source

    async def test(self, source_id: SourceId) -> Trial:
        """Raises SourceError when it cannot be read."""
        async with self._database.transaction() as tx:
            source = await _known(tx, source_id)
        return await self._trial(source.spec)

    async def find(self, link: str) -> Health | None:
        """The source that is read from this address already. Raises NotAnAddressError."""
        address = _address(link)
        async with self._database.transaction() as tx:
            found = _read_from(address, await tx.sources.all())
            return await self._health(tx, found) if found else None

    async def look(self, link: str, *, language: Language) -> Trial:
        """A trial of an address that may become a source; `language` where neither it nor its words tell one.

        Raises SourceError when it cannot be read, NotAnAddressError when there is none in `link`.
        """
        address = _address(link)
        return await self._trial(SourceSpec(name=_host(address), url=address, language=language))

    async def add(self, link: str, *, name: str, language: Language) -> tuple[Health, bool]:
        """The source, and whether it is new. Its first import sends nothing."""
        address, now = _address(link), self._clock.now()
        async with self._database.transaction() as tx:
            known = _read_from(address, await tx.sources.all())
            if known is not None:
                return await self._health(tx, known), False
            name = " ".join(name.split())[:_LONGEST_NAME] or _host(address)
            spec = SourceSpec(name=name, url=address, language=language, interval=INTERVAL)
            source_id = await tx.sources.add(spec, now=now)
            await tx.sources.begin_anew(source_id, now=now)
            shown = await self._health(tx, await _known(tx, source_id))
        self._poller_wake.set()
        return shown, True

    async def _change(self, source_id: SourceId, **values: object) -> Health:
        async with self._database.transaction() as tx:
            await _known(tx, source_id)
            await tx.sources.record(source_id, **values)
            return await self._health(tx, await _known(tx, source_id))

    async def _health(self, tx: Transaction, source: Source) -> Health:
        now = self._clock.now()
        silent = await tx.alerts.lasting(source_key(AlertKind.SILENT, source.id))
        question = await tx.alerts.lasting(source_key(AlertKind.HELD, source.id))
        times = await tx.sources.publication_times(source.id, since=now - _A_WEEK)
        return Health(
            source=source,
            state=state_of(source, is_silent=silent is not None),
            entries_a_day=entries_a_day(times, now=now),
            held=await tx.articles.count_held(source.id) if source.held else 0,
            question=question.id if question and source.held else None,
            asked_at=now,
        )

    async def _trial(self, spec: SourceSpec) -> Trial:
        found = await self._inspect(spec)
        async with self._database.transaction() as tx:
            rubrics = await tx.rubrics.all()
        known = {rubric.slug: rubric for rubric in rubrics}
        matched: Counter[str] = Counter()
        unknown: Counter[str] = Counter()
        for entry in found.entries:
            matched.update(route(categories=entry.categories, url=entry.url, rubrics=rubrics, always=spec.rubrics))
            unknown.update(unknown_categories(categories=entry.categories, rubrics=rubrics))
        on_page = problems((found.page,)) if found.page else found.problems
        return Trial(
            asked=spec.url,
            kind=found.kind,
            title=found.title or spec.name,
            language=found.language or _language_of(found.entries) or spec.language,
            entries=len(found.entries),
            newest=_newest(found.entries),
            rubrics=tuple((rubric, matched[slug]) for slug, rubric in known.items() if slug in matched),
            unknown=tuple(word for word, _ in unknown.most_common()),
            missing=tuple(name for name in found.problems if name in on_page),
        )


async def _known(tx: Transaction, source_id: SourceId) -> Source:
    """A button may name one that was removed, or none at all."""
    source = await tx.sources.polled(source_id)
    if source is None:
        raise UnknownSourceError
    return source


def _address(link: str) -> str:
    """The address that an editor typed, scheme or not."""
    typed = link.strip()
    address = typed if "://" in typed else f"https://{typed}"
    host = _host(address)
    is_address = canonical_url(address) is not None and not any(character.isspace() for character in address)
    # A word alone is no address, though it could be the name of a machine next door.
    if not is_address or len(address) > _LONGEST_ADDRESS or ("://" not in typed and "." not in host):
        raise NotAnAddressError
    return address


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _read_from(address: str, sources: Sequence[Source]) -> Source | None:
    wanted = canonical_url(address)
    return next(
        (
            source
            for source in sources
            if wanted in map(canonical_url, filter(None, (source.spec.url, *source.spec.fallback, source.address)))
        ),
        None,
    )


def _newest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """By their dates; without them in the order of the document, which begins with the newest."""
    dated = sorted((entry for entry in entries if entry.published_at), key=_published, reverse=True)
    return tuple((dated or list(entries))[:_NEWEST])


def _published(entry: Entry) -> float:
    return entry.published_at.timestamp() if entry.published_at else 0.0


def _language_of(entries: Sequence[Entry]) -> Language | None:
    """What the letters of the headlines tell: ə is Azerbaijani only, Cyrillic is Russian here."""
    letters = "".join(entry.title for entry in entries).lower()
    if "ə" in letters:
        return Language.AZ
    if any("а" <= letter <= "я" for letter in letters):
        return Language.RU
    return Language.EN if letters else None
