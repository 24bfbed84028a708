"""Turns: one after the other for each key, in order, whoever gives up; and nothing is left behind."""

import asyncio
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.telegram.turns import Together, Turns
from tests.core.telegram.clock import pass_time, played

KEYS = st.integers(0, 2)
STARTS, LENGTHS = st.integers(0, 20), st.integers(0, 5)
CALLS = st.lists(st.tuples(KEYS, STARTS, LENGTHS, st.none() | st.integers(0, 30)), max_size=30)


class Stage:
    """Takes note of who has the turn of which key, and of the order in which they had it."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.having: dict[int, int] = {}
        self.came: dict[int, list[int]] = defaultdict(list)
        self.had: dict[int, list[int]] = defaultdict(list)

    async def call(self, number: int, key: int, seconds: float) -> None:
        self.came[key].append(number)
        line = await self.turns.take(key)
        try:
            assert key not in self.having
            self.having[key] = number
            self.had[key].append(number)
            await pass_time(seconds)
            assert self.having.pop(key) == number
        finally:
            self.having.pop(key, None)
            if line is not None:
                self.turns.leave(line)


@settings(deadline=None)
@given(CALLS)
def test_each_has_the_turn_once_in_the_order_of_coming_whoever_gives_up(
    calls: list[tuple[int, int, int, int | None]],
) -> None:
    async def play() -> None:
        stage = Stage()

        async def come(number: int, key: int, start: int, seconds: int) -> None:
            await pass_time(start)
            await stage.call(number, key, seconds)

        tasks = []
        for number, (key, start, seconds, gives_up) in enumerate(calls):
            task = asyncio.create_task(come(number, key, start, seconds))
            tasks.append(task)
            if gives_up is not None:
                asyncio.get_running_loop().call_later(gives_up, task.cancel)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [each for each in results if isinstance(each, AssertionError)]
        for key, numbers in stage.had.items():
            assert numbers == [number for number in stage.came[key] if number in numbers]
            done = {n for n, task in enumerate(tasks) if not task.cancelled() and calls[n][0] == key}
            assert done <= set(numbers)
        assert len(stage.turns) == 0

    played(play())


async def test_a_free_turn_is_had_without_waiting() -> None:
    turns = Turns()
    line = await turns.take(5)
    assert line is not None
    assert len(turns) == 1
    turns.leave(line)
    assert len(turns) == 0


@pytest.mark.parametrize("end", ["left", "failed", "cut off"])
async def test_what_belongs_together_is_not_parted(end: str) -> None:
    turns, order, failing = Turns(), list[str](), asyncio.Event()

    async def reply() -> None:
        with Together():
            for part in "12":
                assert await turns.take(5) is None
                order.append(part)
                await asyncio.sleep(0)
            failing.set()
            if end == "failed":
                raise RuntimeError
            if end == "cut off":
                await asyncio.Event().wait()

    async def other() -> None:
        line = await turns.take(5)
        assert line is not None
        order.append("other")
        turns.leave(line)

    replying = asyncio.create_task(reply())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(other())
    await failing.wait()
    replying.cancel()
    await asyncio.wait((replying, waiting), timeout=5)
    assert order == ["1", "2", "other"]
    assert len(turns) == 0


async def test_what_goes_elsewhere_in_between_has_a_turn_of_its_own() -> None:
    turns = Turns()
    with Together():
        assert await turns.take(5) is None
        elsewhere = await turns.take(6)
        assert elsewhere is not None
        turns.leave(elsewhere)
        assert len(turns) == 1
    assert len(turns) == 0


async def test_a_task_that_outlives_what_it_was_started_in_waits_like_any_other() -> None:
    turns, over = Turns(), asyncio.Event()

    async def later() -> None:
        await over.wait()
        line = await turns.take(5)
        assert line is not None
        turns.leave(line)

    with Together():
        await turns.take(5)
        task = asyncio.create_task(later())
    first = await turns.take(5)
    over.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not task.done()
    assert first is not None
    turns.leave(first)
    await asyncio.wait_for(task, 5)


async def test_a_task_that_outlives_what_made_no_call_has_a_turn_that_it_must_leave() -> None:
    turns, over = Turns(), asyncio.Event()

    async def later() -> bool:
        await over.wait()
        return await turns.take(5) is not None

    with Together():
        task = asyncio.create_task(later())
    over.set()
    assert await task


async def waiting_for(turns: Turns, key: int, name: str, order: list[str]) -> None:
    line = await turns.take(key)
    order.append(name)
    assert line is not None
    await asyncio.sleep(0)
    turns.leave(line)


async def test_who_gives_up_at_the_moment_of_the_turn_passes_it_on() -> None:
    turns, order = Turns(), list[str]()
    line = await turns.take(1)
    tasks = [asyncio.create_task(waiting_for(turns, 1, name, order)) for name in ("one", "two")]
    await asyncio.sleep(0)
    assert line is not None
    turns.leave(line)
    tasks[0].cancel()
    await asyncio.wait(tasks, timeout=5)
    assert order == ["two"]
    assert len(turns) == 0


@pytest.mark.parametrize("busy", [False, True])
async def test_who_waits_for_a_chat_that_moves_waits_where_it_went(busy: bool) -> None:
    turns, order = Turns(), list[str]()
    old = await turns.take(1)
    new = await turns.take(2) if busy else None
    tasks = [asyncio.create_task(waiting_for(turns, 1, name, order)) for name in ("one", "two", "three")]
    await asyncio.sleep(0)
    turns.move(1, 2)
    tasks[1].cancel()
    tasks.append(asyncio.create_task(waiting_for(turns, 2, "last", order)))
    for line in filter(None, (old, new)):
        turns.leave(line)
    await asyncio.wait(tasks, timeout=5)
    assert order == ["one", "three", "last"]
    assert len(turns) == 0


async def test_who_comes_from_a_chat_that_moves_waits_behind_those_who_are_there() -> None:
    turns, order = Turns(), list[str]()
    old, new = await turns.take(1), await turns.take(2)
    tasks = [asyncio.create_task(waiting_for(turns, key, name, order)) for key, name in ((1, "moved"), (2, "there"))]
    await asyncio.sleep(0)
    turns.move(1, 2)
    for line in filter(None, (old, new)):
        turns.leave(line)
    await asyncio.wait(tasks, timeout=5)
    assert order == ["there", "moved"]
    assert len(turns) == 0


def test_nobody_waits_for_a_chat_that_moves() -> None:
    turns = Turns()
    turns.move(1, 2)
    assert len(turns) == 0


def test_the_clock_of_these_tests_tells_of_a_wait_without_an_end() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="nothing is due"):
        played(forever())
