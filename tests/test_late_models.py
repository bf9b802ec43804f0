"""Telegram's types at a start, in a process that has not used any yet."""

import asyncio
import sys

START = """
import bot.app
from aiogram.types import Message, Update

assert not Message.__pydantic_complete__
user = {"id": 1, "is_bot": False, "first_name": "Alice"}
chat = {"id": 1, "type": "private"}
update = Update.model_validate({"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": chat, "from": user}})
assert isinstance(update.message, Message)
assert update.message.from_user.first_name == "Alice"
"""


async def test_a_start_prepares_none_of_them_and_each_is_ready_when_it_is_used() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", START, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
