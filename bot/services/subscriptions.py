"""What a person subscribes to. Each call states what is wanted, so that a repeated one changes nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.destination import Destination, DestinationState, Mode
from bot.domain.errors import UnknownRubricError
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.services.subscribers import subscriber
from bot.store.database import Database, Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A rubric as it stands for a person or a channel."""

    rubric: Rubric
    is_chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """`is_stopped`: what is chosen is kept, yet nothing is delivered until /start."""

    choices: tuple[Choice, ...]
    is_stopped: bool


class Subscriptions:
    """`language` is the one of a person who is not known yet."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def show(self, chat_id: int, language: Language) -> Selection:
        async with self._database.transaction() as tx:
            person = await subscriber(tx, chat_id=chat_id, language=language, clock=self._clock)
            return _selection(person, await choices(tx, person))

    async def choose(self, chat_id: int, language: Language, slug: Slug, *, is_wanted: bool) -> Selection:
        async with self._database.transaction() as tx:
            person = await subscriber(tx, chat_id=chat_id, language=language, clock=self._clock)
            chosen = await choose(tx, person, slug, is_wanted=is_wanted, modes=(Mode.INSTANT,))
            return _selection(person, chosen)

    async def choose_every(self, chat_id: int, language: Language, *, is_wanted: bool) -> Selection:
        """All rubrics, or none."""
        async with self._database.transaction() as tx:
            person = await subscriber(tx, chat_id=chat_id, language=language, clock=self._clock)
            chosen = await choose_every(tx, person, is_wanted=is_wanted, modes=(Mode.INSTANT,))
            return _selection(person, chosen)


def _selection(person: Destination, chosen: tuple[Choice, ...]) -> Selection:
    return Selection(choices=chosen, is_stopped=person.state is not DestinationState.ACTIVE)


async def choices(tx: Transaction, destination: Destination) -> tuple[Choice, ...]:
    """Every rubric of the newsroom, chosen or not."""
    return _choices(await tx.rubrics.all(), await tx.destinations.rubrics_of(destination.id))


async def choose(
    tx: Transaction, destination: Destination, slug: Slug, *, is_wanted: bool, modes: Collection[Mode]
) -> tuple[Choice, ...]:
    rubrics = await tx.rubrics.all()
    if slug not in {rubric.slug for rubric in rubrics}:
        raise UnknownRubricError(rubric=slug)
    await tx.destinations.hold(destination.id)
    before = await tx.destinations.rubrics_of(destination.id)
    after = before | {slug} if is_wanted else before - {slug}
    if after != before:
        await tx.destinations.subscribe(destination.id, rubrics=after, modes=modes)
    return _choices(rubrics, after)


async def choose_every(
    tx: Transaction, destination: Destination, *, is_wanted: bool, modes: Collection[Mode]
) -> tuple[Choice, ...]:
    rubrics = await tx.rubrics.all()
    chosen = {rubric.slug for rubric in rubrics} if is_wanted else set()
    await tx.destinations.hold(destination.id)
    await tx.destinations.subscribe(destination.id, rubrics=chosen, modes=modes)
    return _choices(rubrics, chosen)


def _choices(rubrics: Sequence[Rubric], chosen: Collection[Slug]) -> tuple[Choice, ...]:
    return tuple(Choice(rubric=rubric, is_chosen=rubric.slug in chosen) for rubric in rubrics)
