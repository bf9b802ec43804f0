"""People who started the bot: they come, stop, choose a language, block the bot and return."""

from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.destination import Destination, DestinationKind, DestinationState
from bot.domain.language import Language
from bot.store.database import Database, Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Welcome:
    """`was_stopped`: deliveries had ended, by /stop or a block, and begin again now."""

    subscriber: Destination
    is_new: bool
    was_stopped: bool


class Subscribers:
    def __init__(self, *, database: Database, clock: Clock, default: Language) -> None:
        self._database = database
        self._clock = clock
        self._default = default

    async def start(self, chat_id: int, language_code: str | None) -> Welcome:
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is None:
                language = Language.from_code(language_code, self._default)
                added = await subscriber(tx, chat_id=chat_id, language=language, clock=self._clock)
                return Welcome(subscriber=added, is_new=True, was_stopped=False)
            was_stopped = known.state is not DestinationState.ACTIVE
            if was_stopped:
                await tx.destinations.set_state(known.id, DestinationState.ACTIVE, now=self._clock.now())
            active = replace(known, state=DestinationState.ACTIVE)
            return Welcome(subscriber=active, is_new=False, was_stopped=was_stopped)

    async def stop(self, chat_id: int) -> None:
        """Nothing is delivered from now on; the subscriptions wait for /start."""
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is not None and known.state is not DestinationState.PAUSED:
                await tx.destinations.set_state(known.id, DestinationState.PAUSED, now=self._clock.now())

    async def set_language(self, chat_id: int, language: Language) -> None:
        async with self._database.transaction() as tx:
            known = await subscriber(tx, chat_id=chat_id, language=language, clock=self._clock)
            await tx.destinations.set_language(known.id, language)

    async def language_of(self, user_id: int, language_code: str | None) -> Language:
        """The one this person chose, else the one their Telegram speaks."""
        # A private chat has the id of its person.
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(user_id)
        return known.language if known else Language.from_code(language_code, self._default)

    async def blocked(self, chat_id: int) -> None:
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            # Who had stopped before stays stopped, so that unblocking alone brings nothing.
            if known is not None and known.state is DestinationState.ACTIVE:
                await tx.destinations.set_state(known.id, DestinationState.GONE, now=self._clock.now())

    async def unblocked(self, chat_id: int) -> None:
        async with self._database.transaction() as tx:
            known = await tx.destinations.by_chat(chat_id)
            if known is not None and known.state is DestinationState.GONE:
                await tx.destinations.set_state(known.id, DestinationState.ACTIVE, now=self._clock.now())


async def subscriber(tx: Transaction, *, chat_id: int, language: Language, clock: Clock) -> Destination:
    """The person's destination; whoever writes without /start, say after a restored backup, gets one here."""
    return await tx.destinations.add(
        chat_id=chat_id, kind=DestinationKind.SUBSCRIBER, language=language, now=clock.now()
    )
