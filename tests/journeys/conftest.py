"""Journeys run on a clock that flows, and can be moved as well."""

from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from bot.sandbox.client import Channel, Person, SandboxClient

# To the menu of a channel, in the language of whoever runs it.
WAYS_BACK = {"alice": "‹ Меню канала", "bob": "‹ Channel menu", "camilla": "‹ Kanalın menyusu"}


class News:
    """The newsroom's site. Its feeds are polled every second; moving the clock on spares the wait."""

    def __init__(self, telegram: SandboxClient) -> None:
        self._telegram = telegram

    async def publishes(self, title: str, rubric: str = "Футбол", **fields: object) -> str:
        url = await self._telegram.publishes(title, rubric=rubric, **fields)
        await self._telegram.moves_clock(2)
        return url

    async def corrects(self, url: str, **fields: str) -> None:
        await self._telegram.corrects(url, **fields)
        await self._telegram.moves_clock(2)


@pytest.fixture
def clock() -> MovableClock:
    """From Monday, 2 March 2026, 10:00 in Baku."""
    return MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))


@pytest.fixture
def news(telegram: SandboxClient) -> News:
    return News(telegram)


@pytest.fixture
async def reader(alice: Person) -> Person:
    """alice, who follows football."""
    await alice.sends("/start")
    await alice.taps("Футбол")
    return alice


@pytest.fixture
async def editor(edgar: Person, olga: Person) -> Person:
    """edgar, appointed by olga."""
    await edgar.sends("/start")
    await edgar.sees("Edgar")
    await olga.sends("/start")
    await olga.sees("Olga")
    await olga.sends(f"/editors {edgar.id}")
    await edgar.sees("Вас назначили редактором")
    return edgar


async def connects(administrator: Person, title: str) -> Channel:
    """A new channel of theirs; its menu is open in their chat."""
    await administrator.sends("/start")
    created = await administrator.creates_channel(title)
    await administrator.promotes_bot(created)
    await administrator.sees(title)
    return created


async def publishes_in_russian(camilla: Person) -> None:
    """From the open menu of a channel, which is in Azerbaijani, and back to it."""
    await sets(camilla, "Dil", "Русский")


async def takes_rubric(camilla: Person, rubric: str) -> None:
    """From the open menu of a channel, and back to it."""
    await sets(camilla, "Rubrikalar", rubric)


async def sets(administrator: Person, *buttons: str) -> None:
    """Taps them one after the other, from the open menu of a channel, and goes back to it."""
    for button in buttons:
        await administrator.taps(button)
    await administrator.taps(WAYS_BACK[administrator.title])
