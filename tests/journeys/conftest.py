"""Journeys run on a clock that flows, and can be moved as well."""

from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from bot.sandbox.client import Person, SandboxClient


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


async def publishes_in_russian(camilla: Person) -> None:
    """From the open menu of a channel, which is in Azerbaijani, and back to it."""
    await camilla.taps("Dil")
    await camilla.taps("Русский")
    await camilla.taps("‹ Kanalın menyusu")


async def takes_rubric(camilla: Person, rubric: str) -> None:
    """From the open menu of a channel, and back to it."""
    await camilla.taps("Rubrikalar")
    await camilla.taps(rubric)
    await camilla.taps("‹ Kanalın menyusu")
