"""One-time codes, posted by administrators whom Telegram does not name."""

import re

import pytest

from bot.domain.destination import DestinationState
from bot.sandbox.client import Channel, Person
from tests.handlers.conftest import Newsroom


async def asks_for_code(person: Person) -> str:
    await person.sends("/channels")
    await person.taps("Канала нет в списке")
    message = await person.sees("подтвердите канал кодом")
    found = re.search(r"/rubrika \d{4}-\d{4}", message.text)
    assert found is not None
    return found[0]


@pytest.fixture
async def strange(alice: Person, olga: Person, newsroom: Newsroom) -> Channel:
    """Olga's channel; the bot came there anonymously. Alice administers it and nobody told us."""
    await alice.sends("/start")
    channel = await olga.creates_channel("Вести")
    await alice.becomes_administrator(channel)
    await olga.promotes_bot(channel, anonymously=True)
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вести")
    return channel


async def linked_to(channel: Channel, newsroom: Newsroom) -> int | None:
    found = await newsroom.destination(channel.id)
    return found.connected_by if found is not None else None


@pytest.mark.parametrize("wording", ["{}", "rubrika {digits}", "RUBRIKA {bare}"], ids=["slash", "plain", "no hyphen"])
async def test_the_code_links_the_channel_to_its_person_and_is_deleted(
    alice: Person, strange: Channel, newsroom: Newsroom, wording: str
) -> None:
    code = await asks_for_code(alice)
    digits = code.removeprefix("/rubrika ")
    await alice.posts_in(strange, wording.format(code, digits=digits, bare=digits.replace("-", "")))

    await alice.sees("Канал «Вести» подключён")
    assert await linked_to(strange, newsroom) == alice.id
    assert await strange.messages() == []


async def test_a_code_posted_by_an_anonymous_administrator_connects_a_group(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики", is_super=True)
    await alice.promotes_bot(group, anonymously=True)
    await newsroom.comes_to(group.id, DestinationState.ACTIVE, "Болельщики")
    await alice.says_in(group, await asks_for_code(alice), anonymously=True)

    await alice.sees("Группа «Болельщики» подключена")
    assert await linked_to(group, newsroom) == alice.id
    (greeting,) = await group.messages()
    assert "настраивает её администратор" in greeting.text


async def test_a_bot_that_is_a_plain_member_hears_a_code_with_a_slash_and_says_that_it_stays(
    alice: Person, bob: Person, newsroom: Newsroom
) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики", bob, is_super=True)
    await bob.adds_bot(group)
    await newsroom.comes_to(group.id, DestinationState.ACTIVE, "Болельщики")
    await alice.says_in(group, await asks_for_code(alice), anonymously=True)

    await alice.sees("Код в «Болельщики» я удалить не могу")
    assert await linked_to(group, newsroom) == alice.id


async def test_a_code_that_may_not_be_deleted_is_told_to_stay(alice: Person, olga: Person, strange: Channel) -> None:
    await olga.promotes_bot(strange, {"can_delete_messages": False})
    await alice.posts_in(strange, await asks_for_code(alice))

    await alice.sees("Код в «Вести» я удалить не могу, не хватает права")


async def test_a_code_connects_a_channel_of_which_nothing_was_heard(
    alice: Person, newsroom: Newsroom, strange: Channel
) -> None:
    await newsroom.services.connections.disconnected(strange.id)
    await alice.posts_in(strange, await asks_for_code(alice))

    await alice.sees("Канал «Вести» подключён")
    assert await linked_to(strange, newsroom) == alice.id


async def test_a_used_code_does_nothing(alice: Person, strange: Channel, newsroom: Newsroom) -> None:
    code = await asks_for_code(alice)
    await alice.posts_in(strange, code)
    await alice.sees("Канал «Вести» подключён")
    other = await alice.creates_channel("Другой")
    await alice.promotes_bot(other, anonymously=True)
    await newsroom.comes_to(other.id, DestinationState.ACTIVE, "Другой")
    await alice.posts_in(other, code)
    await alice.renames(other, "Третий")
    await newsroom.comes_to(other.id, DestinationState.ACTIVE, "Третий")

    assert await linked_to(other, newsroom) is None
    assert [post.text for post in await other.messages()][:1] == [code]


async def test_a_wrong_and_an_old_code_do_nothing(alice: Person, strange: Channel, newsroom: Newsroom) -> None:
    code = await asks_for_code(alice)
    newsroom.clock.advance(16 * 60)
    await alice.posts_in(strange, code)
    await alice.posts_in(strange, "/rubrika 0000-0000")
    await alice.renames(strange, "Вечер")
    await newsroom.comes_to(strange.id, DestinationState.ACTIVE, "Вечер")

    assert await linked_to(strange, newsroom) is None
    assert len(await strange.messages()) == 3


async def test_a_code_in_a_channel_that_is_not_its_persons_connects_nothing_and_is_used_up(
    alice: Person, bob: Person, strange: Channel, newsroom: Newsroom
) -> None:
    code = await asks_for_code(alice)
    foreign = await bob.creates_channel("Чужой")
    await bob.promotes_bot(foreign)
    await newsroom.comes_to(foreign.id, DestinationState.ACTIVE, "Чужой")
    await bob.posts_in(foreign, code)
    await alice.sees("Ваш код появился в «Чужой», но вы там не администратор")
    await alice.posts_in(strange, code)
    await alice.renames(strange, "Вечер")
    await newsroom.comes_to(strange.id, DestinationState.ACTIVE, "Вечер")

    assert await linked_to(foreign, newsroom) == bob.id
    assert await linked_to(strange, newsroom) is None


async def test_a_code_where_the_bot_may_not_post_names_the_missing_right(
    alice: Person, olga: Person, strange: Channel
) -> None:
    await olga.promotes_bot(strange, {"can_post_messages": False})
    await alice.posts_in(strange, await asks_for_code(alice))

    await alice.sees("мне не хватает права «Публикация сообщений»")


async def test_another_code_takes_the_place_of_the_first(alice: Person, strange: Channel, newsroom: Newsroom) -> None:
    first = await asks_for_code(alice)
    await alice.taps("Другой код")
    second = (await alice.sees("подтвердите канал кодом")).text
    await alice.posts_in(strange, first)
    await alice.renames(strange, "Вечер")
    await newsroom.comes_to(strange.id, DestinationState.ACTIVE, "Вечер")

    assert first not in second
    assert await linked_to(strange, newsroom) is None
