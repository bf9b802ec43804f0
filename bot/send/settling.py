"""What becomes of a delivery after its try. In: the delivery and its Outcome. Out: Settled, written many at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.alert import AlertKind, NewAlert, channel_key, topic_key
from bot.domain.cause import Cause, because
from bot.domain.channel_pace import Overflow, with_post
from bot.domain.delivery import (
    NAMELESS,
    Action,
    Delivery,
    DeliveryState,
    Post,
    Settlement,
    SubjectKind,
    Uncertain,
    is_repeatable,
)
from bot.domain.destination import DestinationKind, DestinationState, Lack
from bot.domain.picture import UploadedPicture
from bot.domain.ticker import TickerId
from bot.domain.topic import Forum
from bot.domain.unguarded import dataclass
from bot.send.outcome import (
    Barred,
    Empty,
    Fatal,
    Fixed,
    Gone,
    Later,
    Missing,
    Moved,
    Outcome,
    Refused,
    Sent,
    Shut,
    Unclear,
    Unpermitted,
    Vanished,
)
from bot.store.database import Transaction

# Tries of one delivery that can be repeated freely.
MAX_ATTEMPTS = 5
# How long nothing is tried again after the token was refused.
_FATAL_WAIT = timedelta(minutes=1)
# Until a chat that was not found is looked for once more.
_MISSING_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """`post` stands in the chat now; `is_post_gone`: none does any more. `is_gone`: nor can the destination be reached.

    `lack` keeps us from posting there; `holds_chat`: its other posts wait as it does; `uploaded` are pictures that Telegram
    has now. `may_pin`: what the channel said of that; None: nothing. `shut`: a topic of the forum that takes no posts.
    """

    delivery: Delivery
    settlement: Settlement
    post: Post | None = None
    is_post_gone: bool = False
    is_gone: bool = False
    lack: Lack | None = None
    moved_to: int | None = None
    holds_chat: bool = False
    uploaded: tuple[UploadedPicture, ...] = ()
    may_pin: bool | None = None
    shut: Shut | None = None

    @property
    def cannot_be_reached(self) -> bool:
        return self.is_gone or self.lack is not None

    @property
    def may_have_posted(self) -> bool:
        """It counts for the channel's pace. One delivery of a chat is on its way at a time, so what was claimed is up to date."""
        is_out = self.settlement.state in {DeliveryState.SENT, DeliveryState.UNCERTAIN}
        # A try that Telegram did not answer counts as well.
        is_unclear = self.settlement.attempts > self.delivery.attempts
        is_post = self.delivery.action is Action.POST
        return self.delivery.destination.pace is not None and is_post and (is_out or is_unclear)

    @property
    def overflows(self) -> bool:
        """It is to be in the channel's ticker instead; whether that is still so, the store looks."""
        pace = self.delivery.destination.pace
        return self.settlement.reason == Cause.CHANNEL_PACE and pace is not None and pace.overflow is Overflow.TICKER

    @property
    def result(self) -> str:
        """For the metrics."""
        state = self.settlement.state
        return "gone" if self.cannot_be_reached else "later" if state is DeliveryState.QUEUED else state.value


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


def settle_pin(delivery: Delivery, outcome: Outcome, *, now: datetime) -> Settled:
    """Of a pin or an unpin; whatever becomes of it, the post stays as it is."""
    match outcome:
        case Sent():
            state, reason, may_pin = DeliveryState.SENT, None, True
        case Unpermitted(reason=said):
            state, reason, may_pin = DeliveryState.DROPPED, said, False
        case _:
            return settle(delivery, outcome, revision=0, is_removal=False, now=now)
    settlement = Settlement(id=delivery.id, state=state, at=now, attempts=delivery.attempts + 1, reason=reason)
    return Settled(delivery=delivery, settlement=settlement, may_pin=may_pin)


def hold(delivery: Delivery, until: datetime, reason: Cause, *, now: datetime) -> Settled:
    return replace(postpone(delivery, until - now, reason, now=now), holds_chat=True)


def settle(delivery: Delivery, outcome: Outcome, *, revision: int, is_removal: bool, now: datetime) -> Settled:
    """`revision` is the one that the message showed; `is_removal`: it was to take the post away."""
    settled = _settled(delivery, outcome, revision=revision, is_removal=is_removal, now=now)
    is_over = settled.settlement.state in {DeliveryState.FAILED, DeliveryState.DROPPED}
    if delivery.action is Action.POST and delivery.post is not None and is_over:
        # What stands of it is all that there will be, and is corrected and recalled like any other.
        return replace(settled, post=replace(delivery.post, is_begun=False))
    return settled


def _settled(delivery: Delivery, outcome: Outcome, *, revision: int, is_removal: bool, now: datetime) -> Settled:  # noqa: PLR0911, one return an outcome
    match outcome:
        case Sent(is_unfinished=True, uploaded=uploaded):
            # Not an attempt: the call that comes next begins with none.
            again = replace(postpone(delivery, timedelta(), Cause.UNFINISHED, now=now).settlement, attempts=0)
            begun = _post(delivery, outcome, revision, now)
            return Settled(delivery=delivery, settlement=again, post=begun, uploaded=uploaded)
        case Sent(uploaded=uploaded):
            sent = _ended(delivery, DeliveryState.SENT, None, now=now)
            post = None if is_removal else _post(delivery, outcome, revision, now)
            return Settled(delivery=delivery, settlement=sent, post=post, is_post_gone=is_removal, uploaded=uploaded)
        case Later(wait=wait, reason=reason):
            return postpone(delivery, wait, reason, now=now)
        case Unclear(reason=reason):
            return _unclear(delivery, reason, now=now)
        case Missing(reason=reason) if not delivery.attempts:
            return postpone(delivery, _MISSING_WAIT, reason, now=now, counts=True)
        case Moved(chat_id=chat_id):
            moved = postpone(delivery, timedelta(), Cause.MOVED, now=now)
            return Settled(delivery=delivery, settlement=moved.settlement, moved_to=chat_id)
        case Shut() if delivery.action is Action.POST and delivery.destination.kind is DestinationKind.CHANNEL:
            # It goes where the forum takes it; the next claim knows where that is.
            elsewhere = postpone(delivery, timedelta(), because(Cause.TOPIC_SHUT, outcome.reason), now=now)
            return replace(elsewhere, shut=outcome)
        case Fatal(reason=reason):
            # Nothing was sent: the delivery waits for a good token.
            return postpone(delivery, _FATAL_WAIT, because(Cause.TOKEN_REFUSED, reason), now=now)
        case _:
            return _not_sent(delivery, outcome, now=now)


def _not_sent(
    delivery: Delivery,
    outcome: Missing | Gone | Barred | Shut | Vanished | Empty | Fixed | Refused | Unpermitted,
    *,
    now: datetime,
) -> Settled:
    """For good."""
    dropped = _ended(delivery, DeliveryState.DROPPED, outcome.reason, now=now)
    match outcome:
        case Barred(lack=lack) if delivery.destination.kind is DestinationKind.CHANNEL:
            return Settled(delivery=delivery, settlement=dropped, lack=lack)
        case Missing() | Gone() | Barred():
            return Settled(delivery=delivery, settlement=dropped, is_gone=True)
        case Vanished():
            return Settled(delivery=delivery, settlement=dropped, is_post_gone=True)
        case Empty():
            return Settled(delivery=delivery, settlement=dropped)
        case Shut() | Fixed() | Refused() | Unpermitted():
            failed = _ended(delivery, DeliveryState.FAILED, outcome.reason, now=now)
            return Settled(delivery=delivery, settlement=failed)
        case _:
            assert_never(outcome)


def _ended(delivery: Delivery, state: DeliveryState, reason: str | None, *, now: datetime) -> Settlement:
    return Settlement(id=delivery.id, state=state, at=now, attempts=delivery.attempts + 1, reason=reason)


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


def _post(delivery: Delivery, sent: Sent, revision: int, now: datetime) -> Post:
    standing = delivery.post
    if standing is not None and (sent.is_unfinished or delivery.action is Action.POST):
        # Until all its messages are, it is as old as the oldest of them.
        revision = min(revision, standing.revision)
    return Post(
        destination_id=delivery.destination.id,
        subject=delivery.subject,
        chat_id=standing.chat_id if standing else delivery.destination.chat_id,
        message_id=sent.message_id or (standing.message_id if standing else 0),
        revision=revision,
        sent_at=now,
        picture=sent.picture,
        pieces=sent.pieces,
        topic=sent.topic or (standing.topic if standing else None),
        is_begun=sent.is_unfinished and delivery.action is Action.POST,
    )


async def write(tx: Transaction, settled: Sequence[Settled]) -> None:
    await _count_for_pace(tx, settled)
    await tx.claims.settle([each.settlement for each in settled])
    await _write_posts(tx, settled)
    uploaded = {picture.id: picture for each in settled for picture in each.uploaded}
    if uploaded:
        await tx.pictures.put(uploaded.values(), now=settled[-1].settlement.at)
    await _write_pins(tx, settled)
    for each in settled:
        if each.settlement.state is DeliveryState.UNCERTAIN:
            await tx.alerts.ask_about([_uncertain(each)], now=each.settlement.at)
        if each.shut is not None:
            await _avoid(tx, each.delivery, each.shut, now=each.settlement.at)
        if each.cannot_be_reached:
            await _leave(tx, each.delivery, each.lack, now=each.settlement.at)
        if each.moved_to is not None:
            await _move(tx, each.delivery, each.moved_to, now=each.settlement.at)
    await _hold_chats(tx, [each for each in settled if each.holds_chat])


async def _count_for_pace(tx: Transaction, settled: Sequence[Settled]) -> None:
    paced = {each.delivery.destination.id for each in settled if each.may_have_posted or each.overflows}
    if not paced:
        return
    # Before any delivery, as administrators' changes do, so that neither waits for the other.
    await tx.destinations.hold_all(paced)
    await tx.destinations.set_recent(
        (each.delivery.destination.id, with_post(each.delivery.destination.recent, each.settlement.at))
        for each in settled
        if each.may_have_posted
    )


async def _hold_chats(tx: Transaction, holding: Sequence[Settled]) -> None:
    """What else is due in these chats waits too, or goes into their tickers."""
    await tx.outbox.hold_chats(
        (each.delivery.destination.id, until, Cause(reason))
        for each in holding
        if (until := each.settlement.not_before) is not None and (reason := each.settlement.reason) is not None
    )
    if overflowing := {each.delivery.destination.id for each in holding if each.overflows}:
        await tx.overflow.join_tickers(overflowing, now=holding[-1].settlement.at)


async def _write_posts(tx: Transaction, settled: Sequence[Settled]) -> None:
    await tx.posts.record([each.post for each in settled if each.post is not None])
    if begun := [each.delivery.id for each in settled if each.post is not None and each.post.is_begun]:
        await tx.claims.put_first(begun)
    await tx.posts.forget(
        [(each.delivery.destination.id, each.delivery.subject) for each in settled if each.is_post_gone]
    )


async def _write_pins(tx: Transaction, settled: Sequence[Settled]) -> None:
    """What channels said of pins, and the live tickers that somebody deleted."""
    await tx.destinations.note_pins(
        refused=[each.delivery.destination.id for each in settled if each.may_pin is False],
        done=[each.delivery.destination.id for each in settled if each.may_pin is True],
    )
    lost = [
        TickerId(each.delivery.subject.id)
        for each in settled
        if each.is_post_gone and each.delivery.subject.kind is SubjectKind.TICKER
    ]
    if lost:
        await tx.live_tickers.lose(lost)


def _uncertain(settled: Settled) -> Uncertain:
    delivery, settlement = settled.delivery, settled.settlement
    return Uncertain(
        id=delivery.id,
        destination=delivery.destination,
        subject=delivery.subject,
        reason=settlement.reason or "",
        since=settlement.at,
    )


async def _leave(tx: Transaction, delivery: Delivery, lack: Lack | None, *, now: datetime) -> None:
    """Nothing more goes there; of a channel, whoever connected it is told why, once."""
    current = await tx.destinations.get(delivery.destination.id)
    # Who stopped the news before they blocked the bot is not to get it again when they unblock it.
    if current is None or current.state is not DestinationState.ACTIVE:
        return
    state = DestinationState.GONE if lack is None else DestinationState.BARRED
    await tx.destinations.set_state(current.id, state, now=now)
    if current.kind is DestinationKind.CHANNEL:
        kind = AlertKind.LOST if lack is None else AlertKind.BARRED
        arguments: dict[str, str | int] = {"channel": current.id, "lack": lack or ""}
        await tx.alerts.add(NewAlert(kind=kind, key=channel_key(kind, current.id), arguments=arguments), now=now)


async def _avoid(tx: Transaction, delivery: Delivery, shut: Shut, *, now: datetime) -> None:
    """Nothing more goes to this topic until it is open again; whoever connected the group is told, once."""
    channel_id = delivery.destination.id
    await tx.topics.turn(channel_id, is_on=shut.is_forum)
    current = await tx.destinations.get(channel_id)
    if current is None or current.forum is None or shut.topic in current.forum.aside:
        return
    aside = {**current.forum.aside, shut.topic: shut.why}
    await tx.topics.put(channel_id, Forum(chosen=current.forum.chosen, aside=aside))
    arguments: dict[str, str | int] = {
        "channel": channel_id,
        "topic": shut.topic,
        "why": shut.why.value,
        "name": await tx.topics.name(channel_id, shut.topic),
    }
    key = topic_key(channel_id, shut.topic)
    await tx.alerts.add(NewAlert(kind=AlertKind.TOPIC, key=key, arguments=arguments), now=now)


async def _move(tx: Transaction, delivery: Delivery, chat_id: int, *, now: datetime) -> None:
    if await tx.destinations.by_chat(chat_id) is None:
        await tx.destinations.move(delivery.destination.id, chat_id)
        if delivery.post is not None and delivery.post.is_begun:
            # What was sent of it has moved along under ids that nobody tells; the rest goes out.
            await tx.posts.record([_nameless(delivery.post, chat_id)])
    else:
        # The new chat is a destination of its own by now, and gets its news as such.
        await tx.destinations.set_state(delivery.destination.id, DestinationState.GONE, now=now)


def _nameless(post: Post, chat_id: int) -> Post:
    pieces = tuple(replace(piece, message_id=NAMELESS) for piece in post.pieces)
    return replace(post, chat_id=chat_id, message_id=NAMELESS, pieces=pieces)
