"""The whole bot where Telegram refuses a part of it, and what it does with its memory."""

import asyncio
import gc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import spare_what_is_loaded
from bot.clock import MovableClock
from bot.domain.language import Language
from bot.sandbox.client import SandboxClient
from bot.sandbox.server import Sandbox
from tests.running import running


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["429", "500", "502_html", "reset_before"])
async def test_a_command_menu_that_cannot_be_set_at_first_is_set_later(
    sandbox: Sandbox,
    telegram: SandboxClient,
    clock: MovableClock,
    database_url: str,
    tmp_path: Path,
    kind: str,
) -> None:
    await telegram.faults(kind, method="setMyCommands")

    async with running(sandbox, clock, tmp_path, database_url=database_url):
        async with asyncio.timeout(10):
            # One for every language, and one for the others.
            while sum(call.is_ok for call in await telegram.calls("setMyCommands")) < 1 + len(Language):
                clock.advance(10)
                await clock.sleep(0.02)

    first, *others = await telegram.calls("setMyCommands")
    assert not first.is_ok
    assert all(call.is_ok for call in others)


def test_what_the_process_has_loaded_is_not_looked_through_for_garbage() -> None:
    loaded = len(gc.get_objects())
    try:
        spare_what_is_loaded()
        assert gc.get_freeze_count() > loaded / 2
        assert len(gc.get_objects()) < loaded / 10
    finally:
        gc.unfreeze()
