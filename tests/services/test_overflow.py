"""What becomes of the posts for which a channel's pace has no place, from setting it to what an editor is told."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.channel import Setting
from bot.domain.channel_pace import ChannelPace, Overflow
from bot.domain.delivery import Action, Delivery, DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import DestinationId, DestinationState, Lack
from bot.domain.errors import StaleButtonError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every, Live
from bot.send.outcome import Barred, Later, Unclear
from bot.services import Services
from bot.services.verdict import Verdict
from bot.store.database import Database
from tests.delivering import Desk
from tests.make import make_administrator, make_place

BY = make_administrator()
GAP = 15 * 60
LIVE_REST = 11


class PacedDesk(Desk):
    """Camilla's channel of football has a place every quarter of an hour."""

    def __init__(self, database: Database, clock: MovableClock, services: Services) -> None:
        super().__init__(database, clock)
        self.services = services
        self.channel = DestinationId(0)

    async def connect(self, overflow: Overflow, **ticker: object) -> None:
        connection = await self.services.connections.connected(make_place(), by=BY, language=Language.RU)
        self.channel = connection.settings.channel.id
        await self.services.channels.choose(self.channel, Slug("football"), is_wanted=True, by=BY)
        if "plan" in ticker:
            await self.services.channels.set_ticker(self.channel, ticker["plan"], BY)  # type: ignore[arg-type]
        await self.services.timing.set_gap(self.channel, 15, BY)
        await self.services.timing.set_overflow(self.channel, overflow, BY)

    async def brings(self, *names: str) -> list[ArticleId]:
        """At a minute's distance in their dates, so that their order in a message is theirs."""
        found = []
        for name in names:
            found.append(await self.publish(name))
            self.clock.advance(1)
        return found

    async def verdict(self, article_id: ArticleId) -> Verdict:
        return (await self.services.why.ask_channel(article_id, self.channel)).verdict

    async def state(self, article_id: ArticleId) -> tuple[DeliveryState, str | None]:
        """Of its post in the channel."""
        explained = await self.services.why.ask_channel(article_id, self.channel)
        (record,) = (each for each in explained.records if each.action is Action.POST)
        return record.state, record.reason


@pytest.fixture
async def desk(newsroom: Database, clock: MovableClock, services: Services) -> PacedDesk:
    desk = PacedDesk(newsroom, clock, services)
    await desk.import_source()
    return desk


def shown(sent: list[Delivery]) -> list[tuple[SubjectKind, Action]]:
    return [(delivery.subject.kind, delivery.action) for delivery in sent]


POST, LINES = (SubjectKind.ARTICLE, Action.POST), (SubjectKind.TICKER, Action.POST)
GROWN = (SubjectKind.TICKER, Action.EDIT)
IN_BATCH, IN_TICKER = (DeliveryState.JOINED, Cause.IN_BATCH), (DeliveryState.JOINED, Cause.IN_TICKER)


async def test_what_waits_comes_as_one_message_when_its_place_is_free(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    first, *rest = await desk.brings("a", "b", "c", "d")
    before = await desk.send_all()
    waiting = [await desk.state(each) for each in rest]
    desk.clock.advance(GAP)
    # It came when the place was free already.
    (late,) = await desk.brings("e")
    after = await desk.send_all()

    assert ([each.subject.id for each in before], shown(after)) == ([first], [LINES])
    assert waiting == [(DeliveryState.QUEUED, Cause.CHANNEL_PACE)] * 3
    assert await desk.lines(after[0]) == ["b", "c", "d", "e"]
    assert [await desk.state(each) for each in (*rest, late)] == [IN_BATCH] * 4
    desk.clock.advance(GAP)
    assert await desk.send_all() == []


async def test_the_batch_takes_a_place_as_a_post_does(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    await desk.brings("a", "b", "c")
    await desk.send_all()
    desk.clock.advance(GAP)
    await desk.send_all()
    (late,) = await desk.brings("d")
    desk.clock.advance(GAP - 60)
    early = await desk.send_all()
    desk.clock.advance(60)

    assert early == []
    assert [(each.subject.kind, each.subject.id) for each in await desk.send_all()] == [(SubjectKind.ARTICLE, late)]


async def test_one_that_waits_alone_comes_as_a_post(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    await desk.brings("a", "b")
    await desk.send_all()
    desk.clock.advance(GAP)

    assert shown(await desk.send_all()) == [POST]


async def test_what_does_not_fit_waits_for_the_next_place(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    ids = await desk.brings(*(f"{number:02} {'слово ' * 30}" for number in range(40)))
    await desk.send_all()
    told: list[list[str]] = []
    for _ in range(6):
        desk.clock.advance(GAP)
        told += [await desk.lines(each) for each in await desk.send_all()]

    assert len(told) > 2
    assert [int(title[:2]) for lines in told for title in lines] == list(range(1, 40))
    assert {await desk.state(each) for each in ids[1:]} == {IN_BATCH}


async def test_a_push_comes_at_once_as_a_post_of_its_own(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    _, urgent, *_ = await desk.brings("a", "b", "c", "d")
    await desk.send_all()
    async with desk.database.transaction() as tx:
        subject = Subject(kind=SubjectKind.ARTICLE, id=urgent)
        await tx.outbox.queue_posts(subject, to=[desk.channel], priority=Priority.PUSH, now=desk.clock.now())
    pushed = await desk.send_all()
    desk.clock.advance(GAP)
    (batch,) = await desk.send_all()

    assert [(each.subject.kind, each.subject.id) for each in pushed] == [(SubjectKind.ARTICLE, urgent)]
    assert await desk.lines(batch) == ["c", "d"]


async def test_an_editors_push_of_what_is_told_as_a_line_sends_nothing_again(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    _, told, _ = await desk.brings("a", "b", "c")
    await desk.send_all()
    desk.clock.advance(GAP)
    await desk.send_all()
    async with desk.database.transaction() as tx:
        subject = Subject(kind=SubjectKind.ARTICLE, id=told)
        await tx.outbox.queue_posts(subject, to=[desk.channel], priority=Priority.PUSH, now=desk.clock.now())

    assert await desk.send_all() == []


async def test_a_correction_changes_the_line_and_a_recall_takes_it_out(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    _, before, corrected, recalled, _ = await desk.brings("a", "b", "c", "d", "e")
    await desk.send_all()
    await desk.correct(before, "bb")
    desk.clock.advance(GAP)
    (batch,) = await desk.send_all()
    as_posted = await desk.lines(batch)
    await desk.correct(corrected, "cc")
    await desk.recall(recalled)
    edits = await desk.send_all()

    assert as_posted == ["bb", "c", "d", "e"]
    assert set(shown(edits)) == {GROWN}
    assert await desk.lines(batch) == ["bb", "cc", "e"]
    assert await desk.verdict(recalled) is Verdict.TAKEN_BACK


async def test_what_is_recalled_while_it_waits_is_in_no_batch(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    *_, recalled = await desk.brings("a", "b", "c", "d")
    await desk.send_all()
    await desk.recall(recalled)
    desk.clock.advance(GAP)
    (batch,) = await desk.send_all()

    assert await desk.lines(batch) == ["b", "c"]
    assert await desk.state(recalled) == (DeliveryState.DROPPED, Cause.RECALLED)


async def test_what_the_channels_ticker_shows_by_then_is_in_no_batch(desk: PacedDesk) -> None:
    """The ticker carries everything there, posts and all; the rest is told once more by nobody."""
    await desk.connect(Overflow.BATCH, plan=Live())
    ids = await desk.brings("a", "b", "c")
    await desk.send_all()
    desk.clock.advance(LIVE_REST)
    await desk.plan()
    (grown, *_) = [each for each in await desk.send_all() if each.subject.kind is SubjectKind.TICKER]
    desk.clock.advance(GAP)
    later = await desk.send_all()

    assert await desk.lines(grown) == ["a", "b", "c"]
    assert later == []
    assert [await desk.state(each) for each in ids[1:]] == [IN_TICKER] * 2


async def test_the_rest_joins_the_live_ticker_which_repeats_no_post(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Live())
    first, *rest = await desk.brings("a", "b", "c")
    sent = await desk.send_all()
    await desk.plan()
    ticker, pin = await desk.send_all()
    (more,) = await desk.brings("d")
    await desk.send_all()
    desk.clock.advance(LIVE_REST)
    await desk.plan()

    assert [each.subject.id for each in sent] == [first]
    assert (shown([ticker, pin]), shown(await desk.send_all())) == ([LINES, (SubjectKind.TICKER, Action.PIN)], [GROWN])
    assert await desk.lines(ticker) == ["b", "c", "d"]
    assert [await desk.state(each) for each in (*rest, more)] == [IN_TICKER] * 3
    assert await desk.verdict(more) is Verdict.STANDS


async def test_the_rest_joins_the_next_batch_of_the_ticker(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Every(minutes=60))
    await desk.brings("a", "b", "c")
    await desk.send_all()
    desk.clock.advance(3600)
    await desk.plan()
    (batch,) = await desk.send_all()

    assert (shown([batch]), await desk.lines(batch)) == ([LINES], ["b", "c"])


async def test_a_headline_that_the_ticker_tells_is_no_post_when_its_article_comes(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Live())
    article_id = await desk.publish("Срочно", is_headline=True)
    await desk.send_all()
    await desk.correct(article_id, "Срочно")
    desk.clock.advance(LIVE_REST)
    await desk.plan()

    assert shown(await desk.send_all()) == [GROWN]
    assert await desk.state(article_id) == IN_TICKER


async def test_without_the_ticker_the_rest_waits_for_its_turn_again(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Every(minutes=60))
    _, *rest = await desk.brings("a", "b", "c")
    await desk.send_all()
    await desk.services.channels.set_ticker(desk.channel, None, BY)
    settings = await desk.services.channels.show(desk.channel, BY)
    posted = []
    for _ in range(3):
        desk.clock.advance(GAP)
        posted += await desk.send_all()

    assert settings.channel.pace == ChannelPace(gap=15)
    assert [each.subject.id for each in posted] == rest
    changes = await desk.services.channels.changes(desk.channel)
    assert [(each.setting, each.value) for each in changes[:2]] == [(Setting.OVERFLOW, "wait"), (Setting.TICKER, "off")]


async def test_lines_of_a_live_message_that_never_came_are_posts_again(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Live())
    _, *rest = await desk.brings("a", "b", "c")
    await desk.send_all()
    await desk.plan()
    # Telegram makes the channel wait, so that the ticker's first message is still to come.
    await desk.send(Later(wait=timedelta(minutes=5), reason=Cause.TOLD_TO_WAIT))
    await desk.services.channels.set_ticker(desk.channel, None, BY)
    posted = []
    for _ in range(3):
        desk.clock.advance(GAP)
        posted += [each for each in await desk.send_all() if each.action is Action.POST]

    assert [(each.subject.kind, each.subject.id) for each in posted] == [(SubjectKind.ARTICLE, each) for each in rest]


async def test_lines_that_an_edit_is_to_show_are_shown_though_the_ticker_is_off(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Live())
    await desk.brings("a", "b", "c")
    await desk.send_all()
    await desk.plan()
    await desk.send_all()
    (late,) = await desk.brings("d")
    await desk.send_all()
    desk.clock.advance(LIVE_REST)
    await desk.plan()
    await desk.services.channels.set_ticker(desk.channel, None, BY)
    await desk.send_all()

    assert await desk.verdict(late) is Verdict.STANDS


async def test_a_pause_misses_what_no_message_has_told_yet(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Every(minutes=60))
    first, *rest = await desk.brings("a", "b", "c")
    await desk.send_all()
    await desk.services.channels.pause(desk.channel, BY)
    missed = await desk.services.channels.missed(desk.channel)
    await desk.services.channels.resume(desk.channel, BY, catch_up=missed)
    desk.clock.advance(GAP)
    posted = await desk.send_all()
    desk.clock.advance(3600)
    await desk.plan()
    (batch,) = await desk.send_all()

    assert missed == 2
    assert [each.subject.id for each in posted] == rest[:1]
    assert await desk.lines(batch) == ["c"]
    assert first not in rest


async def test_a_batch_that_is_still_to_come_when_the_pause_begins_is_missed(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    await desk.brings("a", "b", "c")
    await desk.send_all()
    desk.clock.advance(GAP)
    await desk.send()
    await desk.send(Later(wait=timedelta(minutes=5), reason=Cause.TOLD_TO_WAIT))
    await desk.services.channels.pause(desk.channel, BY)
    missed = await desk.services.channels.missed(desk.channel)
    await desk.services.channels.resume(desk.channel, BY, catch_up=missed)
    told = []
    for _ in range(3):
        desk.clock.advance(GAP)
        told += [
            await desk.lines(each) if each.subject.kind is SubjectKind.TICKER else [] for each in await desk.send_all()
        ]

    assert missed == 2
    assert told == [[], []]


async def test_a_channel_that_bars_us_tells_the_waiting_lines_why(desk: PacedDesk) -> None:
    await desk.connect(Overflow.TICKER, plan=Every(minutes=60))
    _, waits, _ = await desk.brings("a", "b", "c")
    await desk.send_all()
    await desk.publish("Дальше")
    desk.clock.advance(GAP)
    await desk.publish("Ещё")
    await desk.send(Barred(lack=Lack.RIGHT, reason="Forbidden"))

    async with desk.database.transaction() as tx:
        channel = await tx.destinations.get(desk.channel)
    assert channel is not None
    assert channel.state is DestinationState.BARRED
    assert await desk.state(waits) == (DeliveryState.DROPPED, Cause.GONE)
    assert await desk.verdict(waits) is Verdict.STOPPED


async def test_nobody_knows_of_a_batch_it_is_not_repeated_and_an_editor_is_asked(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    _, told, _ = await desk.brings("a", "b", "c")
    await desk.send_all()
    desk.clock.advance(GAP)
    await desk.send()
    unclear = await desk.send(Unclear(reason=Cause.NO_ANSWER))
    desk.clock.advance(GAP)

    assert (shown(unclear), await desk.send_all()) == ([LINES], [])
    assert await desk.verdict(told) is Verdict.UNCERTAIN


async def test_why_names_the_batch(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)
    _, told, _ = await desk.brings("a", "b", "c")
    await desk.send_all()
    desk.clock.advance(GAP)
    await desk.send()
    before = await desk.services.why.ask_channel(told, desk.channel)
    at = desk.clock.now()
    (batch,) = await desk.send_all()
    desk.clock.advance(60)
    await desk.correct(told, "bb")
    await desk.send_all()
    after = await desk.services.why.ask_channel(told, desk.channel)

    assert (before.verdict, after.verdict) == (Verdict.ON_ITS_WAY, Verdict.STANDS)
    assert (before.line is not None, after.line is not None) == (True, True)
    assert before.line is not None
    assert after.line is not None
    assert (before.line.is_batch, before.line.sent_at) == (True, None)
    # Not of its last correction.
    assert (after.line.is_batch, after.line.sent_at) == (True, at)
    assert after.standing is not None
    assert after.standing.message_id == batch.id
    asked = await desk.services.why.show(told)
    assert [stands for _, stands in asked.channels] == [True]


async def test_the_ticker_is_a_choice_where_there_is_one(desk: PacedDesk) -> None:
    await desk.connect(Overflow.BATCH)

    with pytest.raises(StaleButtonError):
        await desk.services.timing.set_overflow(desk.channel, Overflow.TICKER, BY)
    await desk.services.timing.set_gap(desk.channel, None, BY)
    with pytest.raises(StaleButtonError):
        await desk.services.timing.set_overflow(desk.channel, Overflow.BATCH, BY)


async def test_choosing_the_ticker_takes_out_of_it_what_waits_and_is_a_post(desk: PacedDesk) -> None:
    await desk.connect(Overflow.WAIT, plan=Every(minutes=60))
    await desk.brings("a", "b")
    await desk.send_all()
    await desk.services.timing.set_overflow(desk.channel, Overflow.TICKER, BY)
    await desk.send_all()
    desk.clock.advance(3600)
    await desk.plan()
    (batch,) = await desk.send_all()

    assert await desk.lines(batch) == ["b"]


async def test_whatever_administrators_change_meanwhile_every_article_is_told(desk: PacedDesk) -> None:
    """Two of them at once, while the sender and the planner work; on PostgreSQL none of the four ends another."""
    await desk.connect(Overflow.TICKER, plan=Live())
    ids: list[ArticleId] = []

    async def news() -> None:
        for number in range(10):
            ids.append(await desk.publish(f"{number}"))
            desk.clock.advance(4 * 60)
            await desk.send()

    async def changing() -> None:
        channels, timing = desk.services.channels, desk.services.timing
        for _ in range(4):
            await channels.set_ticker(desk.channel, None, BY)
            await timing.set_overflow(desk.channel, Overflow.BATCH, BY)
            await channels.set_ticker(desk.channel, Live(), BY)
            with suppress(StaleButtonError):
                await timing.set_overflow(desk.channel, Overflow.TICKER, BY)
            await channels.pause(desk.channel, BY)
            await channels.resume(desk.channel, BY, catch_up=100)

    # One sender and one planner there are; administrators as many as like.
    await asyncio.gather(news(), changing(), changing())
    for _ in range(len(ids)):
        desk.clock.advance(GAP)
        await desk.plan()
        await desk.send_all()

    told = {each: await desk.services.why.ask_channel(each, desk.channel) for each in ids}
    assert {each.verdict for each in told.values()} == {Verdict.STANDS}
