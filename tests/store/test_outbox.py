import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.clock import MovableClock
from bot.domain.cause import Cause
from bot.domain.delivery import Action, Delivery, DeliveryId, DeliveryState, Post, Priority, Subject, SubjectKind
from bot.domain.destination import Audience, DestinationKind, DestinationState, Mode
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.store.claims import LEASE, Claims
from bot.store.database import Database
from bot.store.outbox import PART
from tests.make import make_post, make_settlement
from tests.readers import Follow

ARTICLE = Subject(kind=SubjectKind.ARTICLE, id=1)
OTHER = Subject(kind=SubjectKind.ARTICLE, id=2)
READERS = Audience(rubrics=(Slug("football"),), languages=(Language.RU,), modes=(Mode.INSTANT,))


async def fan_out(
    database: Database, clock: MovableClock, subject: Subject = ARTICLE, priority: int = Priority.ARTICLE
) -> int:
    async with database.transaction() as tx:
        return await tx.outbox.fan_out(subject, audience=READERS, priority=priority, now=clock.now())


async def claim(database: Database, clock: MovableClock, limit: int = 100) -> list[Delivery]:
    async with database.transaction() as tx:
        return await tx.claims.take(now=clock.now(), limit=limit)


async def settle(database: Database, clock: MovableClock, delivery: Delivery, state: DeliveryState) -> None:
    async with database.transaction() as tx:
        await tx.claims.settle([make_settlement(delivery, state, at=clock.now())])
        if state is DeliveryState.SENT:
            await tx.posts.record([make_post(delivery)])


async def states(database: Database) -> dict[DeliveryState, int]:
    async with database.transaction() as tx:
        return await tx.outbox.count_states()


async def test_an_article_is_queued_for_its_readers_only(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    reader = await follow(1)
    await follow(2, "region")
    await follow(3, language=Language.EN)
    await follow(4, modes=(Mode.TICKER,))
    paused = await follow(5)
    async with newsroom.transaction() as tx:
        await tx.destinations.set_state(paused.id, DestinationState.PAUSED, now=clock.now())

    assert await fan_out(newsroom, clock) == 1
    assert [each.destination.id for each in await claim(newsroom, clock)] == [reader.id]


async def test_planning_twice_adds_nothing(newsroom: Database, follow: Follow, clock: MovableClock) -> None:
    await follow(1)
    await fan_out(newsroom, clock)

    assert await fan_out(newsroom, clock) == 0
    assert await states(newsroom) == {DeliveryState.QUEUED: 1}


async def test_somebody_who_has_an_article_gets_no_second(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await fan_out(newsroom, clock)
    (delivery,) = await claim(newsroom, clock)
    await settle(newsroom, clock, delivery, DeliveryState.SENT)

    assert await fan_out(newsroom, clock, priority=Priority.PUSH) == 0
    assert await claim(newsroom, clock) == []


async def test_a_push_moves_a_waiting_delivery_up(newsroom: Database, follow: Follow, clock: MovableClock) -> None:
    await follow(1)
    await fan_out(newsroom, clock, OTHER)
    await fan_out(newsroom, clock, ARTICLE)

    assert await fan_out(newsroom, clock, ARTICLE, Priority.PUSH) == 1

    assert [each.subject for each in await claim(newsroom, clock)] == [ARTICLE]


async def test_lanes_go_before_each_other_whatever_was_planned_first(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    """Breaking, correction and recall, article to channels, the former to subscribers, ticker, the latter, digest."""
    lanes = [priority for priority in sorted(Priority) if Priority.AWAITING < priority < Priority.BEGUN]
    for chat_id, priority in enumerate(lanes, start=1):
        # One chat a lane, so that none waits for another's sake.
        reader = await follow(chat_id, "region")
        async with newsroom.transaction() as tx:
            subject = Subject(kind=SubjectKind.ARTICLE, id=chat_id)
            await tx.outbox.queue_posts(subject, to=[reader.id], priority=priority, now=clock.now())

    assert [each.priority for _ in lanes for each in await claim(newsroom, clock, limit=1)] == [
        40,
        30,
        20,
        15,
        10,
        8,
        5,
    ]


async def test_within_a_chat_a_push_passes_what_waits_and_articles_keep_their_order(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    for number in (1, 2, 3):
        await fan_out(newsroom, clock, Subject(kind=SubjectKind.ARTICLE, id=number))
    await fan_out(newsroom, clock, Subject(kind=SubjectKind.ARTICLE, id=4), Priority.PUSH)

    got = []
    for _ in range(4):
        (delivery,) = await claim(newsroom, clock)
        await settle(newsroom, clock, delivery, DeliveryState.SENT)
        got.append(delivery.subject.id)

    assert got == [4, 1, 2, 3]


async def test_what_comes_after_a_delivery_in_flight_waits_for_it_even_when_it_is_more_urgent(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await fan_out(newsroom, clock, ARTICLE)
    await claim(newsroom, clock)

    await fan_out(newsroom, clock, OTHER, Priority.PUSH)

    assert await claim(newsroom, clock) == []


async def test_one_destination_has_one_delivery_in_flight_and_gets_the_oldest_first(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await fan_out(newsroom, clock, ARTICLE)
    await fan_out(newsroom, clock, OTHER)

    (first,) = await claim(newsroom, clock)
    assert first.subject == ARTICLE
    assert await claim(newsroom, clock) == []

    await settle(newsroom, clock, first, DeliveryState.SENT)
    assert [each.subject for each in await claim(newsroom, clock)] == [OTHER]


async def test_a_delivery_that_waits_for_its_next_try_keeps_its_place_in_the_chat(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await fan_out(newsroom, clock, ARTICLE)
    await fan_out(newsroom, clock, OTHER)
    (first,) = await claim(newsroom, clock)
    later = clock.now() + timedelta(seconds=30)
    async with newsroom.transaction() as tx:
        await tx.claims.settle([make_settlement(first, DeliveryState.QUEUED, not_before=later)])

    assert await claim(newsroom, clock) == []

    clock.advance(30)
    assert [each.subject for each in await claim(newsroom, clock)] == [ARTICLE]


async def test_the_tries_of_a_delivery_are_known_at_its_next_claim(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await fan_out(newsroom, clock)
    for attempts in (1, 1):
        (delivery,) = await claim(newsroom, clock)
        async with newsroom.transaction() as tx:
            await tx.claims.settle([make_settlement(delivery, DeliveryState.QUEUED, attempts=attempts)])

    assert [each.attempts for each in await claim(newsroom, clock)] == [1]


async def test_two_claims_at_once_never_take_the_same_delivery(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    for chat_id in range(1, 41):
        await follow(chat_id)
    await fan_out(newsroom, clock)

    taken = await asyncio.gather(*(claim(newsroom, clock, limit=10) for _ in range(8)))

    ids = [each.id for batch in taken for each in batch]
    assert len(ids) == len(set(ids)) > 0


async def test_claims_of_a_dead_process_are_queued_again_at_once(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await fan_out(newsroom, clock)
    await claim(newsroom, clock)

    async with newsroom.transaction() as tx:
        assert await tx.claims.take_back(now=clock.now(), expired_only=False) == 1

    assert len(await claim(newsroom, clock)) == 1


async def test_a_claim_of_a_living_process_is_left_until_its_lease_ends(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await fan_out(newsroom, clock)
    await claim(newsroom, clock)
    async with newsroom.transaction() as tx:
        assert await tx.claims.take_back(now=clock.now(), expired_only=True) == 0

    clock.advance(LEASE.total_seconds())
    async with newsroom.transaction() as tx:
        assert await tx.claims.take_back(now=clock.now(), expired_only=True) == 1


async def test_a_channel_gets_an_article_before_the_subscribers(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    await follow(1)
    await follow(-100, kind=DestinationKind.CHANNEL)
    await fan_out(newsroom, clock)

    assert [each.destination.chat_id for each in await claim(newsroom, clock)] == [-100, 1]


async def test_whoever_comes_back_gets_what_is_new_and_not_the_backlog(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    reader = await follow(1)
    await fan_out(newsroom, clock, OTHER)

    async with newsroom.transaction() as tx:
        await tx.destinations.set_state(reader.id, DestinationState.PAUSED, now=clock.now())
        await tx.destinations.set_state(reader.id, DestinationState.ACTIVE, now=clock.now())
    await fan_out(newsroom, clock, ARTICLE)

    assert [each.subject for each in await claim(newsroom, clock)] == [ARTICLE]
    assert await states(newsroom) == {DeliveryState.DROPPED: 1, DeliveryState.SENDING: 1}


@pytest.mark.parametrize("turn", ["has come", "is to come"])
async def test_a_push_reaches_who_came_back_though_the_article_itself_was_left_behind(
    newsroom: Database, follow: Follow, clock: MovableClock, turn: str
) -> None:
    reader = await follow(1)
    await fan_out(newsroom, clock)
    async with newsroom.transaction() as tx:
        await tx.destinations.set_state(reader.id, DestinationState.PAUSED, now=clock.now())
    if turn == "has come":
        assert await claim(newsroom, clock) == []
    async with newsroom.transaction() as tx:
        await tx.destinations.set_state(reader.id, DestinationState.ACTIVE, now=clock.now())

    # Planned again, as after a crash, it still is not theirs.
    assert await fan_out(newsroom, clock) == 0
    assert await fan_out(newsroom, clock, priority=Priority.PUSH) == 1

    (delivery,) = await claim(newsroom, clock)
    assert (delivery.destination.chat_id, delivery.priority) == (1, Priority.PUSH)
    assert await states(newsroom) == {DeliveryState.SENDING: 1}


async def test_a_push_reaches_a_channel_that_lost_the_article_while_it_was_paused(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    channel = await follow(-100, kind=DestinationKind.CHANNEL)
    await fan_out(newsroom, clock)
    async with newsroom.transaction() as tx:
        await tx.destinations.set_state(channel.id, DestinationState.PAUSED, now=clock.now())
        await tx.destinations.set_state(channel.id, DestinationState.ACTIVE, now=clock.now())

    assert await fan_out(newsroom, clock, priority=Priority.PUSH) == 1

    assert [each.destination.id for each in await claim(newsroom, clock)] == [channel.id]


async def test_a_channel_that_is_paused_loses_its_backlog_at_once(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    channel = await follow(-100, kind=DestinationKind.CHANNEL)
    await fan_out(newsroom, clock)

    async with newsroom.transaction() as tx:
        await tx.destinations.set_state(channel.id, DestinationState.PAUSED, now=clock.now())

    assert await states(newsroom) == {DeliveryState.DROPPED: 1}


async def test_what_stands_in_a_chat_is_corrected_after_its_person_was_away(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    reader = await follow(1)
    await fan_out(newsroom, clock)
    (delivery,) = await claim(newsroom, clock)
    await settle(newsroom, clock, delivery, DeliveryState.SENT)

    async with newsroom.transaction() as tx:
        await tx.outbox.queue_changes(ARTICLE, action=Action.EDIT, revision=1, now=clock.now())
        await tx.destinations.set_state(reader.id, DestinationState.PAUSED, now=clock.now())

    assert [each.action for each in await claim(newsroom, clock)] == [Action.EDIT]


async def test_parts_of_a_fan_out_that_are_written_together_keep_what_follows_behind_them(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    readers = [await follow(chat_id) for chat_id in range(1, 7)]
    parts = [range(readers[0].id, readers[3].id), range(readers[3].id, readers[3].id + PART)]

    async def write(ids: range) -> int:
        async with newsroom.transaction() as tx:
            return await tx.outbox.fan_out(
                ARTICLE, audience=READERS, priority=Priority.ARTICLE, now=clock.now(), ids=ids
            )

    assert await asyncio.gather(*(write(ids) for ids in parts)) == [3, 3]
    await fan_out(newsroom, clock, OTHER)

    claimed = await claim(newsroom, clock)
    assert sorted(each.destination.id for each in claimed) == [reader.id for reader in readers]
    assert {each.subject for each in claimed} == {ARTICLE}


async def test_a_part_is_no_larger_than_its_step_of_ids(newsroom: Database, clock: MovableClock) -> None:
    async with newsroom.transaction() as tx:
        with pytest.raises(ValueError, match="10000 destinations at most"):
            await tx.outbox.fan_out(
                ARTICLE, audience=READERS, priority=Priority.ARTICLE, now=clock.now(), ids=range(1, PART + 2)
            )


async def test_a_chat_with_much_ahead_holds_up_nobody(newsroom: Database, follow: Follow, clock: MovableClock) -> None:
    busy = await follow(1)
    async with newsroom.transaction() as tx:
        for number in range(3, 9):
            subject = Subject(kind=SubjectKind.ARTICLE, id=number)
            await tx.outbox.queue_posts(subject, to=[busy.id], priority=Priority.ARTICLE, now=clock.now())
    await follow(2)
    await fan_out(newsroom, clock, ARTICLE)

    claimed = await claim(newsroom, clock, limit=2) + await claim(newsroom, clock, limit=2)

    assert [each.destination.chat_id for each in claimed] == [1, 2]


async def test_a_correction_is_queued_where_the_article_stands_or_is_being_sent(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    has_it, is_getting_it, waits = [await follow(chat_id) for chat_id in (1, 2, 3)]
    await fan_out(newsroom, clock)
    first, _ = await claim(newsroom, clock, limit=2)
    await settle(newsroom, clock, first, DeliveryState.SENT)

    async with newsroom.transaction() as tx:
        queued = await tx.outbox.queue_changes(ARTICLE, action=Action.EDIT, revision=1, now=clock.now())

    assert queued == 2
    claimed = await claim(newsroom, clock)
    assert {(each.destination.id, each.action) for each in claimed} == {
        (has_it.id, Action.EDIT),
        (waits.id, Action.POST),
    }
    assert is_getting_it.id not in {each.destination.id for each in claimed}


async def test_a_post_is_found_by_what_it_is_about(newsroom: Database, follow: Follow, clock: MovableClock) -> None:
    reader = await follow(1)
    post = Post(destination_id=reader.id, subject=ARTICLE, chat_id=1, message_id=77, revision=0, sent_at=clock.now())
    async with newsroom.transaction() as tx:
        await tx.posts.record([post])

    async with newsroom.transaction() as tx:
        assert await tx.posts.get(reader.id, ARTICLE) == post
        assert await tx.posts.get(reader.id, OTHER) is None


async def test_a_chat_that_moved_keeps_its_subscriptions_and_forgets_its_posts(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    reader = await follow(-5)
    async with newsroom.transaction() as tx:
        post = Post(
            destination_id=reader.id, subject=ARTICLE, chat_id=-5, message_id=7, revision=0, sent_at=clock.now()
        )
        await tx.posts.record([post])
        await tx.destinations.move(reader.id, -1005)

    async with newsroom.transaction() as tx:
        moved = await tx.destinations.by_chat(-1005)
        assert moved is not None
        assert await tx.destinations.rubrics_of(moved.id) == {Slug("football")}
        assert await tx.posts.get(moved.id, ARTICLE) is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_claim_does_not_go_through_what_the_other_readers_have(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    """By the statistics of a time when nothing had been sent, as they are at a newsroom's first large fan-out."""
    have, are_due = 3000, 20
    for chat_id in range(1, are_due + 1):
        await follow(chat_id)
    await fan_out(newsroom, clock)
    others = (
        "INSERT INTO posts (destination_id, subject_kind, subject_id, chat_id, message_id, revision, sent_at)"
        " SELECT 1000 + n, 'article', :article, 1000 + n, 1, 0, now() FROM generate_series(1, :have) AS n"
    )
    async with newsroom.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE posts SET (autovacuum_enabled = false)"))
        await connection.execute(text(others), {"article": ARTICLE.id, "have": have})

    read = text(
        "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'posts'"
    )
    async with newsroom.engine.begin() as connection:
        claimed = await Claims(connection).take(now=clock.now(), limit=are_due)
        assert len(claimed) == are_due
        assert await connection.scalar(read) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_waits_in_a_channel_is_found_without_going_through_what_waits_for_everybody(
    newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    channel = await follow(-100, kind=DestinationKind.CHANNEL)
    await fan_out(newsroom, clock)
    asked: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.setdefault(statement, parameters[0] if isinstance(parameters, list) else parameters)

    event.listen(newsroom.engine.sync_engine, "before_cursor_execute", note)
    async with newsroom.transaction() as tx:
        await tx.missed.collect_queued(channel.id)
        await tx.outbox.hold_chats([(channel.id, clock.now(), Cause.CHANNEL_PACE)])
        await tx.outbox.hold_anew(channel.id, until=None, reason=Cause.CHANNEL_PACE)
        await tx.overflow.surplus([channel.id], [DeliveryId(1)], most=5)
        await tx.overflow.join_tickers([channel.id], now=clock.now())
        await tx.destinations.set_state(channel.id, DestinationState.PAUSED, now=clock.now())
        await tx.claims.take(now=clock.now(), limit=5)
    event.remove(newsroom.engine.sync_engine, "before_cursor_execute", note)

    scans = set()
    async with newsroom.engine.connect() as connection:
        for statement, parameters in asked.items():
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            scans |= {statement for step in plan if step[-1] == "SCAN deliveries"}
    assert len(asked) > 7
    assert scans == set()
