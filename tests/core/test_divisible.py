"""A task of ours in which a plugin's work begins."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import pytest

from pluggram.cli.loop import GuardedTask
from pluggram.divisible import Divisible, begun
from pluggram.places import place_of_task

NAME = "plugin dice: handler '/roll'"
Work = Callable[[], Coroutine[Any, Any, Any]]


def this() -> "asyncio.Task[Any]":
    task = asyncio.current_task()
    assert task is not None
    return task


class Stage:
    """Tasks of ours, each begun as a divisible one."""

    def __init__(self) -> None:
        self.moved: list[asyncio.Task[None]] = []
        self.told: list[Any] = []

    def begin(self, *parts: Work) -> "asyncio.Task[None]":
        """Let plugins work, one after the other, in a divisible task; `told` has what each came to."""

        async def work() -> None:
            for part in parts:
                result: Any = await begun(part(), NAME)
                if isinstance(result, asyncio.Task):
                    await asyncio.wait((result,))
                    result = "cancelled" if result.cancelled() else (result, result.result())
                self.told.append(result)

        return asyncio.create_task(Divisible(work(), self.moved.append), name="ours")

    async def end(self, task: "asyncio.Task[None]") -> None:
        """Wait for a task, and for all that have gone on in its place."""
        while not task.done() or any(not each.done() for each in self.moved):
            await asyncio.wait((task, *self.moved))


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def name() -> str:
    return this().get_name()


async def name_after_a_wait() -> str:
    await asyncio.sleep(0)
    return this().get_name()


async def test_work_that_ends_at_once_is_done_in_the_same_task_under_its_own_name(stage: Stage) -> None:
    async def tasks() -> "tuple[asyncio.Task[Any], str]":
        return this(), await name()

    task = stage.begin(tasks, tasks)
    await stage.end(task)
    assert stage.told == [(task, NAME), (task, NAME)]
    assert task.get_name() == "ours"
    assert not stage.moved


async def test_work_that_has_to_wait_keeps_the_task_and_the_rest_goes_on_in_another(stage: Stage) -> None:
    async def tasks() -> "list[asyncio.Task[Any]]":
        before = this()
        await asyncio.sleep(0)
        return [before, this()]

    task = stage.begin(tasks, name)
    await stage.end(task)
    assert stage.told == [(task, [task, task]), NAME]
    assert task.get_name() == NAME
    assert [each.get_name() for each in stage.moved] == ["ours"]


async def test_the_rest_can_be_left_again_and_again(stage: Stage) -> None:
    task = stage.begin(name_after_a_wait, name_after_a_wait, name, name_after_a_wait)
    await stage.end(task)
    first, second, third = stage.moved
    assert stage.told == [(task, NAME), (first, NAME), NAME, (second, NAME)]
    assert third.get_name() == "ours"


async def test_a_time_limit_that_work_has_set_before_its_first_wait_is_its_own(stage: Stage) -> None:
    async def limited() -> str:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()
        return "over"

    task = stage.begin(limited)
    await stage.end(task)
    assert stage.told == [(task, "over")]


async def test_a_task_group_that_fails_ends_with_its_own_task(stage: Stage) -> None:
    async def fail() -> None:
        raise ValueError

    async def grouped() -> str:
        with suppress(ExceptionGroup):
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
        return "over"

    task = stage.begin(grouped)
    await stage.end(task)
    assert stage.told == [(task, "over")]


@pytest.mark.parametrize("waits", [False, True])
async def test_work_that_cancels_its_task_cancels_nothing_of_ours(stage: Stage, waits: bool) -> None:
    async def cancel() -> str:
        this().cancel()
        if waits:
            await asyncio.sleep(0)
        return "gone on"

    task = stage.begin(cancel, name_after_a_wait)
    await stage.end(task)
    [rest, _] = stage.moved
    assert stage.told == ["cancelled", (rest, NAME)]
    assert task.cancelled()


async def test_when_the_rest_is_cancelled_before_it_has_gone_on_the_work_is_too() -> None:
    ended: list[str] = []

    async def ours() -> None:
        try:
            work = await begun(name_after_a_wait(), NAME)
            assert isinstance(work, asyncio.Task)
            await work
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    task: asyncio.Task[Any] = asyncio.create_task(Divisible(ours(), lambda rest: rest.cancel()))
    await asyncio.wait((task,))
    assert task.cancelled()
    assert ended == ["cancelled"]


async def test_work_that_waits_is_cancelled_alone(stage: Stage) -> None:
    waiting = asyncio.Event()

    async def wait() -> None:
        waiting.set()
        await asyncio.Event().wait()

    task = stage.begin(wait, name)
    await waiting.wait()
    await asyncio.sleep(0)
    assert place_of_task(task).startswith(f"{__file__}, line ")
    task.cancel()
    await stage.end(task)
    assert stage.told == ["cancelled", NAME]


async def test_work_that_begins_other_work_of_plugins_does_not_give_its_task_away(stage: Stage) -> None:
    async def nested() -> "tuple[asyncio.Task[Any], asyncio.Task[Any]]":
        other = await begun(name_after_a_wait(), "plugin other: handler")
        assert isinstance(other, asyncio.Task)
        assert await other == "plugin other: handler"
        return this(), other

    task = stage.begin(nested)
    await stage.end(task)
    [(keeper, (inside, other))] = stage.told
    assert keeper is inside is task
    assert other is not task


async def test_in_a_task_that_is_not_divisible_work_has_a_task_of_its_own() -> None:
    work = await begun(name(), NAME)
    assert isinstance(work, asyncio.Task)
    assert await work == NAME
    assert work is not this()


async def test_an_error_of_ours_ends_the_task_also_after_the_work_has_kept_it() -> None:
    rest: list[asyncio.Task[None]] = []

    async def ours(work: Work) -> None:
        await begun(work(), NAME)
        raise ValueError("ours")

    task: asyncio.Task[Any] = asyncio.create_task(Divisible(ours(name), rest.append))
    await asyncio.wait((task,))
    assert repr(task.exception()) == "ValueError('ours')"
    task = asyncio.create_task(Divisible(ours(name_after_a_wait), rest.append))
    await asyncio.wait((task,))
    await asyncio.wait(rest)
    assert (task.result(), repr(rest[0].exception())) == (NAME, "ValueError('ours')")


async def test_work_that_is_begun_after_an_error_keeps_the_task_too() -> None:
    rest: list[asyncio.Task[None]] = []
    told: list[object] = []

    async def ours() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        told.append(await begun(name_after_a_wait(), NAME))

    task: asyncio.Task[Any] = asyncio.create_task(Divisible(ours(), rest.append))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    await asyncio.wait(rest)
    assert told == [task]


async def test_what_the_work_sets_in_its_context_is_seen_where_it_was_set(stage: Stage) -> None:
    variable: ContextVar[str] = ContextVar("variable", default="")

    async def remember() -> str:
        variable.set("kept")
        await asyncio.sleep(0)
        return variable.get()

    task = stage.begin(remember)
    await stage.end(task)
    assert stage.told == [(task, "kept")]
    assert variable.get() == ""


async def test_a_plugin_whose_work_keeps_a_task_has_no_hand_in_ours(stage: Stage) -> None:
    async def cancel_all() -> str:
        await asyncio.sleep(0)
        return str([each.cancel() for each in stage.moved])

    loop = asyncio.get_running_loop()
    loop.set_task_factory(GuardedTask)
    task = stage.begin(cancel_all)
    await stage.end(task)
    assert stage.told == [(task, "[False]")]


async def test_a_divisible_task_can_be_shown_and_closed(stage: Stage) -> None:
    task = stage.begin(name)
    assert "Divisible" in repr(task)
    await stage.end(task)
    root = Divisible(stage.end(task), stage.moved.append)
    root.close()
    with pytest.raises(RuntimeError):
        root.send(None)
