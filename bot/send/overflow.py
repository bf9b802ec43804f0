"""Posts that waited for a place in their channel → one message that tells them all, where the channel wants that.

In: what the sender has just claimed. Out: a ticker's delivery for each such channel; what it tells is sent no more. A post
that waited alone keeps the place. What does not fit into the message waits for the next.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache

from bot.domain.cause import Cause
from bot.domain.channel_pace import Overflow
from bot.domain.delivery import Action, Delivery, Priority, SubjectKind
from bot.domain.destination import Destination, DestinationId
from bot.domain.language import Language
from bot.domain.ticker import TickerLine
from bot.i18n import I18n
from bot.render.ticker import fits
from bot.send import holding
from bot.store.database import Transaction
from bot.store.overflow import Surplus
from bot.store.tickers import MAX_LINES

# A message of one line is a post that could have been read in full.
_LEAST = 2

_Room = Callable[[tuple[TickerLine, ...], Language], int]


async def gather(tx: Transaction, claimed: list[Delivery], i18n: I18n, *, now: datetime) -> list[Delivery]:
    """Those of the claimed that are still to be sent. Costs nothing where no channel among theirs wants a batch."""
    asking = [delivery for delivery in claimed if _wants_batch(delivery, i18n, now)]
    if not asking:
        return claimed
    channels = {delivery.destination.id: delivery.destination for delivery in asking}
    found = await tx.overflow.surplus(channels, [delivery.id for delivery in asking], most=MAX_LINES)
    waiting = [members for members in found.values() if any(each.is_first for each in members)]
    # What the channel's ticker shows by now needs no second line.
    told = [each for members in waiting for each in members if each.is_told]
    day = now.astimezone(i18n.zone).date()
    batches = await _batches(tx, waiting, channels, i18n, day)
    if told:
        await tx.overflow.join(told, Cause.IN_TICKER, now=now)
    if batches:
        opened = await tx.overflow.join_batches(batches, day, now=now)
        await tx.ticker_deliveries.queue(opened, action=Action.POST, priority=Priority.ARTICLE, now=now)
    joined = {each.delivery_id for members in (told, *batches.values()) for each in members}
    return [delivery for delivery in claimed if delivery.id not in joined]


def _wants_batch(delivery: Delivery, i18n: I18n, now: datetime) -> bool:
    pace = delivery.destination.pace
    return (
        pace is not None
        and pace.overflow is Overflow.BATCH
        and delivery.subject.kind is SubjectKind.ARTICLE
        and delivery.action is Action.POST
        and holding.held(delivery, now, i18n.zone) is None
    )


async def _batches(
    tx: Transaction,
    waiting: Sequence[Sequence[Surplus]],
    channels: dict[DestinationId, Destination],
    i18n: I18n,
    day: date,
) -> dict[DestinationId, Sequence[Surplus]]:
    batches: dict[DestinationId, Sequence[Surplus]] = {}
    room: _Room | None = None
    for members in waiting:
        untold = [each for each in members if not each.is_told]
        if len(untold) < _LEAST:
            continue
        room = room or await _room(tx, i18n, day)
        channel = channels[untold[0].channel_id]
        batches[channel.id] = untold[: room(tuple(each.line for each in untold), channel.language)]
    return {channel_id: members for channel_id, members in batches.items() if len(members) >= _LEAST}


async def _room(tx: Transaction, i18n: I18n, day: date) -> _Room:
    """How many of the first lines one message has room for; channels with the same settings have the same lines."""
    rubrics = {rubric.slug: rubric for rubric in await tx.rubrics.all()}

    @cache
    def room(lines: tuple[TickerLine, ...], language: Language) -> int:
        texts = i18n.texts(language)
        counts = range(1, len(lines) + 1)
        return bisect_left(counts, x=True, key=lambda count: not fits(day, lines[:count], rubrics, texts))

    return room
