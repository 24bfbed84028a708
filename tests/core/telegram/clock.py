"""An event loop whose time jumps to when something is due next, so that waits of hours take no time."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.SelectSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is due any more, and somebody still waits")
        self.now += max(0.0, timeout)
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """Works like any other; its time is that of its timers alone."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def played(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; raises RuntimeError when all that is left waits for ever."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)


def now() -> float:
    """Tell the time of the running loop, in seconds from its start."""
    return asyncio.get_running_loop().time()


async def pass_time(seconds: float) -> None:
    """Let so much of the loop's own time go by; only here, where it takes none."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    assert isinstance(loop, JumpingLoop)
    loop.call_later(seconds, over.set)
    await over.wait()
