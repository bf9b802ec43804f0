"""Articles that wait for an administrator's tap, from the plan to what became of them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.clock import MovableClock
from bot.domain.approval import APPROVAL_LIVES, ASK_AGAIN, Decision, Ending
from bot.domain.article import ArticleId
from bot.domain.cause import Cause
from bot.domain.delivery import DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, Destination, Mode
from bot.domain.errors import OnlyApproverError
from bot.domain.language import Language
from bot.domain.quiet import QuietMode
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.send.holding import held
from bot.services import Services
from bot.services.approvals import Asking, Taken
from bot.services.verdict import ChannelExplanation, Verdict
from bot.services.why import Explanation
from bot.store.database import Database
from tests.cast import ALICE, BAKU, BOB, CHANNEL, EDGAR
from tests.delivering import Desk
from tests.make import make_administrator, make_new_article, make_place
from tests.readers import Follow

GROWING = ("approvals", "articles", "channel_approvers", "deliveries", "destinations", "posts", "seen", "subscriptions")
CAMILLA_, BOB_ = make_administrator(), make_administrator(BOB, "Bob")


class ApprovalDesk(Desk):
    """Camilla's channel carries football, and she has said that its posts wait for her."""

    channel: Destination

    def __init__(self, database: Database, clock: MovableClock, services: Services) -> None:
        super().__init__(database, clock)
        self.services = services

    async def connect(self, number: int = 0) -> Destination:
        place = make_place(CHANNEL - number, f"Канал {number}")
        connection = await self.services.connections.connected(place, by=CAMILLA_, language=Language.RU)
        channel = connection.settings.channel
        await self.services.channels.choose(channel.id, Slug("football"), is_wanted=True, by=CAMILLA_)
        return channel

    async def decide(self, article_id: ArticleId, decision: Decision = Decision.PUBLISH, revision: int = 0) -> Taken:
        return await self.services.approvals.decide(self.channel.id, article_id, decision, CAMILLA_, revision=revision)

    async def correct(self, article_id: ArticleId, name: str = "a") -> None:
        async with self.database.transaction() as tx:
            new = make_new_article(f"url:https://example.org/{name}", title="Исправлено", fingerprint="e" * 64)
            await tx.articles.correct(article_id, new, now=self.clock.now())
        await self.plan()

    async def waiting(self) -> list[ArticleId]:
        async with self.database.transaction() as tx:
            return [each.article_id for each in await tx.approvals.awaiting(self.channel.id, limit=100)]

    async def look(self, user_id: int = CAMILLA_.user_id) -> Asking:
        asking = await self.services.approvals.look(self.channel.id, user_id)
        assert asking is not None
        return asking

    async def ask(self, user_id: int = CAMILLA_.user_id) -> Asking:
        """As the stage does: what is to be shown stands in message 7."""
        asking = await self.look(user_id)
        await self.services.approvals.shown(asking, 7, is_call=not asking.message_id)
        return asking

    async def why(self, article_id: ArticleId) -> ChannelExplanation:
        return await self.services.why.ask_channel(article_id, self.channel.id)

    async def sent(self) -> list[int]:
        """The articles that went to the channel just now."""
        return [each.subject.id for each in await self.deliver() if each.destination.id == self.channel.id]


@pytest.fixture
async def desk(newsroom: Database, clock: MovableClock, services: Services) -> ApprovalDesk:
    desk = ApprovalDesk(newsroom, clock, services)
    await desk.import_source()
    desk.channel = await desk.connect()
    await services.approvals.switch_on(desk.channel.id, CAMILLA_)
    return desk


async def test_an_article_waits_in_this_channel_alone_until_an_administrator_publishes_it(
    desk: ApprovalDesk, follow: Follow
) -> None:
    other, reader = await desk.connect(1), await follow(ALICE)
    article = await desk.publish()

    assert sorted(each.destination.id for each in await desk.deliver()) == sorted([other.id, reader.id])
    desk.clock.advance(3600)
    assert await desk.sent() == []
    explained = await desk.why(article)
    assert explained.verdict is Verdict.AWAITS
    assert [(each.state, each.reason, each.not_before) for each in explained.records] == [
        (DeliveryState.QUEUED, Cause.AWAITS_APPROVAL, None)
    ]

    assert await desk.decide(article) is Taken.DONE

    assert await desk.sent() == [article]
    explained = await desk.why(article)
    assert explained.verdict is Verdict.STANDS
    assert explained.ruling is not None
    assert (explained.ruling.decision, explained.ruling.by) == (Decision.PUBLISH, CAMILLA_)


async def test_what_is_left_out_is_dropped_for_this_cause_and_keeps_its_decision(desk: ApprovalDesk) -> None:
    article = await desk.publish()

    assert await desk.decide(article, Decision.LEAVE_OUT) is Taken.DONE

    assert await desk.sent() == []
    explained = await desk.why(article)
    assert explained.verdict is Verdict.STOPPED
    assert [(each.state, each.reason) for each in explained.records] == [(DeliveryState.DROPPED, Cause.LEFT_OUT)]
    asked = await desk.services.why.show(article)
    assert isinstance(asked, Explanation)
    assert [(each.decision, each.by.name) for each in asked.rulings] == [(Decision.LEAVE_OUT, "Camilla")]


async def test_of_two_who_decide_at_once_the_first_counts(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    approvals = desk.services.approvals

    taken = await asyncio.gather(
        approvals.decide(desk.channel.id, article, Decision.PUBLISH, CAMILLA_, revision=0),
        approvals.decide(desk.channel.id, article, Decision.LEAVE_OUT, BOB_, revision=0),
    )

    assert sorted(taken) == [Taken.DONE, Taken.LATE]
    explained = await desk.why(article)
    first = Decision.PUBLISH if taken[0] is Taken.DONE else Decision.LEAVE_OUT
    assert explained.ruling is not None
    assert explained.ruling.decision is first
    assert (await desk.sent() == [article]) is (first is Decision.PUBLISH)


async def test_what_waits_keeps_nothing_behind_it_waiting(desk: ApprovalDesk) -> None:
    await desk.services.channels.set_ticker(desk.channel.id, Every(minutes=15), CAMILLA_)
    waiting = [await desk.publish(name) for name in ("a", "b", "c")]
    desk.clock.advance(15 * 60)
    await desk.plan()
    assert [each.subject.kind for each in await desk.deliver()] == [SubjectKind.TICKER]

    await desk.decide(waiting[2])
    assert await desk.sent() == [waiting[2]]
    await desk.correct(waiting[2], "c")
    assert await desk.sent() == [waiting[2]]
    assert await desk.waiting() == waiting[:2]


async def test_an_approved_article_waits_for_the_quiet_hours_as_any_other(desk: ApprovalDesk) -> None:
    await desk.services.timing.set_quiet(desk.channel.id, CAMILLA_, mode=QuietMode.HOLD, start=10, end=13)
    article = await desk.publish()
    assert (await desk.why(article)).verdict is Verdict.AWAITS

    await desk.decide(article)

    assert (await desk.why(article)).verdict is Verdict.ON_ITS_WAY
    async with desk.database.transaction() as tx:
        (claimed,) = await tx.claims.take(now=desk.clock.now(), limit=10)
    found = held(claimed, desk.clock.now(), BAKU)
    assert found is not None
    assert (found.reason, found.until.astimezone(BAKU).hour) == (Cause.QUIET_HOURS, 13)


async def test_a_push_to_the_channel_does_not_wait(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    await desk.ask()
    async with desk.database.transaction() as tx:
        draft = await tx.pushes.draft(article, editor_id=EDGAR, channels=[desk.channel.id], now=desk.clock.now())
    await desk.services.pushes.order(draft.id)
    await desk.plan()

    assert await desk.sent() == [article]
    ended = (await desk.look()).ended
    assert ended is not None
    assert ended.ending is Ending.PUSHED


async def test_planning_again_neither_sends_what_waits_nor_holds_what_was_approved(desk: ApprovalDesk) -> None:
    waits, approved = await desk.publish("a"), await desk.publish("b")
    await desk.decide(approved)
    async with desk.database.transaction() as tx:
        audience = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.INSTANT,))
        for article in (waits, approved):
            subject = Subject(kind=SubjectKind.ARTICLE, id=article)
            await tx.outbox.fan_out(
                subject, audience=audience, priority=Priority.ARTICLE, now=desk.clock.now(), asks_first=True
            )

    assert await desk.sent() == [approved]
    assert await desk.waiting() == [waits]


async def test_a_correction_is_shown_before_it_may_be_published(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    await desk.ask()
    assert await desk.services.approvals.stale(limit=10) == []
    await desk.correct(article)

    assert [each.user_id for each in await desk.services.approvals.stale(limit=10)] == [CAMILLA_.user_id]
    assert await desk.decide(article, revision=0) is Taken.CHANGED
    asking = await desk.ask()
    assert asking.sample is not None
    assert asking.sample.article is not None
    assert asking.sample.article.title == "Исправлено"
    assert await desk.decide(article, revision=1) is Taken.DONE
    (post,) = await desk.deliver()
    assert post.revision == 0


@pytest.mark.parametrize("how", ["recalled", "paused", "lost", "expired"])
async def test_what_ends_the_waiting_without_a_decision_is_told(desk: ApprovalDesk, how: str) -> None:
    article = await desk.publish()
    await desk.ask()
    match how:
        case "recalled":
            await desk.recall(article)
        case "paused":
            await desk.services.channels.pause(desk.channel.id, CAMILLA_)
        case "lost":
            await desk.services.connections.disconnected(CHANNEL)
        case _:
            desk.clock.advance(APPROVAL_LIVES.total_seconds())
            assert await desk.services.approvals.tidy()

    assert [each.user_id for each in await desk.services.approvals.stale(limit=10)] == [CAMILLA_.user_id]
    asking = await desk.ask()
    assert asking.awaiting is None
    assert asking.ended is not None
    assert asking.ended.ending is Ending(how)
    assert await desk.services.approvals.stale(limit=10) == []
    assert not await desk.services.approvals.tidy()
    explained = await desk.why(article)
    assert [each.state for each in explained.records] == [DeliveryState.DROPPED]
    assert await desk.sent() == []


async def test_what_is_recalled_between_the_tap_and_the_channel_is_told_as_recalled(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    await desk.ask()
    await desk.decide(article)
    await desk.recall(article)

    asking = await desk.ask()
    assert asking.ended is not None
    assert asking.ended.ending is Ending.RECALLED
    assert await desk.sent() == []


async def test_it_may_be_decided_until_the_last_moment(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    desk.clock.advance((APPROVAL_LIVES - timedelta(seconds=1)).total_seconds())
    await desk.services.approvals.tidy()

    assert await desk.decide(article) is Taken.DONE


async def test_what_a_pause_took_from_the_waiting_is_offered_when_the_channel_goes_on(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    await desk.services.channels.pause(desk.channel.id, CAMILLA_)

    assert await desk.services.channels.missed(desk.channel.id) == 1
    await desk.services.channels.resume(desk.channel.id, CAMILLA_, catch_up=1)
    assert await desk.sent() == [article]


@pytest.mark.parametrize(("decision", "sent"), [(Decision.PUBLISH, 2), (Decision.LEAVE_OUT, 0)])
async def test_switched_off_the_waiting_are_published_or_left_out_as_is_said(
    desk: ApprovalDesk, decision: Decision, sent: int
) -> None:
    for name in ("a", "b"):
        await desk.publish(name)

    await desk.services.approvals.switch_off(desk.channel.id, CAMILLA_, waiting=decision)
    later = await desk.publish("c")

    found = [each for _ in range(3) for each in await desk.sent()]
    assert len(found) == sent + 1
    assert found[-1] == later
    changes = await desk.services.channels.changes(desk.channel.id)
    assert ("approval", "off") in [(change.setting, change.value) for change in changes]


async def test_all_that_waits_is_decided_at_once(desk: ApprovalDesk) -> None:
    waiting = [await desk.publish(name) for name in ("a", "b", "c")]
    assert [each.id for each in await desk.services.approvals.titles(desk.channel.id, limit=2)] == waiting[:2]

    assert await desk.services.approvals.decide_all(desk.channel.id, Decision.PUBLISH, CAMILLA_) == 3
    assert await desk.services.approvals.decide_all(desk.channel.id, Decision.PUBLISH, CAMILLA_) == 0

    assert [each for _ in range(3) for each in await desk.sent()] == waiting


async def test_a_night_of_news_is_one_message_that_moves_on_with_each_decision(desk: ApprovalDesk) -> None:
    articles = [await desk.publish(f"a{number}") for number in range(200)]
    assert await desk.services.approvals.unasked(limit=100) == [(desk.channel.id, CAMILLA_.user_id)]

    asking = await desk.ask()
    assert asking.awaiting is not None
    assert (asking.awaiting.article_id, asking.others, asking.message_id) == (articles[0], 199, 0)
    assert await desk.services.approvals.unasked(limit=100) == []

    await desk.decide(articles[0])
    asking = await desk.ask()
    assert asking.awaiting is not None
    assert asking.ended is not None
    assert (asking.awaiting.article_id, asking.others, asking.message_id) == (articles[1], 198, 7)
    assert (asking.ended.article.id, asking.ended.ending) == (articles[0], Ending.PUBLISHED)
    # Drawn anew for another reason it still tells what was decided.
    ended = (await desk.ask()).ended
    assert ended is not None
    assert ended.article.id == articles[0]


async def test_how_many_more_wait_is_told_anew_once_a_minute(desk: ApprovalDesk) -> None:
    await desk.publish("a")
    await desk.ask()
    await desk.publish("b")

    assert await desk.services.approvals.stale(limit=10) == []
    desk.clock.advance(60)
    assert len(await desk.services.approvals.stale(limit=10)) == 1
    assert (await desk.ask()).others == 1
    desk.clock.advance(60)
    assert await desk.services.approvals.stale(limit=10) == []


async def test_who_wants_to_be_asked_is_and_the_last_one_stays(desk: ApprovalDesk) -> None:
    await desk.publish()
    with pytest.raises(OnlyApproverError):
        await desk.services.approvals.ask_me(desk.channel.id, CAMILLA_, is_wanted=False)
    settings = await desk.services.approvals.ask_me(desk.channel.id, BOB_, is_wanted=True)
    assert [each.name for each in settings.approvers] == ["Bob", "Camilla"]
    assert settings.awaiting == 1
    await desk.ask()
    await desk.ask(BOB)

    settings = await desk.services.approvals.ask_me(desk.channel.id, CAMILLA_, is_wanted=False)

    assert [each.name for each in settings.approvers] == ["Bob"]
    assert [each.user_id for each in await desk.services.approvals.stale(limit=10)] == [CAMILLA_.user_id]
    asking = await desk.look()
    assert (asking.is_asked, asking.awaiting) == (False, None)


async def test_who_is_dismissed_is_not_asked_any_more(desk: ApprovalDesk) -> None:
    await desk.publish()
    await desk.services.connections.administers_no_more(CAMILLA_.user_id, desk.channel.id)

    assert await desk.services.approvals.unasked(limit=10) == []


async def test_where_nobody_can_be_asked_the_others_are_named_and_why_says_so(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    await desk.services.connections.administers(BOB, [desk.channel.id])
    assert await desk.services.approvals.abandoned(but=[], limit=10) == []
    await desk.services.approvals.refused(desk.channel.id, CAMILLA_.user_id)

    assert await desk.services.approvals.unasked(limit=10) == []
    (found,) = await desk.services.approvals.abandoned(but=[], limit=10)
    assert (found[0].id, found[1]) == (desk.channel.id, [BOB])
    assert await desk.services.approvals.abandoned(but=[desk.channel.id], limit=10) == []
    assert not (await desk.why(article)).can_be_decided

    desk.clock.advance(ASK_AGAIN.total_seconds())
    assert await desk.services.approvals.unasked(limit=10) == [(desk.channel.id, CAMILLA_.user_id)]
    await desk.services.approvals.reached(CAMILLA_.user_id)
    assert await desk.services.approvals.abandoned(but=[], limit=10) == []
    assert (await desk.why(article)).can_be_decided


async def test_it_is_copied_with_who_is_asked(desk: ApprovalDesk) -> None:
    other = await desk.connect(1)
    await desk.services.approvals.ask_me(desk.channel.id, BOB_, is_wanted=True)
    await desk.services.channels.copy(desk.channel.id, [other.id], CAMILLA_)

    settings = await desk.services.channels.show(other.id, CAMILLA_)
    assert settings.channel.needs_approval
    assert [each.name for each in settings.approvers] == ["Bob", "Camilla"]


async def test_what_waits_goes_out_where_a_copy_lets_posts_go_out_by_themselves(desk: ApprovalDesk) -> None:
    other = await desk.connect(1)
    article = await desk.publish()
    await desk.deliver()
    await desk.services.channels.copy(other.id, [desk.channel.id], CAMILLA_)

    assert await desk.services.approvals.tidy()

    assert await desk.sent() == [article]


async def test_the_channel_is_followed_to_its_new_chat_with_what_waits(desk: ApprovalDesk) -> None:
    article = await desk.publish()
    await desk.services.connections.moved(CHANNEL, CHANNEL - 500)

    assert await desk.decide(article) is Taken.DONE
    (post,) = await desk.deliver()
    assert post.destination.chat_id == CHANNEL - 500


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nothing_of_it_goes_through_a_table_that_grows(desk: ApprovalDesk) -> None:
    asked: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.setdefault(statement, parameters)

    article = await desk.publish()
    approvals, engine = desk.services.approvals, desk.database.engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    await approvals.tidy()
    await approvals.unasked(limit=5)
    await desk.ask()
    await approvals.stale(limit=5)
    await approvals.refused(desk.channel.id, CAMILLA_.user_id)
    await approvals.abandoned(but=[], limit=5)
    await approvals.reached(CAMILLA_.user_id)
    async with desk.database.transaction() as tx:
        await tx.approvals.awaiting_of(article, limit=5)
        await tx.approvals.rulings(article, limit=5)
    await desk.decide(article)
    await desk.ask()
    event.remove(engine.sync_engine, "before_cursor_execute", note)

    scans = set()
    async with engine.connect() as connection:
        for statement, parameters in asked.items():
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            scans |= {(step[-1], statement) for step in plan if step[-1] in {f"SCAN {table}" for table in GROWING}}
    assert len(asked) > 10
    assert scans == set()
