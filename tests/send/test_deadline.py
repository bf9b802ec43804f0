"""The limit that many calls share."""

import asyncio

import pytest

from bot.clock import SystemClock
from bot.send.deadline import Deadline

SECONDS = 0.05


async def test_each_has_its_own_time_from_when_it_came() -> None:
    deadline, clock = Deadline(SECONDS), SystemClock()
    with deadline:
        pass
    await clock.sleep(SECONDS / 2)
    began = clock.now()

    with pytest.raises(TimeoutError), deadline:
        await asyncio.Event().wait()

    assert (clock.now() - began).total_seconds() > SECONDS * 0.9


async def test_one_that_is_late_does_not_end_the_others() -> None:
    deadline, clock = Deadline(SECONDS), SystemClock()
    is_late = asyncio.Event()

    async def late() -> None:
        with pytest.raises(TimeoutError), deadline:
            await asyncio.Event().wait()
        is_late.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(late())
        await clock.sleep(SECONDS / 2)
        # When the time of the first is up, this one has some left.
        with deadline:
            await is_late.wait()


async def test_who_is_cancelled_by_somebody_else_is_not_late() -> None:
    deadline, clock = Deadline(60), SystemClock()

    async def waits() -> None:
        with deadline:
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(waits())
        await clock.sleep(0)
        task.cancel()
    assert task.cancelled()
