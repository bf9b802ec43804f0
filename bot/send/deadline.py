"""A time limit that many tasks share: `with deadline:`, as asyncio.timeout, but without a timer for each of them.

Such a timer took a twelfth of the processor time of a call.
"""

import asyncio
from types import TracebackType


class Deadline:
    """After `seconds` what a task does inside ends with TimeoutError. One task is inside once at a time.

    All have the same time, so who came first is the next whose time is up, and one timer does for all.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        # In the order of their coming; whoever ran out of time is no longer among them.
        self._until: dict[asyncio.Task[object], float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        self._until[_this_task()] = until = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_at(until, self._expire)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        task = _this_task()
        # Somebody else may have cancelled it too, and that goes first.
        if self._until.pop(task, None) is None and task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _expire(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer, now = None, loop.time()
        for task, until in list(self._until.items()):
            if until > now:
                self._timer = loop.call_at(until, self._expire)
                break
            del self._until[task]
            task.cancel()


def _this_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101, a call is made in a task
    return task
