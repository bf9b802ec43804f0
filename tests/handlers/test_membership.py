import pytest

from bot.domain.destination import DestinationState
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.handlers.conftest import Newsroom

GROUP = -1002000000001


async def test_who_makes_the_bot_administrator_gets_the_menu_in_private(alice: Person) -> None:
    await alice.sends("/start")
    channel = await alice.creates_channel("Вести <и> мир")
    await alice.promotes_bot(channel)

    menu = await alice.sees("Канал «Вести <и> мир» подключён")
    assert "Рубрики: ни одной" in menu.text
    assert {"Рубрики", "✓ Статьи", "Тикер", "Пауза"} <= set(menu.button_texts)
    assert "channels" in await alice.commands()


async def test_who_never_started_the_bot_gets_the_menu_at_their_start(alice: Person, newsroom: Newsroom) -> None:
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel)
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вести")
    before = await alice.posts()
    await alice.sends("/start")
    await alice.sees("Канал «Вести» подключён")
    first = await alice.sees("Канал «Вести» подключён")
    await alice.sends("/start")
    await alice.sees("Снова здравствуйте")

    assert before == []
    assert [post.message_id for post in await alice.posts() if "подключён" in post.text] == [first.message_id]


@pytest.mark.usefixtures("channel")
async def test_the_menu_is_not_repeated_at_the_next_start(camilla: Person) -> None:
    menus = [post for post in await camilla.posts() if "kanalı qoşuldu" in post.text]
    await camilla.sends("/start")
    await camilla.sees("Yenidən salam")

    assert [post for post in await camilla.posts() if "kanalı qoşuldu" in post.text] == menus


async def test_a_missing_right_is_named(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel, {"can_post_messages": False})

    await alice.sees("мне не хватает права «Публикация сообщений»")
    assert await newsroom.destination(channel.id) is None


async def test_a_right_given_later_connects_and_one_taken_away_pauses_until_it_is_back(
    alice: Person, newsroom: Newsroom
) -> None:
    await alice.sends("/start")
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel, {"can_post_messages": False})
    await alice.sees("не хватает права")
    await alice.promotes_bot(channel, {"can_post_messages": True})
    connected = await alice.sees("Канал «Вести» подключён")
    await alice.promotes_bot(channel, {"can_post_messages": False})

    await alice.sees("не хватает права", after=connected)
    await newsroom.comes_to(channel.id, DestinationState.BARRED, "Вести")
    await alice.promotes_bot(channel, {"can_post_messages": True})

    await alice.sees("право вернулось")
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вести")


async def test_who_connected_the_channel_is_told_in_their_language_that_a_right_is_missing_and_once(
    camilla: Person, bob: Person, channel: Channel
) -> None:
    await bob.sends("/start")
    await bob.sees("Hello")
    await bob.becomes_administrator(channel)
    await bob.promotes_bot(channel, {"can_post_messages": False})
    told = await camilla.sees("mənə «Mesaj dərc etmək» hüququ çatmır")
    await bob.promotes_bot(channel, {"can_post_messages": False, "can_pin_messages": True})
    await bob.sends("/help")
    await bob.sees("These are the commands")

    assert [post.message_id for post in await camilla.posts() if "çatmır" in post.text] == [told.message_id]
    await bob.does_not_see("Post Messages")


async def test_a_channel_paused_by_a_person_stays_paused_when_the_right_returns(
    camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    await camilla.taps("Fasilə")
    await camilla.sees("⏸ Fasilə")
    await camilla.promotes_bot(channel, {"can_post_messages": False})
    await camilla.promotes_bot(channel, {"can_post_messages": True})
    await camilla.sends("/help")
    await camilla.sees("Əmrlər")

    await newsroom.comes_to(channel.id, DestinationState.PAUSED, "Репортаж")


async def test_the_menu_of_a_channel_without_the_right_says_so(camilla: Person, channel: Channel) -> None:
    await camilla.promotes_bot(channel, {"can_post_messages": False})
    await camilla.sees("hüququ çatmır")
    await camilla.sends("/channels")
    await camilla.taps("⏸ Репортаж")

    await camilla.sees("🔒 Hazırda burada dərc edə bilmirəm")


async def test_other_rights_change_without_a_word(camilla: Person, channel: Channel) -> None:
    before = await camilla.posts()
    await camilla.promotes_bot(channel, {"can_pin_messages": True})
    await camilla.sends("/help")
    await camilla.sees("Əmrlər")

    assert len(await camilla.posts()) == len(before) + 1


@pytest.mark.parametrize("banned", [True, False], ids=["kicked", "removed"])
async def test_who_connected_the_channel_is_told_when_it_is_lost(
    camilla: Person, channel: Channel, newsroom: Newsroom, *, banned: bool
) -> None:
    await camilla.dismisses_bot(channel, banned=banned)

    await camilla.sees("«Репортаж» kanalı ayrıldı")
    await newsroom.comes_to(channel.id, DestinationState.GONE, "Репортаж")


async def test_a_channel_that_returns_has_its_rubrics(camilla: Person, channel: Channel) -> None:
    await camilla.taps("Rubrikalar")
    await camilla.taps("Futbol")
    await camilla.sees("Rubrikalar: 1 seçilib")
    await camilla.dismisses_bot(channel, banned=False)
    lost = await camilla.sees("kanalı ayrıldı")
    await camilla.promotes_bot(channel)

    menu = await camilla.sees("kanalı qoşuldu", after=lost)
    assert "Rubrikalar: 1 seçilib" in menu.text


async def test_a_new_title_is_taken_over(
    sandbox: Sandbox, camilla: Person, channel: Channel, newsroom: Newsroom
) -> None:
    chat = {"id": channel.id, "type": "channel", "title": "Вечер"}
    post = {"message_id": 900, "date": 1772431200, "chat": chat, "sender_chat": chat, "new_chat_title": "Вечер"}
    sandbox.telegram.world.updates.add("channel_post", post, f"chat {channel.id}")
    await newsroom.comes_to(channel.id, DestinationState.ACTIVE, "Вечер")
    await camilla.sends("/channels")

    await camilla.sees_button("Вечер")


async def test_in_a_group_the_bot_says_once_that_it_works_elsewhere(
    sandbox: Sandbox, telegram: SandboxClient, alice: Person
) -> None:
    member = {"user": {"id": 7000, "is_bot": True, "first_name": "Rubrika"}}
    event = {
        "chat": {"id": GROUP, "type": "supergroup", "title": "Болельщики"},
        "from": {"id": alice.id, "is_bot": False, "first_name": "Alice", "language_code": "ru"},
        "date": 1772431200,
        "old_chat_member": {**member, "status": "left"},
        "new_chat_member": {**member, "status": "member"},
    }
    sandbox.telegram.world.updates.add("my_chat_member", event, f"chat {GROUP}")
    sandbox.telegram.world.updates.add(
        "my_chat_member",
        {**event, "old_chat_member": event["new_chat_member"], "new_chat_member": event["old_chat_member"]},
        f"chat {GROUP}",
    )
    # One person's updates are handled in their order: what follows comes after both.
    await alice.sends("/help")
    await alice.sees("Вот команды")

    assert [call.chat_id for call in await telegram.calls("sendMessage")].count(GROUP) == 1
