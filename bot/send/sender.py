"""▸ The outbox → Telegram → posts. In: due deliveries. Out: each one settled, its post recorded.

Steps of one delivery: claim (one transaction) → look up and render (one) → send (none open) → settle (one).
Stopping finishes what is in flight. A crash leaves claims behind, which the next start queues again.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from bot.clock import Clock, Signal
from bot.domain.article import ArticleId
from bot.domain.delivery import Action, Delivery, DeliveryState, Post, Priority, SubjectKind
from bot.domain.destination import Destination, DestinationState
from bot.domain.errors import StoreError
from bot.domain.ticker import TickerId
from bot.i18n import I18n
from bot.metrics import Metrics
from bot.render.article import article_message
from bot.render.message import Message
from bot.render.ticker import ticker_message
from bot.send.gateway import Gateway
from bot.send.outcome import Fatal, Gone, Later, Moved, Outcome, Refused, Sent, Unclear, Vanished
from bot.send.pace import Pace
from bot.store.database import Database, Transaction

logger = logging.getLogger(__name__)

# Tries of one delivery that Telegram answered with a fault of its own.
MAX_ATTEMPTS = 5
# An unclear article is sent once more: a repeated article is a nuisance, a missing one a failure.
MAX_UNCLEAR_POSTS = 2
# A chat that is not free within this time gives its place to others.
_PATIENCE = timedelta(seconds=1)
# Claims that were never settled, since the database failed at that moment, are looked for this often.
_RELEASE_EVERY = timedelta(minutes=1)
# How long the queue rests after the database failed.
_DATABASE_REST = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What to do with a claimed delivery: the message (None: take the post away), the revision it shows, the standing post."""

    message: Message | None
    revision: int
    post: Post | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """There is nothing to send any more, and why."""

    reason: str


class Sender:
    """`width` bounds the deliveries in flight, and so what a crash may repeat."""

    def __init__(
        self,
        *,
        database: Database,
        gateway: Gateway,
        pace: Pace,
        clock: Clock,
        i18n: I18n,
        metrics: Metrics,
        width: int,
        stop_everything: Callable[[str], None],
    ) -> None:
        self.wake = Signal()
        self._database = database
        self._gateway = gateway
        self._pace = pace
        self._clock = clock
        self._i18n = i18n
        self._metrics = metrics
        self._width = width
        self._stop_everything = stop_everything
        self._in_flight = 0
        self._next_release = clock.now()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while await self.wake.wait():
                try:
                    await self._send_due(group)
                except StoreError as error:
                    logger.error("Sending waits for the database: %s", error)  # noqa: TRY400, the sentence says it all
                    await self._clock.sleep(_DATABASE_REST)

    async def _send_due(self, group: asyncio.TaskGroup) -> None:
        """Fill the free places. Each delivery that ends wakes the loop, so the next of its chat follows at once."""
        free = self._width - self._in_flight
        if free <= 0:
            return
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if now >= self._next_release:
                # Reads the whole outbox, so not with every claim.
                self._next_release = now + _RELEASE_EVERY
                await tx.outbox.release_claims(now=now, expired_only=True)
            claimed = await tx.outbox.claim(now=now, limit=free)
        for delivery in claimed:
            self._in_flight += 1
            group.create_task(self._deliver(delivery))

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._try(delivery)
        except StoreError as error:
            # It stays claimed; when the lease ends it is tried again.
            logger.error("A delivery could not be settled: %s", error, extra={"delivery": delivery.id})  # noqa: TRY400
        except Exception:
            logger.exception("A delivery failed for a reason of ours.", extra={"delivery": delivery.id})
            await self._give_up(delivery)
        finally:
            self._in_flight -= 1
            self.wake.set()

    async def _try(self, delivery: Delivery) -> None:
        wait = self._pace.wait_for(delivery.destination.chat_id)
        if wait > _PATIENCE:
            await self._settle(delivery, Later(wait=wait, reason="the chat's own pace", counts=False))
            return
        await self._clock.sleep(wait.total_seconds())
        await self._pace.turn()
        async with self._database.transaction() as tx:
            work = await self._look_up(tx, delivery)
        if isinstance(work, Nothing):
            await self._drop(delivery, work.reason)
        else:
            await self._settle(delivery, await self._send(delivery, work), work)

    async def _look_up(self, tx: Transaction, delivery: Delivery) -> Work | Nothing:
        destination = await tx.destinations.get(delivery.destination.id)
        post = await tx.outbox.post(delivery.destination.id, delivery.subject)
        if reason := _obstacle(delivery, destination, post):
            return Nothing(reason=reason)
        found = await self._render(tx, delivery)
        if isinstance(found, Nothing):
            return found
        message, revision = found
        if message is None and post is None:
            return Nothing(reason="nothing is left to show")
        if message is not None and post is not None and post.revision >= revision:
            return Nothing(reason="the post already shows it")
        return Work(message=message, revision=revision, post=post)

    async def _render(self, tx: Transaction, delivery: Delivery) -> tuple[Message | None, int] | Nothing:
        """The message and the revision it shows; no message: the post is to be taken away."""
        texts = self._i18n.texts(delivery.destination.language)
        rubrics = {rubric.slug: rubric for rubric in await tx.rubrics.all()}
        match delivery.subject.kind:
            case SubjectKind.ARTICLE:
                article = await tx.articles.get(ArticleId(delivery.subject.id))
                if article is None:
                    return Nothing(reason="the article is no longer kept")
                if article.recalled or delivery.action is Action.DELETE:
                    return None, article.revision
                named = [rubrics[slug] for slug in article.rubrics if slug in rubrics]
                return article_message(article, named, texts), article.revision
            case SubjectKind.TICKER:
                ticker = await tx.tickers.get(TickerId(delivery.subject.id))
                if ticker is None:
                    return Nothing(reason="the ticker is no longer kept")
                lines = await tx.tickers.lines(ticker.id)
                message = ticker_message(ticker.day, lines, rubrics, texts) if lines else None
                return message, ticker.revision
            case _:
                assert_never(delivery.subject.kind)

    async def _send(self, delivery: Delivery, work: Work) -> Outcome:
        if work.message is None:
            assert work.post is not None  # noqa: S101, _look_up saw to it
            return await self._gateway.delete(work.post.chat_id, work.post.message_id)
        if work.post is None:
            return await self._gateway.post(delivery.destination.chat_id, work.message)
        return await self._gateway.edit(work.post.chat_id, work.post.message_id, work.message)

    async def _settle(self, delivery: Delivery, outcome: Outcome, work: Work | None = None) -> None:
        match outcome:
            case Sent():
                await self._sent(delivery, outcome, work)
            case Later():
                await self._later(delivery, outcome)
            case Unclear():
                await self._unclear(delivery, outcome)
            case Gone():
                await self._gone(delivery, outcome)
            case Moved():
                await self._moved(delivery, outcome)
            case Vanished():
                async with self._database.transaction() as tx:
                    await tx.outbox.forget_post(delivery.destination.id, delivery.subject)
                await self._drop(delivery, outcome.reason)
            case Refused():
                await self._fail(delivery, outcome.reason)
            case Fatal():
                # Nothing was sent: the delivery waits for a good token.
                await self._later(
                    delivery,
                    Later(wait=timedelta(minutes=1), reason=f"the token was refused: {outcome.reason}", counts=False),
                )
                self._stop_everything(
                    f"Telegram refuses BOT_TOKEN ({outcome.reason}). Get a valid one from @BotFather."
                )
            case _:
                assert_never(outcome)

    async def _sent(self, delivery: Delivery, outcome: Sent, work: Work | None) -> None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await tx.outbox.settle(delivery.id, DeliveryState.SENT, now=now)
            if work is None or work.message is None:
                await tx.outbox.forget_post(delivery.destination.id, delivery.subject)
            else:
                message_id = outcome.message_id or (work.post.message_id if work.post else 0)
                await tx.outbox.record_post(
                    Post(
                        destination_id=delivery.destination.id,
                        subject=delivery.subject,
                        chat_id=work.post.chat_id if work.post else delivery.destination.chat_id,
                        message_id=message_id,
                        revision=work.revision,
                        sent_at=now,
                    )
                )
        self._metrics.deliveries.labels(delivery.action, "sent").inc()
        self._metrics.delivery_delay.observe((now - delivery.created_at).total_seconds())

    async def _later(self, delivery: Delivery, outcome: Later) -> None:
        if outcome.counts and delivery.attempts + 1 >= MAX_ATTEMPTS:
            await self._fail(delivery, outcome.reason)
            return
        async with self._database.transaction() as tx:
            await tx.outbox.postpone(
                delivery.id,
                not_before=self._clock.now() + outcome.wait,
                reason=outcome.reason,
                counts=outcome.counts,
            )
        self._metrics.deliveries.labels(delivery.action, "later").inc()

    async def _unclear(self, delivery: Delivery, outcome: Unclear) -> None:
        """Edits and deletes can be repeated freely; an article's post once; a ticker's never."""
        wait = timedelta(seconds=2 ** (delivery.attempts + 1))
        may_repeat = delivery.action is not Action.POST or (
            delivery.subject.kind is SubjectKind.ARTICLE and delivery.attempts + 1 < MAX_UNCLEAR_POSTS
        )
        if may_repeat:
            await self._later(delivery, Later(wait=wait, reason=f"no answer: {outcome.reason}", counts=True))
        else:
            await self._fail(delivery, f"no answer, it may stand in the chat: {outcome.reason}")

    async def _gone(self, delivery: Delivery, outcome: Gone) -> None:
        logger.warning(
            "A destination cannot be reached and gets nothing until it is back.",
            extra={"destination": delivery.destination.id, "said": outcome.reason},
        )
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await tx.outbox.settle(delivery.id, DeliveryState.DROPPED, now=now, reason=outcome.reason)
            current = await tx.destinations.get(delivery.destination.id)
            # Who stopped the news before they blocked the bot is not to get it again when they unblock it.
            if current is not None and current.state is DestinationState.ACTIVE:
                await tx.destinations.set_state(delivery.destination.id, DestinationState.GONE, now=now)
        self._metrics.deliveries.labels(delivery.action, "gone").inc()

    async def _moved(self, delivery: Delivery, outcome: Moved) -> None:
        async with self._database.transaction() as tx:
            await tx.destinations.move(delivery.destination.id, outcome.chat_id)
            await tx.outbox.postpone(delivery.id, not_before=self._clock.now(), reason="the chat moved", counts=False)

    async def _drop(self, delivery: Delivery, reason: str) -> None:
        async with self._database.transaction() as tx:
            await tx.outbox.settle(delivery.id, DeliveryState.DROPPED, now=self._clock.now(), reason=reason)
        self._metrics.deliveries.labels(delivery.action, "dropped").inc()

    async def _fail(self, delivery: Delivery, reason: str) -> None:
        is_urgent = delivery.priority >= Priority.PUSH
        logger.log(
            logging.ERROR if is_urgent else logging.WARNING,
            "A message could not be delivered.",
            extra={"delivery": delivery.id, "destination": delivery.destination.id, "said": reason},
        )
        async with self._database.transaction() as tx:
            await tx.outbox.settle(delivery.id, DeliveryState.FAILED, now=self._clock.now(), reason=reason)
        self._metrics.deliveries.labels(delivery.action, "failed").inc()

    async def _give_up(self, delivery: Delivery) -> None:
        try:
            await self._fail(delivery, "a fault of ours, see the log")
        except StoreError as error:
            logger.error("A delivery could not be settled: %s", error, extra={"delivery": delivery.id})  # noqa: TRY400


def _obstacle(delivery: Delivery, destination: Destination | None, post: Post | None) -> str | None:
    """Why a delivery came to nothing while it waited."""
    is_post = delivery.action is Action.POST
    if destination is None or destination.state is DestinationState.GONE:
        return "the destination is gone"
    if destination.state is DestinationState.PAUSED and is_post:
        return "the destination is paused"
    if is_post and post is not None:
        return "it already stands in the chat"
    if not is_post and post is None:
        return "there is no post to change"
    return None
