"""Lanes: order per chat, chats side by side, bounded, freed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import cast

import pytest

from pluggram.divisible import begun
from pluggram.intake.lanes import UNSENT_PER_LANE, Lanes
from pluggram.intake.row import Row
from tests.core.intake.until import until

LIMIT = 100


def row(number: int, chat: int) -> Row:
    return Row(number, {"update_id": number}, f"chat {chat}", at=0.0)


def answering(handle: Callable[[Row], Awaitable[None]], places: int) -> Lanes:
    """Lanes whose rows are through when they are answered."""

    async def answer(row: Row) -> bool:
        await handle(row)
        return False

    async def send(row: Row) -> None:
        raise AssertionError

    return Lanes(answer, send, places, LIMIT)


class Sending:
    """Lanes whose rows are answered at once, and sent when `gate` lets them."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.answered: list[int] = []
        self.sent: list[int] = []
        self.gate = asyncio.Event()
        self.lanes = Lanes(self._answer, self._send, 4, limit)

    async def _answer(self, row: Row) -> bool:
        self.answered.append(row.seq)
        return True

    async def _send(self, row: Row) -> None:
        await self.gate.wait()
        self.sent.append(row.seq)


async def test_updates_of_a_chat_are_handled_in_order_while_chats_run_side_by_side() -> None:
    handled: list[tuple[str, int]] = []
    first_of_chat_1 = asyncio.Event()

    async def handle(row: Row) -> None:
        if row.seq == 1:
            await first_of_chat_1.wait()
        handled.append((row.lane, row.seq))
        if row.seq == 4:
            first_of_chat_1.set()

    lanes = answering(handle, 8)
    for number, chat in ((1, 1), (2, 1), (3, 2), (4, 2)):
        lanes.put(row(number, chat))
    await lanes.join()
    assert handled == [("chat 2", 3), ("chat 2", 4), ("chat 1", 1), ("chat 1", 2)]


async def test_no_more_chats_run_side_by_side_than_in_flight() -> None:
    running = most = 0
    go_on = asyncio.Event()

    async def handle(row: Row) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if most == 3:
            go_on.set()
        await go_on.wait()
        running -= 1

    lanes = answering(handle, 3)
    for chat in range(10):
        lanes.put(row(chat, chat))
    await lanes.join()
    assert most == 3


async def test_a_failure_is_logged_and_the_lane_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    handled = []

    async def handle(row: Row) -> None:
        if row.seq == 1:
            raise ValueError("broken")
        handled.append(row.seq)

    lanes = answering(handle, 1)
    lanes.put(row(1, 1))
    lanes.put(row(2, 1))
    await lanes.join()
    assert handled == [2]
    assert "update 1 could not be answered" in caplog.text


@pytest.mark.parametrize("cancelled", ["the task", "nothing"])
async def test_a_handler_that_cancels_or_closes_itself_leaves_its_lane_alive(
    cancelled: str, caplog: pytest.LogCaptureFixture
) -> None:
    handled = []

    async def handle(row: Row) -> None:
        task = asyncio.current_task()
        if row.seq == 2:
            handled.append(2)
        elif cancelled == "the task" and task is not None:
            task.cancel()
            await asyncio.sleep(0)
        else:
            raise GeneratorExit

    lanes = answering(handle, 1)
    lanes.put(row(1, 1))
    lanes.put(row(2, 1))
    async with asyncio.timeout(5):
        await lanes.join()
    assert handled == [2]
    assert "update 1 could not be answered" in caplog.text


async def test_finished_lanes_leave_nothing_behind() -> None:
    async def handle(row: Row) -> None:
        pass

    lanes = answering(handle, 4)
    for chat in range(50):
        lanes.put(row(chat, chat))
    await lanes.join()
    assert len(lanes) == 0
    assert not lanes._lanes


async def test_what_is_abandoned_is_cut_off_and_named() -> None:
    async def handle(row: Row) -> None:
        await asyncio.Event().wait()

    lanes = answering(handle, 1)
    for number in (1, 2):
        lanes.put(row(number, chat=number))
    assert [row.seq for row in await lanes.abandon()] == [1, 2]
    assert len(lanes) == 0


async def test_what_does_not_let_itself_be_cut_off_is_told_with_its_place_and_holds_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    running, free = asyncio.Event(), asyncio.Event()

    async def handle(row: Row) -> None:
        while not free.is_set():
            with suppress(asyncio.CancelledError):
                running.set()
                await free.wait()

    monkeypatch.setattr("pluggram.intake.lanes.GRACE", 0.01)
    lanes = answering(handle, 1)
    lanes.put(row(1, chat=1))
    await running.wait()
    assert len(await lanes.abandon()) == 1
    assert f"does not end, and is left behind: {__file__}, line " in caplog.text
    free.set()


async def test_a_handler_that_waits_keeps_the_task_and_the_lane_goes_on_with_it_and_without() -> None:
    waiting, free = asyncio.Event(), asyncio.Event()
    tasks: list[object] = []

    async def wait() -> None:
        waiting.set()
        await free.wait()

    async def handle(row: Row) -> None:
        work = await begun(wait(), "plugin dice: handler")
        assert isinstance(work, asyncio.Task)
        tasks.append(work)
        await asyncio.wait((work,))

    lanes = answering(handle, 8)
    lanes.put(row(1, 1))
    await waiting.wait()
    free.set()
    await lanes.join()
    free.clear()
    waiting.clear()
    lanes.put(row(2, 1))
    await until(lambda: len(tasks) == 2)
    assert [left.seq for left in await lanes.abandon()] == [2]
    assert len(set(tasks)) == 2
    free.set()


async def test_a_busy_chat_gives_its_place_away_after_each_row() -> None:
    handled: list[int] = []

    async def handle(row: Row) -> None:
        handled.append(row.seq)
        await asyncio.sleep(0)

    lanes = answering(handle, 1)
    for each in (row(1, 1), row(2, 1), row(3, 1), row(4, 2)):
        lanes.put(each)
    await lanes.join()
    assert handled.index(4) < handled.index(3)


async def test_a_lane_that_is_held_back_takes_no_place_and_goes_on_when_one_is_sent() -> None:
    sending = Sending()
    for number in range(1, 20):
        sending.lanes.put(row(number, chat=1))
    await until(lambda: len(sending.answered) == UNSENT_PER_LANE)
    for number in range(20, 28):
        sending.lanes.put(row(number, chat=number))
    await until(lambda: len(sending.answered) == UNSENT_PER_LANE + 8)
    assert (sending.lanes.unsent, len(sending.lanes)) == (UNSENT_PER_LANE + 8, 19 - UNSENT_PER_LANE)
    sending.gate.set()
    await sending.lanes.join()
    assert [number for number in sending.sent if number < 20] == list(range(1, 20))


async def test_when_too_many_wait_to_be_sent_in_all_no_lane_goes_on_until_one_is() -> None:
    sending = Sending(limit=10)
    for number in range(1, 41):
        sending.lanes.put(row(number, chat=number % 20))
    for _ in range(100):
        await asyncio.sleep(0)
    assert 10 <= sending.lanes.unsent <= 10 + 4
    sending.gate.set()
    await sending.lanes.join()
    assert sorted(sending.sent) == list(range(1, 41))
    assert (sending.lanes.unsent, len(sending.lanes), len(sending.lanes._lanes)) == (0, 0, 0)


async def test_what_is_answered_before_is_sent_first() -> None:
    sending = Sending()
    sending.lanes.put_answered(row(1, chat=1))
    sending.lanes.put(row(2, chat=1))
    sending.lanes.put_answered(row(3, chat=2))
    await until(lambda: sending.answered)
    sending.gate.set()
    await sending.lanes.join()
    assert sending.answered == [2]
    assert [number for number in sending.sent if number != 3] == [1, 2]


async def test_a_failure_to_send_is_logged_and_the_lane_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[int] = []

    async def answer(row: Row) -> bool:
        return True

    async def send(row: Row) -> None:
        if row.seq == 1:
            raise ValueError("broken")
        sent.append(row.seq)

    lanes = Lanes(answer, send, 1, LIMIT)
    lanes.put(row(1, 1))
    lanes.put(row(2, 1))
    await lanes.join()
    assert sent == [2]
    assert "update 1 could not be answered" in caplog.text


async def test_a_handler_that_cancels_the_task_it_was_begun_in_keeps_no_answer_from_being_sent() -> None:
    sending, tasks = Sending(), list[asyncio.Task[object] | None]()

    async def answer(row: Row) -> bool:
        tasks.append(asyncio.current_task())
        return True

    lanes = Lanes(answer, sending._send, 1, LIMIT)
    lanes.put(row(1, 1))
    lanes.put(row(2, 1))
    await until(lambda: len(tasks) == 2)
    for _ in range(2):
        assert tasks[0] is not None
        tasks[0].cancel()
        tasks[0].cancel()
        await asyncio.sleep(0)
    sending.gate.set()
    async with asyncio.timeout(5):
        await lanes.join()
    assert sending.sent == [1, 2]


async def test_a_handler_that_cancels_the_task_it_was_begun_in_loses_no_answer_that_is_being_kept() -> None:
    sent, keeping = list[int](), asyncio.Event()

    async def answer(row: Row) -> bool:
        row.answered = True
        if row.seq == 1:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(task.cancel)
            await keeping.wait()
        return True

    async def send(row: Row) -> None:
        sent.append(row.seq)

    lanes = Lanes(answer, send, 1, LIMIT)
    lanes.put(row(1, 1))
    lanes.put(row(2, 1))
    async with asyncio.timeout(5):
        await lanes.join()
    assert sent == [1, 2]


async def test_what_one_row_leaves_in_its_context_no_other_finds() -> None:
    left: ContextVar[int] = ContextVar("left", default=0)
    found: list[int] = []

    async def handle(row: Row) -> None:
        found.append(left.get())
        left.set(row.seq)

    lanes = answering(handle, 1)
    for each in (row(1, 1), row(2, 1), row(3, 2)):
        lanes.put(each)
    await lanes.join()
    assert found == [0, 0, 0]


async def test_what_is_being_sent_is_cut_off_and_is_not_among_what_is_not_answered() -> None:
    sending = Sending()
    sending.lanes.put(row(1, chat=1))
    await until(lambda: sending.lanes.unsent)
    assert await sending.lanes.abandon() == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_is_sent_after_a_handler_has_waited_is_cut_off_too() -> None:
    sending = Sending()
    cut_off: list[int] = []

    async def answer(row: Row) -> bool:
        await asyncio.wait({cast("asyncio.Task[None]", await begun(asyncio.sleep(0), "plugin p: handler"))})
        sending.answered.append(row.seq)
        return True

    async def send(row: Row) -> None:
        try:
            await sending.gate.wait()
        except asyncio.CancelledError:
            cut_off.append(row.seq)
            raise

    lanes = Lanes(answer, send, 1, LIMIT)
    lanes.put(row(1, 1))
    await until(lambda: lanes.unsent == 1)
    await asyncio.sleep(0)
    assert await lanes.abandon() == []
    assert cut_off == [1]


async def test_when_no_more_shall_begin_what_runs_ends_and_what_waits_stays_undone() -> None:
    handled: list[int] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def handle(row: Row) -> None:
        begun.set()
        await go_on.wait()
        handled.append(row.seq)

    lanes = answering(handle, 1)
    for each in (row(1, 1), row(2, 1), row(3, 2)):
        lanes.put(each)
    await begun.wait()
    lanes.begin_no_more()
    go_on.set()
    await lanes.join()
    assert handled == [1]
    assert len(lanes) == 0
