"""What becomes of a delivery after its try. In: the delivery and its Outcome. Out: Settled, written many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.cause import Cause, because
from bot.domain.delivery import Action, Delivery, DeliveryState, Post, Settlement, is_repeatable
from bot.domain.destination import DestinationState
from bot.send.outcome import Fatal, Gone, Later, Moved, Outcome, Refused, Sent, Unclear, Vanished
from bot.store.database import Transaction

# Tries of one delivery that can be repeated freely.
MAX_ATTEMPTS = 5
# How long nothing is tried again after the token was refused.
_FATAL_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """`post` stands in the chat now; `is_post_gone`: none does any more. `is_gone`: nor can the destination be reached."""

    delivery: Delivery
    settlement: Settlement
    post: Post | None = None
    is_post_gone: bool = False
    is_gone: bool = False
    moved_to: int | None = None

    @property
    def result(self) -> str:
        """For the metrics."""
        state = self.settlement.state
        return "gone" if self.is_gone else "later" if state is DeliveryState.QUEUED else state.value


def drop(delivery: Delivery, reason: str, *, now: datetime) -> Settled:
    """It came to nothing before it was sent."""
    return Settled(
        delivery=delivery,
        settlement=Settlement(
            id=delivery.id, state=DeliveryState.DROPPED, at=now, attempts=delivery.attempts, reason=reason
        ),
    )


def postpone(delivery: Delivery, wait: timedelta, reason: str, *, now: datetime, counts: bool = False) -> Settled:
    return Settled(
        delivery=delivery,
        settlement=Settlement(
            id=delivery.id,
            state=DeliveryState.QUEUED,
            at=now,
            attempts=delivery.attempts + int(counts),
            reason=reason,
            not_before=now + wait,
        ),
    )


def settle(delivery: Delivery, outcome: Outcome, *, revision: int, is_removal: bool, now: datetime) -> Settled:  # noqa: PLR0911, one return an outcome
    """`revision` is the one that the message showed; `is_removal`: it was to take the post away."""

    def ended(state: DeliveryState, reason: str | None = None) -> Settlement:
        return Settlement(id=delivery.id, state=state, at=now, attempts=delivery.attempts + 1, reason=reason)

    match outcome:
        case Sent(message_id=message_id):
            post = None if is_removal else _post(delivery, message_id, revision, now)
            return Settled(delivery=delivery, settlement=ended(DeliveryState.SENT), post=post, is_post_gone=is_removal)
        case Later(wait=wait, reason=reason):
            return postpone(delivery, wait, reason, now=now)
        case Unclear(reason=reason):
            return _unclear(delivery, reason, now=now)
        case Gone(reason=reason):
            return Settled(delivery=delivery, settlement=ended(DeliveryState.DROPPED, reason), is_gone=True)
        case Moved(chat_id=chat_id):
            moved = postpone(delivery, timedelta(), Cause.MOVED, now=now)
            return Settled(delivery=delivery, settlement=moved.settlement, moved_to=chat_id)
        case Vanished(reason=reason):
            return Settled(delivery=delivery, settlement=ended(DeliveryState.DROPPED, reason), is_post_gone=True)
        case Refused(reason=reason):
            return Settled(delivery=delivery, settlement=ended(DeliveryState.FAILED, reason))
        case Fatal(reason=reason):
            # Nothing was sent: the delivery waits for a good token.
            return postpone(delivery, _FATAL_WAIT, because(Cause.TOKEN_REFUSED, reason), now=now)
        case _:
            assert_never(outcome)


def _unclear(delivery: Delivery, reason: str, *, now: datetime) -> Settled:
    tries = delivery.attempts + 1
    may_repeat = is_repeatable(
        delivery.action, delivery.subject.kind, delivery.destination.kind, unclear_before=delivery.attempts
    )
    if may_repeat and tries < MAX_ATTEMPTS:
        return postpone(delivery, timedelta(seconds=2**tries), reason, now=now, counts=True)
    is_post = delivery.action is Action.POST
    state = DeliveryState.UNCERTAIN if is_post else DeliveryState.FAILED
    return Settled(
        delivery=delivery,
        settlement=Settlement(id=delivery.id, state=state, at=now, attempts=tries, reason=reason),
    )


def _post(delivery: Delivery, message_id: int | None, revision: int, now: datetime) -> Post:
    standing = delivery.post
    return Post(
        destination_id=delivery.destination.id,
        subject=delivery.subject,
        chat_id=standing.chat_id if standing else delivery.destination.chat_id,
        message_id=message_id or (standing.message_id if standing else 0),
        revision=revision,
        sent_at=now,
    )


async def write(tx: Transaction, settled: Sequence[Settled]) -> None:
    await tx.outbox.settle([each.settlement for each in settled])
    await tx.outbox.record_posts([each.post for each in settled if each.post is not None])
    await tx.outbox.forget_posts(
        [(each.delivery.destination.id, each.delivery.subject) for each in settled if each.is_post_gone]
    )
    for each in settled:
        if each.is_gone:
            await _leave(tx, each.delivery, now=each.settlement.at)
        if each.moved_to is not None:
            await _move(tx, each.delivery, each.moved_to, now=each.settlement.at)


async def _leave(tx: Transaction, delivery: Delivery, *, now: datetime) -> None:
    current = await tx.destinations.get(delivery.destination.id)
    # Who stopped the news before they blocked the bot is not to get it again when they unblock it.
    if current is not None and current.state is DestinationState.ACTIVE:
        await tx.destinations.set_state(delivery.destination.id, DestinationState.GONE, now=now)


async def _move(tx: Transaction, delivery: Delivery, chat_id: int, *, now: datetime) -> None:
    if await tx.destinations.by_chat(chat_id) is None:
        await tx.destinations.move(delivery.destination.id, chat_id)
    else:
        # The new chat is a destination of its own by now, and gets its news as such.
        await tx.destinations.set_state(delivery.destination.id, DestinationState.GONE, now=now)
