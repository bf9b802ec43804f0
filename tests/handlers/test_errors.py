import asyncio
import logging

import pytest

from bot.sandbox.client import Person, SandboxClient
from tests.handlers.conftest import Newsroom


async def breaks(newsroom: Newsroom) -> None:
    """The database loses a table: a fault of ours, whatever a person does."""
    async with newsroom.database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE article_rubrics")


async def test_a_fault_of_ours_is_an_apology_and_a_log_entry_without_the_persons_words(
    alice: Person, newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    await newsroom.publishes("Матч окончен")
    await breaks(newsroom)
    await alice.sends("/latest секрет")

    await alice.sees("Что-то пошло не так")
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "секрет" not in caplog.text


async def test_a_tap_meets_the_same_apology_as_a_toast(
    telegram: SandboxClient, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await alice.sends("/language")
    await alice.sees("На каком языке")
    await telegram.faults("500", method="editMessageText")

    assert "Что-то пошло не так" in await alice.taps("English")
    assert [record.exc_info for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_who_blocked_the_bot_meanwhile_costs_a_warning(
    telegram: SandboxClient, alice: Person, bob: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.faults("403_blocked", method="sendMessage", chat_id=alice.id)
    await alice.sends("/help")
    await bob.sends("/help")

    await bob.sees("These are the commands")
    assert [record.levelname for record in caplog.records if "blocked the bot" in record.getMessage()] == ["WARNING"]


async def test_a_tap_too_old_to_be_answered_still_does_its_work(telegram: SandboxClient, alice: Person) -> None:
    await alice.sends("/rubrics")
    message, button = await alice.sees_button("Футбол")
    await telegram.faults(
        "error",
        method="answerCallbackQuery",
        description="Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    async with asyncio.TaskGroup() as group:
        # The sandbox waits for an answer, which never comes.
        tap = group.create_task(alice.presses(message, button.callback_data or ""))
        await alice.sees_button("✓ ⚽ Футбол")
        tap.cancel()

    await alice.does_not_see("Что-то пошло не так")
