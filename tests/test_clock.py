"""Time that stands or flows, and the signal that stages wait for."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock, Signal, SystemClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def test_a_frozen_clock_stands_until_it_is_moved() -> None:
    clock = MovableClock(NOON, frozen=True)
    await clock.sleep(0)
    assert clock.now() == NOON

    clock.advance(90)

    assert clock.now() == NOON + timedelta(seconds=90)


async def test_sleepers_wake_in_the_order_of_their_times_and_not_before() -> None:
    clock = MovableClock(NOON, frozen=True)
    woken: list[int] = []

    async def sleeper(seconds: int) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for seconds in (60, 20, 40):
            group.create_task(sleeper(seconds))
        for expected in ([], [20], [20, 40], [20, 40, 60]):
            clock.advance(19 if not expected else 20)
            for _ in range(5):
                await clock.sleep(0)
            assert woken == expected


async def test_who_sleeps_on_a_flowing_clock_wakes_by_itself() -> None:
    clock = MovableClock(NOON)

    async with asyncio.timeout(5):
        await clock.sleep(0.02)

    assert clock.now() >= NOON + timedelta(seconds=0.02)


async def test_who_sleeps_on_a_flowing_clock_wakes_when_it_is_moved() -> None:
    clock = MovableClock(NOON)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(clock.sleep(3600))
        await clock.sleep(0)
        clock.advance(3600)

    assert clock.now() >= NOON + timedelta(hours=1)


@pytest.mark.parametrize("turns", range(6))
async def test_a_sleeper_who_is_cancelled_in_the_moment_of_a_move_is_cancelled(turns: int) -> None:
    clock = MovableClock(NOON)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep(3600))
        await clock.sleep(0.01)
        clock.advance(1)
        for _ in range(turns):
            await clock.sleep(0)
        sleeper.cancel()

    assert sleeper.cancelled()


@pytest.mark.parametrize("frozen", [True, False])
def test_time_does_not_go_back(*, frozen: bool) -> None:
    clock = MovableClock(NOON, frozen=frozen)
    with pytest.raises(ValueError, match="forward only"):
        clock.advance(-1)

    seen = [clock.now() for _ in range(1000)]

    assert seen == sorted(seen)
    assert seen[0] >= NOON


@pytest.mark.parametrize("seconds", [0, -5])
async def test_a_time_that_has_passed_is_not_waited_for(seconds: float) -> None:
    async with asyncio.timeout(5):
        await MovableClock(NOON, frozen=True).sleep(seconds)
        await SystemClock().sleep(seconds)


def test_who_asked_for_it_is_told_of_each_move() -> None:
    clock = MovableClock(NOON, frozen=True)
    told: list[datetime] = []
    clock.when_moved(lambda: told.append(clock.now()))

    clock.advance(1)
    clock.advance(2)

    assert told == [NOON + timedelta(seconds=1), NOON + timedelta(seconds=3)]


def test_the_clock_of_the_system_knows_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC


async def test_signals_given_before_the_wait_count_once() -> None:
    signal = Signal()
    signal.set()
    signal.set()

    assert await signal.wait()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(signal.wait(), 0.01)


async def test_a_closed_signal_ends_the_stage_whatever_was_signalled() -> None:
    signal = Signal()
    signal.set()
    signal.close()
    signal.set()

    assert not await signal.wait()
    assert not await signal.wait()


async def test_a_stage_that_waits_is_ended() -> None:
    signal = Signal()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        stage = group.create_task(signal.wait())
        await MovableClock(frozen=True).sleep(0)
        signal.close()

    assert stage.result() is False
