"""A channel or group chosen in Telegram's own keyboard."""

import pytest

from bot.domain.destination import DestinationState
from bot.sandbox.client import Channel, Person, SandboxError
from bot.sandbox.server import Sandbox
from tests.handlers.conftest import Newsroom

CHANNEL_KEY, GROUP_KEY = "📢 Выбрать канал", "👥 Выбрать группу"


@pytest.fixture
async def keyboard(alice: Person) -> None:
    await alice.sends("/start")
    await alice.sends("/channels")
    await alice.taps("Выбрать из моих")
    message = await alice.sees("Выберите внизу канал или группу")
    assert message.keys == (CHANNEL_KEY, GROUP_KEY, "Не сейчас")


@pytest.mark.usefixtures("keyboard")
async def test_a_chosen_channel_is_connected_and_told_once(alice: Person) -> None:
    channel = await alice.creates_channel("Вести")
    await alice.shares(channel, CHANNEL_KEY)
    await alice.sees("Смотрю, всё ли готово в «Вести»")
    await alice.sees("Канал «Вести» подключён.\nПрав хватает на всё.")
    await alice.sends("/help")
    await alice.sees("Вот команды")

    assert len([post for post in await alice.posts() if "подключён" in post.text]) == 1
    assert await channel.bot_status() == "administrator"


@pytest.mark.usefixtures("keyboard")
async def test_a_chosen_group_is_connected(alice: Person) -> None:
    group = await alice.creates_group("Болельщики", is_super=True)
    await alice.shares(group, GROUP_KEY)

    await alice.sees("Группа «Болельщики» подключена.\nПрав хватает на всё.")


@pytest.mark.usefixtures("keyboard")
async def test_a_channel_that_was_connected_long_ago_is_shown(alice: Person, newsroom: Newsroom) -> None:
    channel = await alice.creates_channel("Вести")
    await alice.promotes_bot(channel)
    first = await alice.sees("Канал «Вести» подключён")
    newsroom.clock.advance(3600)
    await alice.shares(channel, CHANNEL_KEY)

    await alice.sees("Канал «Вести» подключён", after=first)


@pytest.mark.usefixtures("keyboard")
async def test_who_decides_otherwise_goes_on_without(alice: Person) -> None:
    await alice.sends("Не сейчас")

    await alice.sees("Отменено")


@pytest.mark.usefixtures("keyboard")
async def test_a_forged_choice_connects_nothing(
    alice: Person, bob: Person, sandbox: Sandbox, newsroom: Newsroom
) -> None:
    await bob.sends("/start")
    foreign = await bob.creates_channel("Чужой")
    await bob.promotes_bot(foreign)
    await bob.sees("connected")
    await claims(alice, foreign, sandbox)
    await alice.sees("Настраивать канал могут его администраторы")

    await alice.does_not_see("подключён")
    found = await newsroom.destination(foreign.id)
    assert found is not None
    assert (found.connected_by, found.state) == (bob.id, DestinationState.ACTIVE)


@pytest.mark.usefixtures("keyboard")
async def test_where_the_bot_is_not_it_says_so(alice: Person, sandbox: Sandbox) -> None:
    await claims(alice, await alice.creates_channel("Вести"), sandbox)

    await alice.sees("Меня нет в «Вести»")


@pytest.mark.usefixtures("keyboard")
async def test_telegram_offers_no_channel_in_which_one_may_appoint_nobody(alice: Person, bob: Person) -> None:
    channel = await bob.creates_channel("Вести")
    await alice.becomes_administrator(channel)

    with pytest.raises(SandboxError, match="lacks the rights"):
        await alice.shares(channel, CHANNEL_KEY)


async def claims(person: Person, channel: Channel, sandbox: Sandbox) -> None:
    """A choice that Telegram never offered."""
    user = {"id": person.id, "is_bot": False, "first_name": "Alice", "language_code": "ru"}
    chat = {"id": person.id, "type": "private", "first_name": "Alice"}
    choice = {"request_id": 1, "chat_id": channel.id, "title": channel.title}
    message = {"message_id": 900, "date": 1772431200, "from": user, "chat": chat, "chat_shared": choice}
    sandbox.telegram.world.updates.add("message", message, f"chat {person.id}")
