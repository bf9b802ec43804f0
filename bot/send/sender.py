"""▸ The outbox → Telegram → posts. In: due deliveries. Out: each one settled, its post recorded.

Two loops share one process. The books: each round is one transaction that writes what became of the last deliveries, claims
the next, and asks how their subjects stand. The dispatch: whenever the pace grants a place, the most urgent claimed
delivery takes it. So the claims ahead of the dispatch are few, and a breaking push passes them all. A post of several
messages comes round for each of them (several.py).

Stopping gives back what was claimed, finishes what is in flight and writes it down. A crash leaves claims behind, which the
next start or another process takes back (domain/delivery.py: what is unclear then). Of several processes one sends: the
books are written while the role is ours, and a process that lost it forgets what it had claimed.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import assert_never

from bot.clock import Clock, Signal
from bot.domain.cause import Cause
from bot.domain.delivery import (
    PINS,
    Action,
    Delivery,
    DeliveryId,
    DeliveryState,
    Head,
    Post,
    Priority,
    Subject,
    SubjectKind,
)
from bot.domain.destination import DestinationState
from bot.domain.errors import StoreError
from bot.domain.language import Language
from bot.domain.topic import TopicId
from bot.domain.unguarded import dataclass
from bot.i18n import I18n
from bot.metrics import Metrics
from bot.send import holding, overflow, settling, several
from bot.send.editions import Editions
from bot.send.form import Prepared
from bot.send.gateway import Gateway
from bot.send.holding import Held
from bot.send.outcome import Fatal, Fixed, Later, Outcome, Refused, Sent, Unclear, Unpermitted
from bot.send.pace import Pace
from bot.send.pictures import UPLOAD_WAIT, Pictures
from bot.send.settling import Settled
from bot.store.database import Database, Transaction
from bot.store.roles import Role

logger = logging.getLogger(__name__)

# What is settled is written after so many seconds, or when so many have come together; a crash repeats at most these.
FLUSH_SECONDS, FLUSH_ROWS = 0.1, 200
# Deliveries claimed ahead of the dispatch, in seconds of sending; a crash makes these unclear as well.
_AHEAD, _LEAST_AHEAD, _MOST_AHEAD = 0.2, 4, 500
# A chat that is not free within this time gives its delivery back.
_PATIENCE = timedelta(seconds=2)
# Claims that were never settled, since the database failed at that moment, are looked for this often.
_RELEASE_EVERY = timedelta(minutes=1)
# How long sending rests after the database failed, and after Telegram could not be reached.
_DATABASE_REST = 2.0
_OUTAGE_REST = timedelta(seconds=1)
# Started one after the other before answers are read: where these come at once, no more is on its way than they keep up with.
_AT_ONCE = 16
# Seconds that a stop waits for Telegram's answers; what has none by then is unclear.
_DRAIN = 5.0


# As the log and /readyz call it.
_WORK = "Sending"


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What to do with a claimed delivery: the message (None: take the post away), the revision it shows, and how loud.

    `topic`: where in a forum it goes. A pin and an unpin are said by the delivery's action alone.
    """

    message: Prepared | None
    revision: int
    is_silent: bool = False
    topic: TopicId | None = None

    @property
    def waits_for_picture(self) -> bool:
        picture = self.message.picture if self.message is not None else None
        return picture is not None and picture.is_awaited


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """There is nothing to send any more, and why."""

    reason: Cause


class Sender:
    """`rate` is what the pace grants a second; `width` bounds the deliveries in flight, and so what a crash may repeat."""

    def __init__(
        self,
        *,
        database: Database,
        gateway: Gateway,
        pictures: Pictures,
        pace: Pace,
        clock: Clock,
        i18n: I18n,
        metrics: Metrics,
        rate: float,
        width: int,
        stop_everything: Callable[[str], None],
        role: Role | None = None,
    ) -> None:
        """Without a `role` to share, this is the only process that sends."""
        self.wake = Signal()
        self._role = role or Role.of_one("sending")
        # The one in which the claims here were made; None before the first.
        self._term: int | None = None
        self._database = database
        self._gateway = gateway
        self._pace = pace
        self._clock = clock
        self._i18n = i18n
        self._zone = i18n.zone
        self._metrics = metrics
        self._stop_everything = stop_everything
        self._editions = Editions(i18n, gateway.prepare, pictures)
        self._ahead = int(max(_LEAST_AHEAD, min(_MOST_AHEAD, rate * _AHEAD)))
        self._width = width
        self._has_place = asyncio.Event()
        # Claimed and not yet sent: most urgent first; those whose chat is not free, by the moment when it is.
        self._ready: list[tuple[int, int, Delivery]] = []
        self._resting: list[tuple[float, int, Delivery]] = []
        self._in_flight: dict[DeliveryId, asyncio.Task[None]] = {}
        self._settled: list[Settled] = []
        self._batch_is_full = asyncio.Event()
        self._has_ready = asyncio.Event()
        # The database failed: nothing more goes out than what could be written down.
        self._is_blocked = False
        # Claimed by a round whose end is unknown: if they are ours, they were certainly not sent.
        self._doubtful: list[DeliveryId] = []
        self._next_release = clock.now()
        # After Telegram could not be reached, or refused the token.
        self._rests_until: datetime | None = None
        self._run_of_starts = 0

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            dispatch = group.create_task(self._dispatch(group))
            while await self.wake.wait():
                if not self._role.is_held:
                    self._stand_aside()
                    continue
                is_written = False
                with self._database.patience(_WORK):
                    await self._round()
                    is_written = True
                if is_written:
                    self._is_blocked = False
                    self._dispatch_on()
                    await self._let_batch_grow()
                else:
                    self._block()
                    await self._clock.sleep(_DATABASE_REST)
                    self.wake.set()
            dispatch.cancel()
            await self._finish()

    def _block(self) -> None:
        self._is_blocked = True
        self._has_ready.clear()

    def _stand_aside(self) -> None:
        """Another process may send soon: what has no answer yet is unclear. All is kept until it is known to have begun."""
        self._database.leave_to_others(_WORK)
        self._block()
        for task in self._in_flight.values():
            task.cancel()

    # The books.

    async def _round(self) -> None:
        self._batch_is_full.clear()
        term = self._role.term
        if term != self._term:
            await self._forget()
        written, self._settled = self._settled, []
        claimed: list[Delivery] = []
        try:
            async with self._database.transaction() as tx:
                await self._role.prove(tx)
                if term != self._term:
                    await self._take_over(tx)
                await settling.write(tx, written)
                if self._doubtful:
                    await tx.claims.release(self._doubtful)
                claimed = await self._claim(tx)
                heads = await self._editions.refresh(tx, self._subjects(claimed, written))
                await self._mend(tx, written, heads)
        except StoreError:
            self._settled = written + self._settled
            # A connection that broke at the end does not tell whether the claim stands.
            self._doubtful += [delivery.id for delivery in claimed]
            raise
        self._doubtful = []
        self._term = term
        if any(delivery.destination.appearance.has_subscribe for delivery in claimed):
            await self._gateway.learn_bot_name()
        for delivery in claimed:
            self._place(delivery)
        for (action, result), count in Counter((each.delivery.action, each.result) for each in written).items():
            self._metrics.deliveries.labels(action, result).inc(count)
        for each in written:
            if each.settlement.state is DeliveryState.SENT:
                self._metrics.delivery_delay.observe((each.settlement.at - each.delivery.created_at).total_seconds())

    async def _forget(self) -> None:
        """What was claimed in an earlier term; whoever sent meanwhile has taken it back."""
        if self._in_flight:
            self._stand_aside()
            await asyncio.wait(self._in_flight.values())
            # One that was cancelled before it began has not done so itself.
            self._in_flight.clear()
        self._ready, self._resting, self._settled, self._doubtful = [], [], [], []

    async def _take_over(self, tx: Transaction) -> None:
        """The claims of whoever sent before: it is dead, or knows that it may not send any more.

        Where another bot sends too, its claims are among them, and only what expired is free.
        """
        expired_only = await tx.leases.has_kin(self._role.name)
        if left := await tx.claims.take_back(now=self._clock.now(), expired_only=expired_only):
            logger.warning(
                "Sending ended in the middle the last time; those deliveries go out now.", extra={"deliveries": left}
            )

    async def _claim(self, tx: Transaction) -> list[Delivery]:
        now = self._clock.now()
        if now >= self._next_release:
            self._next_release = now + _RELEASE_EVERY
            await tx.claims.take_back(now=now, expired_only=True)
        free = self._ahead - len(self._ready) - len(self._resting)
        claimed = await tx.claims.take(now=now, limit=free) if free > 0 else []
        kept = await overflow.gather(tx, claimed, self._i18n, now=now)
        if len(kept) < len(claimed):
            # What tells the others instead is due.
            self.wake.set()
        return kept

    def _subjects(self, claimed: list[Delivery], written: list[Settled]) -> set[Subject]:
        waiting = [delivery for *_, delivery in (*self._ready, *self._resting)]
        posted = [each.delivery for each in written if each.post is not None]
        return {delivery.subject for delivery in (*waiting, *claimed, *posted)}

    async def _mend(self, tx: Transaction, written: list[Settled], heads: dict[Subject, Head]) -> None:
        """What was corrected or recalled while it was on its way is changed where it stands.

        The planner does so for all that it finds sent or in flight; this is for what was claimed while it looked.
        """
        for each in written:
            head = heads.get(each.delivery.subject)
            if each.post is None or head is None or (each.post.revision >= head.revision and not head.is_void):
                continue
            if each.settlement.state is DeliveryState.QUEUED:
                # What takes several calls is mended when it is over.
                continue
            await tx.outbox.queue_changes(
                each.delivery.subject,
                action=Action.DELETE if head.is_void else Action.EDIT,
                revision=head.revision,
                now=self._clock.now(),
                to=[each.delivery.destination.id],
            )
            self.wake.set()

    async def _let_batch_grow(self) -> None:
        # In real time, whatever the newsroom's clock says: it spares the database, not the news.
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._batch_is_full.wait()

    def _write_down(self, settled: Settled) -> None:
        """In the next round."""
        self._settled.append(settled)
        # Nothing comes after the last of a wave, and whoever is gone may be back in the next moment.
        if settled.cannot_be_reached or len(self._settled) >= FLUSH_ROWS or not (self._in_flight or self._ready):
            self._batch_is_full.set()
        self.wake.set()

    # The dispatch.

    def _place(self, delivery: Delivery) -> None:
        heappush(self._ready, (-delivery.priority, delivery.id, delivery))

    def _dispatch_on(self) -> None:
        if (self._ready or self._resting) and not self._is_blocked:
            self._has_ready.set()

    async def _dispatch(self, group: asyncio.TaskGroup) -> None:
        while await self._has_ready.wait():
            if (found := self._first()) is None:
                self._has_ready.clear()
                continue
            if await self._waited_for_turn():
                # Meanwhile a more urgent one may have come, or a recall.
                found = self._first() if self._has_ready.is_set() else None
            if found is None:
                continue
            delivery, work = found
            heappop(self._ready)
            self._in_flight[delivery.id] = group.create_task(self._deliver(delivery, work))

    async def _waited_for_turn(self) -> bool:
        """For a place among those in flight, and for one of the pace. Returns whether others did anything meanwhile."""
        waited = False
        while self._rests_until is not None:
            if (rest := (self._rests_until - self._clock.now()).total_seconds()) <= 0:
                self._rests_until = None
                break
            waited = True
            await self._clock.sleep(rest)
        while len(self._in_flight) >= self._width:
            waited = True
            self._has_place.clear()
            await self._has_place.wait()
        self._run_of_starts += 1
        if self._run_of_starts >= _AT_ONCE:
            self._run_of_starts = 0
            await self._clock.sleep(0)
            waited = True
        return await self._pace.turn() or waited

    def _first(self) -> tuple[Delivery, Work] | None:
        """The most urgent delivery that can go out now; those before it that cannot leave the row."""
        if not self._role.is_held:
            return None
        now = self._clock.now()
        self._end_rests(now)
        while self._ready:
            delivery = self._ready[0][-1]
            work = self._work(delivery, now)
            wait = self._pace.wait_for(delivery.destination.chat_id, self._weight(delivery, work))
            if isinstance(work, Work) and not wait and not work.waits_for_picture:
                return delivery, work
            heappop(self._ready)
            if isinstance(work, Nothing):
                self._write_down(settling.drop(delivery, work.reason, now=now))
            elif isinstance(work, Held):
                self._write_down(settling.hold(delivery, work.until, work.reason, now=now))
            elif work.waits_for_picture:
                self._write_down(settling.postpone(delivery, UPLOAD_WAIT, Cause.UPLOADING, now=now))
            elif wait > _PATIENCE:
                self._write_down(settling.postpone(delivery, wait, Cause.CHAT_PACE, now=now))
            else:
                heappush(self._resting, ((now + wait).timestamp(), delivery.id, delivery))
                asyncio.get_running_loop().call_later(wait.total_seconds(), self._dispatch_on)
        return None

    def _weight(self, delivery: Delivery, work: Work | Nothing | Held) -> int:
        """Messages that its call makes in the chat."""
        if not isinstance(work, Work) or work.message is None or delivery.post is not None:
            return 1
        return self._gateway.weight(delivery.destination.chat_id, work.message)

    def _end_rests(self, now: datetime) -> None:
        while self._resting and self._resting[0][0] <= now.timestamp():
            self._place(heappop(self._resting)[-1])

    def _work(self, delivery: Delivery, now: datetime) -> Work | Nothing | Held:
        """What is to be done, by the destination as claimed and the subject as it stands now."""
        head, post = self._editions.head(delivery.subject), delivery.post
        if head is None:
            return Nothing(reason=Cause.LET_GO)
        forum = delivery.destination.forum
        topic = self._editions.topic(delivery.subject, forum) if forum is not None else None
        if reason := _obstacle(delivery) or _closed(delivery, topic):
            return Nothing(reason=reason)
        if delivery.action in PINS:
            return Work(message=None, revision=head.revision)
        message, is_post = None, delivery.action is Action.POST
        if delivery.action is not Action.DELETE and not head.is_void:
            to, standing = delivery.destination, None if is_post else post
            name = self._gateway.bot_name
            message = self._editions.message(delivery.subject, to.language, to.appearance, name, standing)
        if message is None and (post is None or is_post):
            return Nothing(reason=Cause.RECALLED if head.is_void else Cause.NOTHING_LEFT)
        if message is not None and post is not None and not is_post and self._shows(delivery, post, head, message):
            return Nothing(reason=Cause.SHOWN_ALREADY)
        is_silent = holding.is_silent(delivery, now, self._zone)
        work = Work(message=message, revision=head.revision, is_silent=is_silent, topic=topic)
        return holding.held(delivery, now, self._zone) or work

    def _shows(self, delivery: Delivery, post: Post, head: Head, message: Prepared) -> bool:
        return post.revision >= head.revision or self._editions.is_shown(delivery.subject, message)

    async def _deliver(self, delivery: Delivery, work: Work) -> None:
        try:
            outcome = await self._send(delivery, work)
        except asyncio.CancelledError:
            outcome = Unclear(reason=Cause.INTERRUPTED)
        except Exception:
            logger.exception("A delivery failed for a reason of ours.", extra={"delivery": delivery.id})
            outcome = Refused(reason=Cause.OUR_FAULT)
        finally:
            del self._in_flight[delivery.id]
            self._has_place.set()
        now = self._clock.now()
        if delivery.subject.kind is SubjectKind.TICKER and delivery.action not in PINS:
            self._editions.note_shown(delivery.subject, work.message if isinstance(outcome, Sent) else None)
        if delivery.action in PINS:
            settled = settling.settle_pin(delivery, outcome, now=now)
        else:
            is_removal = work.message is None
            settled = settling.settle(delivery, outcome, revision=work.revision, is_removal=is_removal, now=now)
        self._write_down(settled)
        self._react(settled, outcome, now=now)

    async def _send(self, delivery: Delivery, work: Work) -> Outcome:
        post = delivery.post
        language = delivery.destination.language
        if work.message is None:
            assert post is not None  # noqa: S101, _work saw to it
            return await self._without_message(delivery.action, post, language)
        if delivery.action is Action.POST and (work.message.is_several or post is not None):
            return await several.post(self._gateway, delivery, work.message, topic=work.topic, is_silent=work.is_silent)
        if post is None:
            return await self._gateway.post(
                delivery.destination.chat_id, work.message, topic=work.topic, is_silent=work.is_silent
            )
        if post.pieces:
            outcome = await several.change(self._gateway, post, work.message, self._editions.emptied(language))
        else:
            outcome = await self._gateway.edit(post, work.message)
        if isinstance(outcome, Fixed):
            correction = self._editions.correction(work.message, language)
            outcome = await self._gateway.post(
                post.chat_id, correction, topic=work.topic, answers=post.message_id, is_silent=work.is_silent
            )
            # An edit may be repeated until it is answered, and a reply may not.
            return Refused(reason=outcome.reason) if isinstance(outcome, Unclear) else outcome
        return outcome

    async def _without_message(self, action: Action, post: Post, language: Language) -> Outcome:
        match action:
            case Action.PIN:
                return await self._gateway.pin(post.chat_id, post.message_id)
            case Action.UNPIN:
                return await self._gateway.unpin(post.chat_id, post.message_id)
            case Action.POST | Action.EDIT | Action.DELETE if post.pieces:
                return await several.remove(self._gateway, post, self._editions.withdrawn(language))
            case Action.POST | Action.EDIT | Action.DELETE:
                outcome = await self._gateway.delete(post.chat_id, post.message_id)
                if isinstance(outcome, Fixed):
                    # Older than 48 h (Bot API, deleteMessage); edited it can be for ever.
                    outcome = await self._gateway.edit(post, self._editions.withdrawn(language))
                return outcome
            case _:
                assert_never(action)

    def _react(self, settled: Settled, outcome: Outcome, *, now: datetime) -> None:
        details = {
            "delivery": settled.delivery.id,
            "destination": settled.delivery.destination.id,
            "said": settled.settlement.reason,
        }
        match outcome:
            case Later(is_outage=True):
                self._rests_until = now + _OUTAGE_REST
            case Fatal(reason=reason, advice=advice):
                self._rests_until = now + timedelta(minutes=1)
                self._stop_everything(f"Telegram refuses BOT_TOKEN ({reason}). {advice}")
            case Unpermitted():
                logger.warning("A channel does not let us pin its ticker; it goes on unpinned.", extra=details)
            case _:
                pass
        if settled.cannot_be_reached:
            logger.warning("A destination cannot be reached and gets nothing until it is back.", extra=details)
        elif settled.settlement.state in {DeliveryState.FAILED, DeliveryState.UNCERTAIN}:
            is_urgent = settled.delivery.priority >= Priority.PUSH
            level = logging.ERROR if is_urgent else logging.WARNING
            logger.log(level, "A message is %s.", settled.settlement.state, extra=details)

    async def _finish(self) -> None:
        """Give back what was not sent, wait for the answers, write them down."""
        returned = [delivery.id for *_, delivery in (*self._ready, *self._resting)]
        self._ready, self._resting = [], []
        if self._in_flight:
            _, unanswered = await asyncio.wait(self._in_flight.values(), timeout=_DRAIN)
            for task in unanswered:
                task.cancel()
            if unanswered:
                await asyncio.wait(unanswered)
        if self._role.term != self._term:
            return
        try:
            async with self._database.transaction() as tx:
                await self._role.prove(tx)
                await tx.claims.release([*returned, *self._doubtful])
                await settling.write(tx, self._settled)
        except StoreError as error:
            logger.error("What was sent last could not be written down: %s", error)  # noqa: TRY400, the sentence says it all


def _closed(delivery: Delivery, topic: TopicId | None) -> Cause | None:
    """A forum takes the post nowhere."""
    is_shut = delivery.destination.forum is not None and topic is None
    return Cause.TOPICS_SHUT if is_shut and delivery.action is Action.POST else None


def _obstacle(delivery: Delivery) -> Cause | None:
    """Why a delivery came to nothing while it waited."""
    is_post = delivery.action is Action.POST
    if delivery.destination.state is DestinationState.GONE:
        return Cause.GONE
    if delivery.destination.state is DestinationState.BARRED:
        return Cause.BARRED
    if delivery.destination.state is DestinationState.PAUSED and is_post and delivery.post is None:
        return Cause.PAUSED
    if is_post and delivery.post is not None and not delivery.post.is_begun:
        return Cause.STANDS_ALREADY
    if not is_post and delivery.post is None:
        return Cause.NO_POST
    return None
