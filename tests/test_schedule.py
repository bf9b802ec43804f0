"""Ticks that wake the stages."""

import asyncio
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.clock import MovableClock, Signal
from bot.schedule import Schedule, Tick
from tests.cast import BAKU

SOON = timedelta(seconds=0.02)


async def test_each_tick_wakes_its_stage_again_and_again() -> None:
    plan, send = Signal(), Signal()
    schedule = Schedule(
        [Tick(name="plan", every=SOON, wake=plan.set), Tick(name="send", every=SOON, wake=send.set)], BAKU
    )

    schedule.start()
    async with asyncio.timeout(5):
        for _ in range(3):
            assert await plan.wait()
            assert await send.wait()
    schedule.stop()


async def test_of_two_processes_that_start_together_each_is_first_at_times() -> None:
    woken: list[str] = []
    schedules = [
        Schedule([Tick(name="poll", every=SOON, wake=partial(woken.append, process))], BAKU) for process in "ab"
    ]

    for schedule in schedules:
        schedule.start()
    await MovableClock().sleep(100 * SOON.total_seconds())
    for schedule in schedules:
        schedule.stop()

    # In step, each would follow the other for ever.
    assert {"aa", "bb"} <= {first + second for first, second in pairwise(woken)}


async def test_nothing_is_woken_before_the_start_and_after_the_stop() -> None:
    clock, plan = MovableClock(), Signal()
    woken: list[str] = []

    def wake() -> None:
        woken.append("plan")
        plan.set()

    schedule = Schedule([Tick(name="plan", every=SOON, wake=wake)], BAKU)
    await clock.sleep(0.05)
    assert woken == []

    schedule.start()
    async with asyncio.timeout(5):
        await plan.wait()
    schedule.stop()
    await clock.sleep(0)
    count = len(woken)
    await clock.sleep(0.1)

    assert len(woken) == count


async def test_a_tick_that_fails_keeps_no_other_from_its_work(caplog: pytest.LogCaptureFixture) -> None:
    send = Signal()

    def fail() -> None:
        raise RuntimeError("The stage is gone.")

    schedule = Schedule([Tick(name="plan", every=SOON, wake=fail), Tick(name="send", every=SOON, wake=send.set)], BAKU)
    schedule.start()
    async with asyncio.timeout(5):
        for _ in range(3):
            await send.wait()
    schedule.stop()

    assert "The stage is gone." in caplog.text
