from bot.domain.destination import DestinationState
from bot.sandbox.client import Person
from tests.handlers.conftest import Newsroom


async def test_stopping_says_what_happens_and_how_to_return(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    await alice.sends("/stop")

    message = await alice.sees("Новости остановлены")
    assert "/start" in message.text
    await newsroom.comes_to(alice.id, DestinationState.PAUSED)


async def test_who_blocks_the_bot_gets_nothing_until_they_unblock(alice: Person, newsroom: Newsroom) -> None:
    await alice.sends("/start")
    await alice.sees("Здравствуйте")
    await alice.blocks_bot()
    await newsroom.comes_to(alice.id, DestinationState.GONE)
    await alice.unblocks_bot()
    await newsroom.comes_to(alice.id, DestinationState.ACTIVE)
