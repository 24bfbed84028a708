"""Divisible: a task of ours in which a plugin's work begins, and which is left to that work when it has to wait."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Divisible(Coroutine[Any, Any, None]):
    """What a task does: `create_task(Divisible(work, moved))`, and `work` awaits `begun(...)` somewhere inside.

    When what has begun so has to wait, it keeps the task, with all that it has bound to it: time limits, task groups.
    The rest of `work` goes on in a new one, of which `moved` is told. What ends at once, as most does, needs none.
    """

    __slots__ = ("_moved", "lent", "work")

    def __init__(self, work: Coroutine[Any, Any, None], moved: "Callable[[asyncio.Task[None]], object]") -> None:
        self.work: Coroutine[Any, Any, Any] = work
        """What the task is at: ours, or what it was left to."""
        self.lent = False
        """Whether a plugin's work has the task."""
        self._moved = moved

    def send(self, value: None) -> Any:
        """Go on to the next wait."""
        awaited = self.work.send(value)
        return self._part(awaited) if type(awaited) is _Parting else awaited

    def throw(self, *error: Any) -> Any:
        """Go on with an error."""
        awaited = self.work.throw(*error)
        return self._part(awaited) if type(awaited) is _Parting else awaited

    def close(self) -> None:
        """End it where it waits."""
        self.work.close()

    def __await__(self) -> Generator[Any, Any, None]:
        return self.work.__await__()

    def _part(self, parting: "_Parting") -> Any:
        """Go on in a new task, and leave this one."""
        rest = Divisible(self.work, self._moved)
        self._moved(asyncio.create_task(rest, name=parting.name))
        parting.task.set_name(parting.keeper)
        self.work = parting.work
        if parting.ended:
            raise StopIteration
        return parting.awaited


@dataclass(frozen=True, slots=True)
class _Parting:
    """Work keeps a task. keeper: the task's name from now on; name: before. awaited: what it is to wait for."""

    task: "asyncio.Task[Any]"
    name: str
    keeper: str
    work: Coroutine[Any, Any, Any]
    awaited: Any = None
    ended: bool = False


@coroutine
def begun(work: Coroutine[Any, Any, T], name: str) -> "Generator[Any, Any, T | asyncio.Task[T]]":
    """Begin work in a task of this name: give what it came to when it ends at once, else the task that it goes on in.

    That is the task that runs here, if it is divisible and nobody has it already; else a new one.
    """
    task = asyncio.current_task()
    root = task.get_coro() if task is not None else None
    if task is None or not isinstance(root, Divisible) or root.lent:
        return asyncio.create_task(work, name=name)
    before, cancelling = task.get_name(), task.cancelling()
    task.set_name(name)
    root.lent = True
    try:
        awaited = work.send(None)
    except StopIteration as ended:
        task.set_name(before)
        if task.cancelling() == cancelling:
            root.lent = False
            value: T = ended.value
            return value
        parting = _Parting(task, before, name, work, ended=True)  # it has cancelled the task: only the loop takes that
    else:
        task.set_name(before)
        parting = _Parting(task, before, name, work, awaited)
    try:
        yield parting
    except BaseException:
        task.cancel()
        raise
    return task
