"""One administrator changes one channel: in one transaction the change, its entry in the history, and what stands then.

async with editing(database, clock, channel_id, by) as edit:
    await edit.tx.destinations.set_language(edit.channel.id, language)
    await edit.record(Setting.LANGUAGE, language.value)
    return await edit.settings()
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.domain.approval import Approver
from bot.domain.channel import MAX_NAME, MAX_VALUE, NEWS_OF_OTHERS, Administrator, Change, Setting
from bot.domain.destination import Destination, DestinationId, DestinationKind, DestinationState
from bot.domain.errors import UnknownChannelError
from bot.domain.language import Language
from bot.domain.words import ChannelWord
from bot.services.subscriptions import Choice, choices
from bot.store.database import Database, Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelSettings:
    """`editions`: the languages of articles besides the channel's own.

    `approvers` are asked about each article where the channel wants that, and `awaiting` articles wait for them.
    `of_others`: what somebody else changed last before this person came, when it is fresh.
    """

    channel: Destination
    choices: tuple[Choice, ...]
    editions: frozenset[Language] = frozenset()
    words: tuple[ChannelWord, ...] = ()
    approvers: tuple[Approver, ...] = ()
    awaiting: int = 0
    of_others: Change | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Editing:
    """`channel` is as it was found, and held until the transaction ends; `of_others` is what was news then."""

    tx: Transaction
    channel: Destination
    by: Administrator
    now: datetime
    of_others: Change | None

    async def record(self, setting: Setting, value: str | int) -> None:
        """Call it when something changed; what is stored already is no change."""
        kept = value[:MAX_VALUE] if isinstance(value, str) else value
        by = Administrator(user_id=self.by.user_id, name=self.by.name[:MAX_NAME])
        await self.tx.channel_changes.add(self.channel.id, Change(at=self.now, by=by, setting=setting, value=kept))

    async def settings(self) -> ChannelSettings:
        """Read anew: what this administrator sees is what is stored, and what they may just have changed back."""
        stored = await self.tx.destinations.get(self.channel.id)
        return await settings_of(self.tx, stored or self.channel, of_others=self.of_others)


@asynccontextmanager
async def editing(
    database: Database,
    clock: Clock,
    channel_id: DestinationId,
    by: Administrator,
    *,
    beside: Collection[DestinationId] = (),
    pauses: bool = False,
) -> AsyncIterator[Editing]:
    """`beside` are changed with it; `pauses`: it may pause or go on.

    Raises UnknownChannelError: a button may name a channel that is lost, or none at all.
    """
    async with database.transaction() as tx:
        if pauses:
            await tx.missed.in_turn()
        # All at once: somebody may copy in the opposite direction this very moment.
        await tx.destinations.hold_all({channel_id, *beside})
        channel, now = await connected(tx, channel_id), clock.now()
        of_others = await news_of_others(tx, channel_id, viewer=by.user_id, now=now)
        yield Editing(tx=tx, channel=channel, by=by, now=now, of_others=of_others)


async def connected(tx: Transaction, channel_id: DestinationId) -> Destination:
    await tx.destinations.hold(channel_id)
    channel = await tx.destinations.get(channel_id)
    if channel is None or channel.kind is not DestinationKind.CHANNEL or channel.state is DestinationState.GONE:
        raise UnknownChannelError
    return channel


async def news_of_others(
    tx: Transaction, channel_id: DestinationId, *, viewer: int | None, now: datetime
) -> Change | None:
    last = next(iter(await tx.channel_changes.latest(channel_id, limit=1)), None)
    is_news = last is not None and last.by.user_id != viewer and now - last.at < NEWS_OF_OTHERS
    return last if is_news else None


async def settings_of(tx: Transaction, channel: Destination, *, of_others: Change | None) -> ChannelSettings:
    return ChannelSettings(
        channel=channel,
        choices=await choices(tx, channel),
        editions=frozenset(await tx.destinations.editions_of(channel.id)),
        words=tuple(await tx.channel_words.of(channel.id)),
        approvers=tuple(await tx.approvals.approvers(channel.id)) if channel.needs_approval else (),
        awaiting=await tx.approvals.count(channel.id) if channel.needs_approval else 0,
        of_others=of_others,
    )
