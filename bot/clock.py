"""The only source of time, and the signal that shortens a wait. Every stage and the sandbox are given one."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...

    def when_moved(self, callback: Callable[[], None]) -> None:
        """Have `callback` called each time somebody moves the clock by hand; the real one never is."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    def when_moved(self, callback: Callable[[], None]) -> None:
        """Never moved by hand, so there is nothing to call."""


class MovableClock:
    """Runs at the pace of real time (or stands still with `frozen`) and can be moved forward; sleepers notice."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._began = datetime.now(UTC)
        self._start = start or self._began
        self._frozen = frozen
        self._moved_by = timedelta()
        self._moved = asyncio.Event()
        self._callbacks: list[Callable[[], None]] = []

    def now(self) -> datetime:
        flowed = timedelta() if self._frozen else datetime.now(UTC) - self._began
        return self._start + flowed + self._moved_by

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        while (left := (until - self.now()).total_seconds()) > 0:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes in the moment of a move.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if self._frozen else left):
                    await self._moved.wait()

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("Time moves forward only.")
        self._moved_by += timedelta(seconds=seconds)
        self._moved.set()
        self._moved = asyncio.Event()
        for callback in self._callbacks:
            callback()

    def when_moved(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)


class Signal:
    """Wakes one stage: `while await signal.wait(): …`. Losing one is harmless, since the stage asks the store what is due."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._closed = False

    def set(self) -> None:
        self._event.set()

    def close(self) -> None:
        """Let the stage finish what is in flight and return."""
        self._closed = True
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Somebody called since the last wait ended."""
        return self._event.is_set()

    @property
    def is_closed(self) -> bool:
        return self._closed

    async def wait(self) -> bool:
        """True: there may be work. False: the stage should return."""
        await self._event.wait()
        if not self._closed:
            self._event.clear()
        return not self._closed
