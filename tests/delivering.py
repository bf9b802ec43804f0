"""Articles that pass the real stages up to Telegram, whose answers a test gives: what became of them is asked of services."""

from collections.abc import Mapping
from datetime import timedelta

from bot.clock import MovableClock, Signal
from bot.domain.article import ArticleId
from bot.domain.delivery import PINS, Action, Delivery
from bot.domain.destination import Destination, DestinationState
from bot.domain.language import Language
from bot.domain.source import SourceId
from bot.domain.ticker import TickerId
from bot.i18n import I18n
from bot.plan.planner import Planner
from bot.send import holding, overflow, settling
from bot.send.outcome import Outcome, Sent
from bot.store.database import Database
from tests.cast import BAKU
from tests.make import make_new_article

REPORT = SourceId(1)
# What is held, and what becomes a line, goes out with the round after.
_QUIET_ROUNDS = 3


class Desk:
    """The source Report was first read an hour ago."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock
        self._i18n = I18n(Language.RU, BAKU)
        self._planner = Planner(
            database=database,
            clock=clock,
            i18n=self._i18n,
            zone=BAKU,
            default=Language.RU,
            sender_wake=Signal(),
        )

    async def import_source(self) -> None:
        async with self.database.transaction() as tx:
            await tx.sources.record(REPORT, baseline_at=self.clock.now())
        self.clock.advance(timedelta(hours=1).total_seconds())

    async def publish(self, name: str = "a", *, planned: bool = True, **given: object) -> ArticleId:
        values: dict[str, object] = {"title": name, "source_id": REPORT, "published_at": self.clock.now()}
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{name}", **values | given)
            article_id = await tx.articles.add(new, now=self.clock.now())
        assert article_id is not None
        if planned:
            await self.plan()
        return article_id

    async def plan(self) -> None:
        await self._planner.plan_due()

    async def recall(self, article_id: ArticleId) -> None:
        async with self.database.transaction() as tx:
            await tx.articles.recall(article_id)
        await self.plan()

    async def deliver(self, answers: Mapping[int, Outcome] | None = None) -> list[Delivery]:
        """All that is due goes out once; Telegram answers each chat as told, and takes all the rest."""
        async with self.database.transaction() as tx:
            claimed = await tx.claims.take(now=self.clock.now(), limit=100)
            settled = []
            for delivery in claimed:
                if delivery.action in PINS:
                    settled.append(settling.settle_pin(delivery, Sent(), now=self.clock.now()))
                    continue
                sent = Sent(message_id=delivery.id if delivery.action is Action.POST else None)
                settled.append(
                    settling.settle(
                        delivery,
                        (answers or {}).get(delivery.destination.chat_id, sent),
                        revision=delivery.revision,
                        is_removal=delivery.action is Action.DELETE,
                        now=self.clock.now(),
                    )
                )
            await settling.write(tx, settled)
        return claimed

    async def send(self, outcome: Outcome | None = None) -> list[Delivery]:
        """One round as the sender has it, with the channels' paces and quiet hours. Gives what went out."""
        now, sent, settled = self.clock.now(), [], []
        async with self.database.transaction() as tx:
            claimed = await tx.claims.take(now=now, limit=1000)
            kept = await overflow.gather(tx, claimed, self._i18n, now=now)
            heads = await tx.claims.heads({delivery.subject for delivery in kept})
        for delivery in kept:
            held = holding.held(delivery, now, BAKU)
            if held is not None:
                settled.append(settling.hold(delivery, held.until, held.reason, now=now))
                continue
            sent.append(delivery)
            answer = outcome or Sent(message_id=delivery.id if delivery.action is Action.POST else None)
            if delivery.action in PINS:
                settled.append(settling.settle_pin(delivery, answer, now=now))
                continue
            revision, is_removal = heads[delivery.subject].revision, delivery.action is Action.DELETE
            settled.append(settling.settle(delivery, answer, revision=revision, is_removal=is_removal, now=now))
        async with self.database.transaction() as tx:
            await settling.write(tx, settled)
        return sent

    async def send_all(self) -> list[Delivery]:
        """Rounds until nothing more goes out this moment."""
        sent: list[Delivery] = []
        quiet = 0
        while quiet < _QUIET_ROUNDS:
            found = await self.send()
            sent += found
            quiet = 0 if found else quiet + 1
        return sent

    async def correct(self, article_id: ArticleId, title: str) -> None:
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{title}", title=title, source_id=REPORT)
            await tx.articles.correct(article_id, new, now=self.clock.now())
        await self.plan()

    async def lines(self, delivery: Delivery) -> list[str]:
        """What a ticker's message shows now."""
        async with self.database.transaction() as tx:
            ((_, sheet),) = (await tx.tickers.read([TickerId(delivery.subject.id)])).values()
        return [line.title for line in sheet.lines]

    async def set_state(self, destination: Destination, state: DestinationState) -> None:
        async with self.database.transaction() as tx:
            await tx.destinations.set_state(destination.id, state, now=self.clock.now())
