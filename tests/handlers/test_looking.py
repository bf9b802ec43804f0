"""The daily look at each channel, which finds what Telegram did not announce."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.domain.destination import DestinationState
from bot.handlers.channel.looking import Looks
from bot.i18n import I18n
from bot.sandbox.client import Channel, Person, SandboxClient
from bot.sandbox.server import Sandbox
from tests.handlers.conftest import Newsroom
from tests.sandbox.conftest import PlainSession

DAY = 24 * 3600


@pytest.fixture
async def looks(sandbox: Sandbox, newsroom: Newsroom, i18n: I18n) -> AsyncIterator[Looks]:
    async def leisure() -> None:
        return

    session = PlainSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(sandbox.token, session=session).context() as connected:
        yield Looks(
            bot=connected,
            services=newsroom.services,
            i18n=i18n,
            clock=newsroom.clock,
            leisure=leisure,
            is_ours=lambda: True,
        )


@pytest.fixture
async def unheard(sandbox: Sandbox, channel: Channel) -> Channel:
    """Of what happens to this channel from now on no update reaches us, as after more than a day without the bot."""
    sandbox.telegram.world.updates.add = lambda *_: None  # type: ignore[method-assign]
    return channel


async def seen(newsroom: Newsroom, channel: Channel) -> tuple[DestinationState, str, str, tuple[str, ...]]:
    found = await newsroom.destination(channel.id)
    assert found is not None
    return found.state, found.title, found.username, found.lacks


async def test_a_new_title_name_and_lost_rights_are_found(
    camilla: Person, unheard: Channel, newsroom: Newsroom, looks: Looks
) -> None:
    await camilla.renames(unheard, "Вечер")
    await camilla.sets_username(unheard, "vecher")
    await camilla.promotes_bot(unheard, {"can_delete_messages": False})
    newsroom.clock.advance(DAY)
    await looks.look_at_one()
    public = await seen(newsroom, unheard)
    await camilla.sets_username(unheard, "")
    newsroom.clock.advance(DAY)
    await looks.look_at_one()

    assert public == (DestinationState.ACTIVE, "Вечер", "vecher", ("delete",))
    assert (await seen(newsroom, unheard))[2] == ""


@pytest.mark.parametrize("banned", [True, False], ids=["kicked", "removed"])
async def test_a_channel_that_was_lost_unheard_is_told_to_who_connected_it(
    camilla: Person, unheard: Channel, newsroom: Newsroom, looks: Looks, *, banned: bool
) -> None:
    await camilla.dismisses_bot(unheard, banned=banned)
    newsroom.clock.advance(DAY)
    await looks.look_at_one()
    told = await camilla.sees("«Репортаж» kanalı ayrıldı")
    newsroom.clock.advance(DAY)
    await looks.look_at_one()

    assert (await seen(newsroom, unheard))[0] is DestinationState.GONE
    assert [post.message_id for post in await camilla.posts() if "ayrıldı" in post.text] == [told.message_id]


async def test_a_channel_that_came_back_unheard_is_connected_again(
    camilla: Person, unheard: Channel, newsroom: Newsroom, looks: Looks
) -> None:
    await newsroom.services.connections.disconnected(unheard.id)
    before = await camilla.sees("kanalı qoşuldu")
    newsroom.clock.advance(DAY)
    await looks.look_at_one()

    await camilla.sees("«Репортаж» kanalı qoşuldu", after=before)
    assert (await seen(newsroom, unheard))[0] is DestinationState.ACTIVE


async def test_a_group_that_moved_unheard_is_followed(
    sandbox: Sandbox, alice: Person, newsroom: Newsroom, looks: Looks
) -> None:
    await alice.sends("/start")
    group = await alice.creates_group("Болельщики")
    await alice.promotes_bot(group)
    await alice.sees("подключена")
    sandbox.telegram.world.updates.add = lambda *_: None  # type: ignore[method-assign]
    supergroup = await alice.upgrades(group)
    newsroom.clock.advance(DAY)
    await looks.look_at_one()

    assert (await seen(newsroom, supergroup))[0] is DestinationState.ACTIVE


async def test_a_look_is_taken_once_a_day(
    telegram: SandboxClient, newsroom: Newsroom, looks: Looks, channel: Channel
) -> None:
    await looks.look_at_one()
    at_once = await telegram.calls("getChat")
    newsroom.clock.advance(DAY)
    await looks.look_at_one()
    await looks.look_at_one()

    calls = await telegram.calls("getChat")
    assert (at_once, [call.chat_id for call in calls]) == ([], [channel.id])


async def test_while_telegram_does_not_answer_nothing_is_taken_for_lost(
    telegram: SandboxClient, newsroom: Newsroom, looks: Looks, channel: Channel
) -> None:
    newsroom.clock.advance(DAY)
    await telegram.faults("500", method="getChat")
    await looks.look_at_one()
    await looks.look_at_one()
    after_failure = await telegram.calls("getChat")
    newsroom.clock.advance(61)
    await looks.look_at_one()

    assert (await seen(newsroom, channel))[0] is DestinationState.ACTIVE
    assert (len(after_failure), len(await telegram.calls("getChat"))) == (1, 2)
