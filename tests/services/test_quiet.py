"""A channel's quiet hours from setting them to the deliveries that wait."""

from datetime import datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.account import Record
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.channel import Setting
from bot.domain.delivery import DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import Destination
from bot.domain.errors import SameHoursError
from bot.domain.language import Language
from bot.domain.quiet import QuietMode
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every, Live, TickerPlan
from bot.services import Services
from bot.services.verdict import Verdict
from bot.store.database import Database
from tests.cast import BAKU
from tests.delivering import Desk
from tests.make import make_administrator, make_place
from tests.readers import Follow

BY = make_administrator()


class QuietDesk(Desk):
    """Camilla's channel carries football. It is some minutes past eleven in the morning."""

    channel: Destination

    def __init__(self, database: Database, clock: MovableClock, services: Services) -> None:
        super().__init__(database, clock)
        self.services = services

    async def set(self, mode: QuietMode, start: int, end: int) -> None:
        await self.services.timing.set_quiet(self.channel.id, BY, mode=mode, start=start, end=end)

    async def record(self, article_id: ArticleId) -> Record:
        (record,) = (await self.services.why.ask_channel(article_id, self.channel.id)).records
        return record

    def at(self, hour: int, day: int = 2) -> datetime:
        return datetime(2026, 3, day, hour, tzinfo=BAKU)

    def advance_to(self, moment: datetime) -> None:
        self.clock.advance((moment - self.clock.now()).total_seconds())


@pytest.fixture
async def desk(newsroom: Database, clock: MovableClock, services: Services) -> QuietDesk:
    desk = QuietDesk(newsroom, clock, services)
    await desk.import_source()
    connection = await services.connections.connected(make_place(), by=BY, language=Language.RU)
    desk.channel = connection.settings.channel
    await services.channels.choose(desk.channel.id, Slug("football"), is_wanted=True, by=BY)
    return desk


async def test_what_comes_in_quiet_hours_waits_for_their_end_and_goes_out_in_order(
    desk: QuietDesk, follow: Follow
) -> None:
    reader = await follow(1)
    await desk.set(QuietMode.HOLD, 11, 13)
    first, second = await desk.publish("a"), await desk.publish("b")

    at_once = [each.destination.id for _ in range(3) for each in await desk.deliver()]
    record = await desk.record(first)
    desk.advance_to(desk.at(13))
    later = [each.subject.id for _ in range(3) for each in await desk.deliver()]

    assert at_once == [reader.id, reader.id]
    assert (record.state, record.reason, record.not_before) == (
        DeliveryState.QUEUED,
        Cause.QUIET_HOURS,
        desk.at(13),
    )
    assert later == [first, second]


async def test_why_says_that_it_waits_for_the_end_of_the_quiet(desk: QuietDesk) -> None:
    await desk.set(QuietMode.HOLD, 11, 13)
    article_id = await desk.publish()

    assert (await desk.services.why.ask_channel(article_id, desk.channel.id)).verdict is Verdict.ON_ITS_WAY


async def test_a_push_passes_though_the_article_was_held(desk: QuietDesk) -> None:
    await desk.set(QuietMode.HOLD, 11, 13)
    article_id = await desk.publish()
    subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
    async with desk.database.transaction() as tx:
        await tx.outbox.queue_posts(subject, to=[desk.channel.id], priority=Priority.PUSH, now=desk.clock.now())

    assert [each.subject.id for each in await desk.deliver()] == [article_id]


async def test_a_recall_takes_back_what_is_held(desk: QuietDesk) -> None:
    await desk.set(QuietMode.HOLD, 11, 13)
    article_id = await desk.publish()
    await desk.recall(article_id)

    assert (await desk.record(article_id)).state is DeliveryState.DROPPED
    desk.advance_to(desk.at(13))
    assert await desk.deliver() == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(11, 12, 12), (10, 15, 15), (14, 15, None)],
    ids=["they end earlier", "they end later", "they are at another time"],
)
async def test_other_hours_apply_to_what_is_held(desk: QuietDesk, start: int, end: int, expected: int | None) -> None:
    await desk.set(QuietMode.HOLD, 11, 13)
    article_id = await desk.publish()
    await desk.set(QuietMode.HOLD, start, end)

    assert (await desk.record(article_id)).not_before == (desk.at(expected) if expected else None)


async def test_without_quiet_hours_what_was_held_goes_out(desk: QuietDesk) -> None:
    await desk.set(QuietMode.HOLD, 11, 13)
    article_id = await desk.publish()
    await desk.services.timing.end_quiet(desk.channel.id, BY)

    assert [each.subject.id for each in await desk.deliver()] == [article_id]


async def test_what_is_held_goes_out_silently_when_that_is_chosen(desk: QuietDesk) -> None:
    await desk.set(QuietMode.HOLD, 11, 13)
    article_id = await desk.publish()
    await desk.services.timing.set_quiet(desk.channel.id, BY, mode=QuietMode.SILENT)

    (sent,) = await desk.deliver()
    assert sent.subject.id == article_id


@pytest.mark.parametrize("plan", [Every(minutes=60), Live()])
async def test_lines_wait_for_the_first_tick_after_the_quiet(desk: QuietDesk, plan: TickerPlan) -> None:
    await desk.services.channels.set_ticker(desk.channel.id, plan, by=BY)
    await desk.services.channels.set_articles(desk.channel.id, is_on=False, by=BY)
    await desk.set(QuietMode.HOLD, 11, 13)
    await desk.publish()
    desk.advance_to(desk.at(12) + timedelta(minutes=1))
    await desk.plan()
    quiet = await desk.deliver()
    desk.advance_to(desk.at(13) + timedelta(minutes=1))
    await desk.plan()

    assert quiet == []
    assert [each.subject.kind for each in await desk.deliver()] == [SubjectKind.TICKER]


async def test_from_an_hour_to_the_same_is_refused(desk: QuietDesk) -> None:
    with pytest.raises(SameHoursError):
        await desk.set(QuietMode.HOLD, 9, 9)

    assert (await desk.services.channels.show(desk.channel.id, BY)).channel.quiet is None


async def test_the_history_tells_the_hours_and_what_happens_in_them(desk: QuietDesk) -> None:
    await desk.set(QuietMode.HOLD, 22, 6)
    await desk.set(QuietMode.HOLD, 22, 6)

    changes = await desk.services.channels.changes(desk.channel.id)
    assert [(change.setting, change.value) for change in changes[:2]] == [
        (Setting.QUIET_MODE, "hold"),
        (Setting.QUIET, "22:00–06:00"),
    ]
