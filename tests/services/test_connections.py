import pytest

from bot.clock import MovableClock
from bot.domain.channel import Right
from bot.domain.destination import Destination, DestinationId, DestinationState
from bot.domain.errors import UnknownChannelError
from bot.domain.language import Language
from bot.domain.rubric import Slug
from bot.domain.ticker_plan import Every
from bot.services import Services
from bot.services.connections import Connection
from bot.store.database import Database
from tests.cast import ALICE, BOB, CAMILLA, CHANNEL
from tests.make import make_administrator, make_place

BY = make_administrator()
BOBS = make_administrator(BOB, "Bob")
FOOTBALL = Slug("football")
GROUP, SUPERGROUP = -4_000_001, CHANNEL - 5


@pytest.fixture
async def channel(services: Services) -> Destination:
    return (await connect(services)).settings.channel


async def connect(services: Services, chat_id: int = CHANNEL) -> Connection:
    return await services.connections.connected(make_place(chat_id), by=BY, language=Language.AZ)


async def found(services: Services, chat_id: int = CHANNEL) -> Destination:
    channel = await services.connections.find(chat_id)
    assert channel is not None
    return channel


async def test_connecting_twice_is_no_news_and_takes_the_new_title(services: Services, channel: Destination) -> None:
    again = await services.connections.connected(make_place(title="Новое имя"), by=BOBS, language=Language.EN)

    kept = await found(services)
    assert not again.is_new
    assert (kept.title, kept.connected_by, kept.language) == ("Новое имя", CAMILLA, Language.AZ)
    assert kept.id == channel.id


async def test_a_channel_that_nobody_brought_speaks_the_default_language_and_is_owed_to_nobody(
    services: Services,
) -> None:
    connection = await services.connections.connected(make_place(), by=None, language=None)

    assert (connection.is_new, connection.settings.channel.connected_by) == (True, None)
    assert connection.settings.channel.language is Language.RU
    assert await services.channels.changes(connection.settings.channel.id) == []


async def test_rights_that_are_gone_are_news_once(services: Services, channel: Destination) -> None:
    lacking = make_place(lacks=(Right.DELETE,), username="report")
    first = await services.connections.connected(lacking, by=BY, language=Language.AZ)
    second = await services.connections.connected(lacking, by=BY, language=Language.AZ)

    assert (first.newly_lacks, second.newly_lacks) == ((Right.DELETE,), ())
    kept = await services.channels.get(channel.id)
    assert (kept.lacks, kept.username) == (("delete",), "report")


async def test_the_menu_is_owed_once_to_who_connected_the_channel(services: Services, channel: Destination) -> None:
    to_others = await services.connections.introduced(ALICE)
    first = await services.connections.introduced(CAMILLA)
    second = await services.connections.introduced(CAMILLA)

    assert [settings.channel.id for settings in first] == [channel.id]
    assert (to_others, second) == ([], [])


async def test_a_channel_that_returns_keeps_its_settings(services: Services, channel: Destination) -> None:
    await services.channels.set_ticker(channel.id, Every(minutes=10), BY)
    await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)
    await services.connections.disconnected(CHANNEL, by=BY)

    returned = await services.connections.connected(make_place(), by=BOBS, language=Language.EN)

    settings = returned.settings
    assert returned.is_new
    assert (settings.channel.state, settings.channel.connected_by) == (DestinationState.ACTIVE, BOB)
    assert (settings.channel.language, settings.channel.ticker) == (Language.AZ, Every(minutes=10))
    assert [choice.rubric.slug for choice in settings.choices if choice.is_chosen] == [FOOTBALL]
    assert [owed.channel.id for owed in await services.connections.introduced(BOB)] == [channel.id]
    told = [(change.by.name, change.value) for change in await services.channels.changes(channel.id)]
    assert told[:2] == [("Bob", "on"), ("Camilla", "off")]


async def test_a_paused_channel_that_returns_is_paused_still(services: Services, channel: Destination) -> None:
    await services.channels.pause(channel.id, BY)
    await services.connections.disconnected(CHANNEL)
    returned = await connect(services)

    assert returned.settings.channel.state is DestinationState.PAUSED


async def test_a_lost_channel_is_told_once_and_can_no_longer_be_set_up(
    services: Services, channel: Destination
) -> None:
    lost = await services.connections.disconnected(CHANNEL)

    assert lost is not None
    assert lost.connected_by == CAMILLA
    assert await services.connections.disconnected(CHANNEL) is None
    with pytest.raises(UnknownChannelError):
        await services.channels.choose(channel.id, FOOTBALL, BY, is_wanted=True)


async def test_a_channel_without_the_right_to_post_is_barred_and_goes_on_when_it_is_back(
    services: Services, channel: Destination
) -> None:
    before = await services.connections.barred(CHANNEL)
    barred = await found(services)
    back = await connect(services)

    assert before is not None
    assert (before.state, barred.state) == (DestinationState.ACTIVE, DestinationState.BARRED)
    assert (back.is_new, back.is_back, back.settings.channel.state) == (False, True, DestinationState.ACTIVE)
    assert channel.id == barred.id


async def test_what_a_person_paused_stays_paused_without_the_right_to_post_and_with_it(
    services: Services, channel: Destination
) -> None:
    await services.channels.pause(channel.id, BY)
    await services.connections.barred(CHANNEL)
    back = await connect(services)

    assert (back.is_back, back.settings.channel.state) == (False, DestinationState.PAUSED)


async def test_a_channel_nobody_knows_cannot_be_lost(services: Services) -> None:
    assert await services.connections.disconnected(CHANNEL) is None


async def test_a_person_who_blocks_the_bot_is_no_lost_channel(services: Services) -> None:
    await services.subscribers.start(ALICE, "ru")

    assert await services.connections.disconnected(ALICE) is None


async def test_a_renamed_channel_is_listed_under_its_new_title(services: Services, channel: Destination) -> None:
    await services.connections.renamed(CHANNEL, "Вечер")
    await services.connections.renamed(CHANNEL - 1, "Чужой")

    listed = await services.connections.administered_by(CAMILLA)
    assert [(each.id, each.title) for each in listed] == [(channel.id, "Вечер")]


async def test_others_see_the_channel_among_those_of_others(services: Services, channel: Destination) -> None:
    assert await services.connections.administered_by(ALICE) == []
    assert [each.id for each in await services.connections.others(ALICE)] == [channel.id]
    assert await services.connections.others(CAMILLA) == []


async def test_who_was_found_to_administer_a_channel_is_remembered_until_they_no_longer_do(
    services: Services, channel: Destination
) -> None:
    await services.connections.administers(ALICE, [channel.id])
    await services.connections.administers(ALICE, [channel.id])
    found = await services.connections.administered_by(ALICE)
    unknown = await services.connections.others(ALICE)
    await services.connections.administers_no_more(ALICE, channel.id)

    assert ([each.id for each in found], unknown) == ([channel.id], [])
    assert await services.connections.administered_by(ALICE) == []


async def test_who_connected_a_channel_finds_it_still_when_it_is_linked_to_another(
    services: Services, channel: Destination
) -> None:
    await services.connections.linked(channel.id, BOBS)

    for person in (CAMILLA, BOB):
        assert [each.id for each in await services.connections.administered_by(person)] == [channel.id]


async def test_a_group_that_moved_keeps_what_is_set(services: Services) -> None:
    group = (await connect(services, GROUP)).settings.channel
    await services.channels.choose(group.id, FOOTBALL, BY, is_wanted=True)

    await services.connections.moved(GROUP, SUPERGROUP)
    await services.connections.moved(GROUP, SUPERGROUP)

    moved = await found(services, SUPERGROUP)
    assert (moved.id, moved.state) == (group.id, DestinationState.ACTIVE)
    assert await services.connections.find(GROUP) is None


@pytest.mark.parametrize("is_left_first", [True, False], ids=["left the old one", "told of the new one alone"])
async def test_a_group_that_moved_is_the_same_though_the_new_one_was_heard_of_first(
    services: Services, *, is_left_first: bool
) -> None:
    group = (await connect(services, GROUP)).settings.channel
    await services.channels.choose(group.id, FOOTBALL, BY, is_wanted=True)
    if is_left_first:
        await services.connections.disconnected(GROUP)
    await connect(services, SUPERGROUP)

    await services.connections.moved(GROUP, SUPERGROUP)

    moved = await found(services, SUPERGROUP)
    assert (moved.id, moved.state) == (group.id, DestinationState.ACTIVE)
    assert [each.id for each in await services.connections.administered_by(CAMILLA)] == [group.id]


async def test_a_supergroup_that_was_set_up_already_keeps_its_own_settings(services: Services) -> None:
    await connect(services, GROUP)
    new = (await connect(services, SUPERGROUP)).settings.channel
    await services.channels.choose(new.id, FOOTBALL, BY, is_wanted=True)

    await services.connections.moved(GROUP, SUPERGROUP)

    assert (await found(services, SUPERGROUP)).id == new.id
    assert (await found(services, GROUP)).state is DestinationState.GONE


async def test_each_channel_is_due_for_a_look_once_a_day_the_longest_unseen_first(
    services: Services, clock: MovableClock
) -> None:
    first = (await connect(services)).settings.channel
    clock.advance(3600)
    second = (await connect(services, CHANNEL - 1)).settings.channel
    at_once = await services.connections.to_look_at()
    clock.advance(24 * 3600)
    seen: list[DestinationId] = []
    while (due := await services.connections.to_look_at()) is not None:
        seen.append(due.id)
        await services.connections.looked_at(due.id)

    assert at_once is None
    assert seen == [first.id, second.id]


async def test_a_lost_channel_is_looked_at_too_and_a_person_is_not(services: Services, clock: MovableClock) -> None:
    await services.subscribers.start(ALICE, "ru")
    channel = (await connect(services)).settings.channel
    await services.connections.disconnected(CHANNEL)
    clock.advance(24 * 3600)

    due = await services.connections.to_look_at()

    assert due is not None
    assert due.id == channel.id


async def test_what_gave_way_to_a_moved_group_is_never_looked_at(
    services: Services, newsroom: Database, clock: MovableClock
) -> None:
    group = (await connect(services, GROUP)).settings.channel
    await connect(services, SUPERGROUP)
    await services.connections.moved(GROUP, SUPERGROUP)
    clock.advance(24 * 3600)

    due = await services.connections.to_look_at()
    assert due is not None
    assert due.id == group.id
    await services.connections.looked_at(due.id)
    assert await services.connections.to_look_at() is None
    async with newsroom.transaction() as tx:
        assert await tx.destinations.by_chat(GROUP) is None
