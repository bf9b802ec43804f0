import pytest

from bot.clock import MovableClock
from bot.domain.delivery import DeliveryState, Priority, Subject, SubjectKind
from bot.domain.destination import DestinationState
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.services import Services
from bot.store.database import Database
from tests.cast import ALICE
from tests.readers import Follow

FOOTBALL = Slug("football")


async def state_of_alice(newsroom: Database) -> DestinationState | None:
    async with newsroom.transaction() as tx:
        found = await tx.destinations.by_chat(ALICE)
    return found.state if found else None


@pytest.mark.parametrize(
    ("code", "language"),
    [("az", Language.AZ), ("en-GB", Language.EN), ("de", Language.RU), (None, Language.RU)],
    ids=["ours", "with a region", "none of ours", "unknown"],
)
async def test_a_newcomer_is_spoken_to_in_the_language_of_their_telegram(
    services: Services, code: str | None, language: Language
) -> None:
    welcome = await services.subscribers.start(ALICE, code)

    assert (welcome.is_new, welcome.was_stopped) == (True, False)
    assert welcome.subscriber.language is language
    assert await services.subscribers.language_of(ALICE, None) is language


async def test_a_second_start_changes_nothing(services: Services) -> None:
    await services.subscribers.start(ALICE, "az")
    again = await services.subscribers.start(ALICE, "en")

    assert (again.is_new, again.was_stopped) == (False, False)
    assert again.subscriber.language is Language.AZ


async def test_a_chosen_language_wins_over_the_one_of_telegram(services: Services) -> None:
    await services.subscribers.start(ALICE, "ru")
    await services.subscribers.set_language(ALICE, Language.EN)

    assert await services.subscribers.language_of(ALICE, "ru") is Language.EN


async def test_somebody_who_never_started_may_choose_a_language(services: Services) -> None:
    await services.subscribers.set_language(ALICE, Language.AZ)

    assert await services.subscribers.language_of(ALICE, "ru") is Language.AZ


async def test_stopping_keeps_the_subscriptions_for_the_next_start(services: Services) -> None:
    await services.subscriptions.choose(ALICE, Language.RU, FOOTBALL, is_wanted=True)
    await services.subscribers.stop(ALICE)
    stopped = await services.subscriptions.show(ALICE, Language.RU)
    welcome = await services.subscribers.start(ALICE, "ru")
    resumed = await services.subscriptions.show(ALICE, Language.RU)

    assert (stopped.is_stopped, resumed.is_stopped) == (True, False)
    assert welcome.was_stopped
    assert [choice.is_chosen for choice in resumed.choices] == [True, False]


async def test_stopping_drops_what_is_queued(
    services: Services, newsroom: Database, follow: Follow, clock: MovableClock
) -> None:
    alice = await follow(ALICE)
    async with newsroom.transaction() as tx:
        subject = Subject(kind=SubjectKind.ARTICLE, id=1)
        await tx.outbox.queue_posts(subject, to=[alice.id], priority=Priority.ARTICLE, now=clock.now())

    await services.subscribers.stop(ALICE)

    async with newsroom.transaction() as tx:
        assert await tx.claims.take(now=clock.now(), limit=10) == []
        assert await tx.outbox.count_states() == {DeliveryState.DROPPED: 1}


async def test_stopping_before_any_start_is_no_mistake(services: Services, newsroom: Database) -> None:
    await services.subscribers.stop(ALICE)

    assert await state_of_alice(newsroom) is None


async def test_who_blocks_is_gone_until_they_unblock(services: Services, newsroom: Database) -> None:
    await services.subscribers.start(ALICE, "ru")
    await services.subscribers.blocked(ALICE)
    blocked = await state_of_alice(newsroom)
    await services.subscribers.unblocked(ALICE)

    assert blocked is DestinationState.GONE
    assert await state_of_alice(newsroom) is DestinationState.ACTIVE


async def test_unblocking_does_not_undo_a_stop(services: Services, newsroom: Database) -> None:
    await services.subscribers.start(ALICE, "ru")
    await services.subscribers.stop(ALICE)
    await services.subscribers.blocked(ALICE)
    await services.subscribers.unblocked(ALICE)

    assert await state_of_alice(newsroom) is DestinationState.PAUSED


async def test_who_writes_after_an_unblock_that_was_missed_is_shown_as_stopped(services: Services) -> None:
    await services.subscribers.start(ALICE, "ru")
    await services.subscribers.blocked(ALICE)

    assert (await services.subscriptions.show(ALICE, Language.RU)).is_stopped
    assert (await services.subscribers.start(ALICE, "ru")).was_stopped
