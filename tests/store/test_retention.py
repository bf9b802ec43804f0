"""What is let go, what stays, and what stays of what is let go."""

from datetime import date, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.alert import AlertKind, NewAlert
from bot.domain.article import ArticleId
from bot.domain.delivery import Action, Delivery, DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, DestinationKind, Mode
from bot.domain.language import Language
from bot.domain.push import PushState
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.store.database import Database
from tests.cast import BAKU
from tests.make import make_new_article, make_post, make_settlement
from tests.readers import Follow

READERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.INSTANT,))
KEPT = timedelta(days=90)
KEY = "url:https://example.org/a"


async def article(database: Database, clock: MovableClock, key: str = KEY) -> Subject:
    """One that was planned for whoever follows football."""
    async with database.transaction() as tx:
        article_id = await tx.articles.add(make_new_article(key), now=clock.now())
        assert article_id is not None
        await tx.articles.set_rubrics(article_id, [Slug("football")])
        await tx.articles.mark_planned(article_id, revision=0)
        subject = Subject(kind=SubjectKind.ARTICLE, id=article_id)
        await tx.outbox.fan_out(subject, audience=READERS, priority=Priority.ARTICLE, now=clock.now())
    return subject


async def sent(database: Database, clock: MovableClock, *states: DeliveryState) -> list[Delivery]:
    """All that is due, settled in these states in turn."""
    async with database.transaction() as tx:
        claimed = await tx.claims.take(now=clock.now(), limit=100)
        for delivery, state in zip(claimed, states or (DeliveryState.SENT,) * len(claimed), strict=True):
            await tx.claims.settle([make_settlement(delivery, state, at=clock.now())])
            if state is DeliveryState.SENT:
                await tx.posts.record([make_post(delivery, sent_at=clock.now())])
    return claimed


async def prune(database: Database, clock: MovableClock, *, limit: int = 100) -> dict[str, int]:
    """All that is older than three months; how many of each kind."""
    removed: dict[str, int] = {}
    while True:
        async with database.transaction() as tx:
            let_go = await tx.retention.prune(clock.now() - KEPT, zone=BAKU, limit=limit)
        if let_go is None:
            return removed
        removed[let_go.kind] = removed.get(let_go.kind, 0) + let_go.count


async def test_an_old_article_leaves_with_all_that_was_sent_and_is_known_for_ever(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await follow(2)
    subject = await article(newsroom, clock)
    await sent(newsroom, clock)

    clock.advance(KEPT.total_seconds() + 1)

    assert await prune(newsroom, clock) == {"delivery": 2, "post": 2, "article": 1}
    async with newsroom.transaction() as tx:
        assert await tx.articles.get(ArticleId(subject.id)) is None
        assert set(await tx.articles.known([KEY])) == {KEY}
        assert await tx.articles.add(make_new_article(KEY), now=clock.now()) is None
        assert await tx.outbox.count_states() == {}


async def test_what_is_younger_stays(newsroom: Database, follow: Follow, clock: MovableClock) -> None:
    await follow(1)
    await article(newsroom, clock)
    await sent(newsroom, clock)

    clock.advance(KEPT.total_seconds() - 1)

    assert await prune(newsroom, clock) == {}


async def test_an_article_stays_as_long_as_anything_of_it_does(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    reader = await follow(1)
    subject = await article(newsroom, clock)
    (delivery,) = await sent(newsroom, clock)
    clock.advance(KEPT.total_seconds() - 60)
    async with newsroom.transaction() as tx:
        await tx.posts.record([make_post(delivery, revision=1, sent_at=clock.now())])
    clock.advance(120)

    assert await prune(newsroom, clock) == {"delivery": 1}
    async with newsroom.transaction() as tx:
        assert await tx.articles.get(ArticleId(subject.id)) is not None
        assert await tx.posts.get(reader.id, subject) is not None


async def test_what_waits_or_is_being_sent_stays_however_old_it_is(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await follow(2)
    await article(newsroom, clock)
    async with newsroom.transaction() as tx:
        await tx.claims.take(now=clock.now(), limit=1)

    clock.advance(10 * KEPT.total_seconds())

    assert await prune(newsroom, clock) == {}
    async with newsroom.transaction() as tx:
        assert await tx.outbox.count_states() == {DeliveryState.QUEUED: 1, DeliveryState.SENDING: 1}


async def test_deliveries_are_counted_by_the_newsrooms_day_the_kind_of_chat_the_action_and_the_end(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    for chat_id in (1, 2, 3):
        await follow(chat_id)
    await follow(-100, kind=DestinationKind.CHANNEL)
    await article(newsroom, clock)
    # Channels come first.
    ends = (DeliveryState.SENT, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNCERTAIN)
    await sent(newsroom, clock, *ends)
    # 20:00 in Greenwich is midnight in Baku.
    clock.advance((datetime.fromisoformat("2026-03-02T20:00:00+00:00") - clock.now()).total_seconds())
    await article(newsroom, clock, "url:https://example.org/b")
    await sent(newsroom, clock)

    clock.advance(KEPT.total_seconds() + 1)
    await prune(newsroom, clock, limit=3)

    monday, tuesday, post = date(2026, 3, 2), date(2026, 3, 3), Action.POST
    subscriber, channel = DestinationKind.SUBSCRIBER, DestinationKind.CHANNEL
    async with newsroom.transaction() as tx:
        assert await tx.retention.days() == {
            (monday, channel, post, DeliveryState.SENT): 1,
            (monday, subscriber, post, DeliveryState.SENT): 1,
            (monday, subscriber, post, DeliveryState.FAILED): 1,
            (monday, subscriber, post, DeliveryState.UNCERTAIN): 1,
            (tuesday, channel, post, DeliveryState.SENT): 1,
            (tuesday, subscriber, post, DeliveryState.SENT): 3,
        }
        totals = await tx.retention.totals()
    assert totals[subscriber, post, DeliveryState.SENT] == 4
    assert sum(totals.values()) == 8


async def test_one_batch_is_one_kind_and_no_more_than_asked_for(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    for chat_id in range(1, 6):
        await follow(chat_id)
    await article(newsroom, clock)
    await sent(newsroom, clock)
    clock.advance(KEPT.total_seconds() + 1)

    counts = []
    for _ in range(6):
        async with newsroom.transaction() as tx:
            let_go = await tx.retention.prune(clock.now() - KEPT, zone=BAKU, limit=3)
        counts.append((let_go.kind, let_go.count) if let_go is not None else None)

    assert counts == [("delivery", 3), ("delivery", 2), ("post", 3), ("post", 2), ("article", 1), None]


async def test_a_ticker_leaves_after_its_lines(newsroom: Database, follow: Follow, clock: MovableClock) -> None:
    channel = await follow(-100, kind=DestinationKind.CHANNEL, modes=(Mode.TICKER,))
    subject = await article(newsroom, clock)
    async with newsroom.transaction() as tx:
        await tx.destinations.set_delivery(
            channel.id, articles_on=False, ticker=Every(minutes=5), ticker_next_at=clock.now()
        )
        audience = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.TICKER,))
        await tx.tickers.collect(ArticleId(subject.id), rubric=Slug("football"), audience=audience)
        ticker_id = await tx.tickers.open(channel.id, clock.now().date(), [ArticleId(subject.id)])
        await tx.ticker_deliveries.queue([ticker_id], action=Action.POST, priority=Priority.TICKER, now=clock.now())
    await sent(newsroom, clock)

    clock.advance(KEPT.total_seconds() + 86_400)

    assert await prune(newsroom, clock) == {"delivery": 1, "post": 1, "article": 1, "ticker": 1}
    async with newsroom.transaction() as tx:
        assert await tx.tickers.read([ticker_id]) == {}


async def test_pushes_leave_once_they_are_decided(newsroom: Database, clock: MovableClock) -> None:
    subject = await article(newsroom, clock)
    async with newsroom.transaction() as tx:
        drafts = [
            await tx.pushes.draft(ArticleId(subject.id), editor_id=1004, channels=[], now=clock.now()) for _ in range(3)
        ]
        await tx.pushes.move(drafts[0].id, before=PushState.DRAFT, after=PushState.ORDERED)
        await tx.pushes.move(drafts[1].id, before=PushState.DRAFT, after=PushState.CANCELLED)

    clock.advance(KEPT.total_seconds() + 1)

    assert await prune(newsroom, clock) == {"push": 2}
    async with newsroom.transaction() as tx:
        assert [push.id for push in await tx.pushes.ordered()] == [drafts[0].id]
        await tx.pushes.move(drafts[0].id, before=PushState.ORDERED, after=PushState.PLANNED)
    assert await prune(newsroom, clock) == {"push": 1, "article": 1}


@pytest.mark.parametrize(
    ("alert", "leaves"),
    [
        pytest.param(NewAlert(kind=AlertKind.RECOVERED), True, id="told once"),
        pytest.param(NewAlert(kind=AlertKind.FAILING, key="failing:1"), False, id="a trouble that lasts"),
        pytest.param(NewAlert(kind=AlertKind.UNKNOWN_RUBRIC, key="rubric:x"), False, id="a word that was asked about"),
        pytest.param(NewAlert(kind=AlertKind.GONE, key="gone:1"), True, id="about an article"),
        pytest.param(NewAlert(kind=AlertKind.UNCERTAIN, key="uncertain:1"), True, id="about a message"),
    ],
)
async def test_alerts_leave_when_nothing_depends_on_them(
    newsroom: Database, clock: MovableClock, alert: NewAlert, *, leaves: bool
) -> None:
    async with newsroom.transaction() as tx:
        await tx.alerts.add(alert, now=clock.now())

    clock.advance(KEPT.total_seconds() + 1)

    assert await prune(newsroom, clock) == ({"alert": 1} if leaves else {})
