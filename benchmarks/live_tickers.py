"""What one article costs a thousand live tickers, in statements and renderings.

    python benchmarks/live_tickers.py [--channels 1000]

Channels with the same rubric and a live ticker each, on a temporary SQLite file. An article
comes, is planned and its edits are rendered as the sender would; then a correction of it, and the newsroom's midnight. Prints
counts alone: SQL statements of the planning, messages rendered, edits or posts queued, each beside those of one channel.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import event

from bot.clock import MovableClock, Signal
from bot.domain.article import ArticleId, NewArticle
from bot.domain.delivery import DeliveryState
from bot.domain.destination import DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.rubric import Rubric, Slug
from bot.domain.ticker_plan import Live
from bot.i18n import I18n
from bot.plan.planner import Planner
from bot.plan.ticking import LIVE_REST
from bot.render.message import Message
from bot.send.editions import Editions
from bot.send.form import Prepared, form_of
from bot.send.outcome import Sent
from bot.send.pictures import Pictures
from bot.send.settling import settle, settle_pin, write
from bot.store.database import Database

FOOTBALL = Slug("football")
BAKU = ZoneInfo("Asia/Baku")
NIGHT = 14 * 3600


class Desk:
    def __init__(self, database: Database) -> None:
        self.clock = MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC), frozen=True)
        self.statements = self.renderings = 0
        self._database = database
        i18n = I18n(Language.RU, BAKU)
        self._editions = Editions(i18n, self._prepare, Pictures())
        self._planner = Planner(
            database=database, clock=self.clock, i18n=i18n, zone=BAKU, default=Language.RU, sender_wake=Signal()
        )
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._count)

    async def connect(self, channels: int) -> None:
        async with self._database.transaction() as tx:
            await tx.rubrics.put([Rubric(slug=FOOTBALL, titles={Language.RU: "Футбол"})])
            for number in range(channels):
                added = await tx.destinations.add(
                    chat_id=-number - 1, kind=DestinationKind.CHANNEL, language=Language.RU, now=self.clock.now()
                )
                await tx.destinations.subscribe(added.id, rubrics=[FOOTBALL], modes=[Mode.TICKER])
                await tx.destinations.set_delivery(
                    added.id, articles_on=False, ticker=Live(), ticker_next_at=self.clock.now()
                )

    async def brings(self, title: str) -> ArticleId:
        async with self._database.transaction() as tx:
            article_id = await tx.articles.add(self._article(title), now=self.clock.now())
        if article_id is None:
            raise RuntimeError("The article was known before.")
        return article_id

    async def corrects(self, article_id: ArticleId, title: str) -> None:
        async with self._database.transaction() as tx:
            await tx.articles.correct(article_id, self._article(title), now=self.clock.now())

    async def costs(self) -> tuple[int, int, int]:
        """Statements, renderings and deliveries until everything due is planned and sent."""
        self.statements = self.renderings = 0
        await self._planner.plan_due()
        statements, sent = self.statements, 0
        while count := await self._send():
            sent += count
        return statements, self.renderings, sent

    async def _send(self) -> int:
        """As if Telegram took all that can be claimed."""
        now = self.clock.now()
        async with self._database.transaction() as tx:
            claimed = await tx.claims.take(now=now, limit=500)
            await self._editions.refresh(tx, {each.subject for each in claimed})
            settled = []
            for each in claimed:
                head = self._editions.head(each.subject)
                if head is None:
                    raise RuntimeError("A ticker is gone.")
                if each.action in {"pin", "unpin"}:
                    settled.append(settle_pin(each, Sent(), now=now))
                    continue
                self._editions.message(each.subject, each.destination.language, each.destination.appearance, None)
                outcome = Sent(message_id=each.id)
                settled.append(settle(each, outcome, revision=head.revision, is_removal=False, now=now))
            await write(tx, settled)
        return len(claimed)

    def _article(self, title: str) -> NewArticle:
        return NewArticle(
            source_id=None,
            url="https://example.org/a",
            keys=(f"url:{title}",),
            fingerprint=title,
            title=title,
            language=Language.RU,
            categories=("football",),
            published_at=self.clock.now(),
        )

    def _prepare(self, message: Message, origin: Mapping[str, object]) -> Prepared:
        self.renderings += 1
        return Prepared(form_of(message, is_paid=False), None, origin)

    def _count(self, *_: object) -> None:
        self.statements += 1


async def measure(channels: int) -> list[tuple[str, tuple[int, int, int]]]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'rubrika.db'}")
        await database.migrate()
        desk = Desk(database)
        await desk.connect(channels)
        first = await desk.brings("Первая")
        found = [("the first article: a post and a pin each", await desk.costs())]
        desk.clock.advance(LIVE_REST.total_seconds())
        await desk.brings("Вторая")
        found.append(("the second article: an edit each", await desk.costs()))
        await desk.corrects(first, "Исправленная")
        found.append(("a correction: an edit each", await desk.costs()))
        desk.clock.advance(NIGHT)
        found.append(("midnight: a post, an unpin and a pin each", await desk.costs()))
        async with database.transaction() as tx:
            states = await tx.outbox.count_states()
        if set(states) != {DeliveryState.SENT}:
            raise RuntimeError(f"Not everything was sent: {states}")
        await database.close()
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, default=1000)
    channels = parser.parse_args().channels
    alone, many = asyncio.run(measure(1)), asyncio.run(measure(channels))
    print(f"{'':<44} {'statements':>16} {'renderings':>16} {'deliveries':>16}")
    print(f"{'channels':<44} " + " ".join(f"{f'1 / {channels}':>16}" for _ in range(3)))
    for (what, one), (_, all_of_them) in zip(alone, many, strict=True):
        print(f"{what:<44} " + " ".join(f"{f'{a} / {b}':>16}" for a, b in zip(one, all_of_them, strict=True)))


if __name__ == "__main__":
    main()
