"""What waits is in memory only as far as there is room, and no order of a chat is lost by that."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.intake import MemoryInbox, Row
from pluggram.intake import window as module
from pluggram.intake.lanes import Lanes
from pluggram.intake.row import lane_key
from pluggram.intake.window import PER_LANE, Window
from pluggram.storage import StorageError
from tests.core.intake.until import until

LIMIT = 40


def message(update_id: int, chat: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}}}


class Stage:
    """A window over an inbox in memory; `handled` has the numbers of each lane in the order of handling."""

    def __init__(self, places: int = 4) -> None:
        self.inbox = MemoryInbox(10**9)
        self.handled: dict[str, list[int]] = defaultdict(list)
        self.on_finished: Callable[[], object] = lambda: None
        self.most = 0
        self.numbers = count(1)
        self.gate = asyncio.Event()
        self.lanes = Lanes(self._handle, self._send, places, 10**9)
        self.lanes.finished = self._finished
        self.window = Window(self.inbox, self.lanes, LIMIT)
        self.running = asyncio.create_task(self.window.run())

    async def _handle(self, row: Row) -> bool:
        self.most = max(self.most, len(self.lanes))
        await self.gate.wait()
        self.handled[row.lane].append(row.seq)
        await asyncio.sleep(0)
        self.inbox.done(row)
        return False

    async def _send(self, row: Row) -> None:
        raise AssertionError

    def _finished(self, row: Row) -> None:
        self.window.freed(row)
        self.on_finished()

    async def take(self, *chats: int) -> None:
        self.window.arrived(await self.inbox.receive([message(next(self.numbers), chat) for chat in chats]))

    async def settled(self) -> None:
        await until(lambda: not self.inbox.waiting)
        self.running.cancel()


async def test_no_more_rows_are_in_memory_than_the_limit_and_all_are_handled_in_order() -> None:
    stage = Stage()
    for _ in range(10):
        await stage.take(*range(30))
    for _ in range(50):
        await asyncio.sleep(0)
    assert len(stage.lanes) == LIMIT
    stage.gate.set()
    await stage.settled()
    assert stage.most <= LIMIT
    assert all(numbers == sorted(numbers) and len(numbers) == 10 for numbers in stage.handled.values())


async def test_each_row_is_read_once_and_many_at_a_look_however_full_the_memory_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()
    draw = stage.inbox.draw
    read: list[Row] = []
    looks = 0

    async def drawing(after: int, limit: int) -> Sequence[Row]:
        nonlocal looks
        looks += 1
        rows = await draw(after, limit)
        read.extend(rows)
        return rows

    monkeypatch.setattr(stage.inbox, "draw", drawing)
    for _ in range(20):
        await stage.take(*range(30))
    stage.gate.set()
    await stage.settled()
    assert len(read) <= 20 * 30
    assert looks <= len(read) // (LIMIT // 4) + 2


async def test_a_chat_that_floods_crowds_nobody_out() -> None:
    stage = Stage()
    await stage.take(*[1] * 1000)
    await stage.take(2)
    await asyncio.sleep(0)
    assert stage.lanes.in_lane("chat 1") == PER_LANE
    assert stage.lanes.in_lane("chat 2") == 1
    stage.gate.set()
    await until(lambda: stage.handled["chat 2"])
    assert len(stage.handled["chat 1"]) < 10
    await stage.settled()
    assert len(stage.handled["chat 1"]) == 1000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 5), max_size=60), max_size=8), st.integers(1, 6), st.integers(0, 30))
def test_every_row_is_handled_once_and_in_order_whatever_comes_when(
    batches: list[list[int]], places: int, pause: int
) -> None:
    async def play() -> None:
        stage = Stage(places)
        for number, batch in enumerate(batches):
            await stage.take(*batch)
            for _ in range(pause):
                await asyncio.sleep(0)
            if number == 1:
                stage.gate.set()
        stage.gate.set()
        await stage.settled()
        expected: dict[int, int] = defaultdict(int)
        for chat in chain.from_iterable(batches):
            expected[chat] += 1
        assert {lane: len(numbers) for lane, numbers in stage.handled.items()} == {
            f"chat {chat}": count for chat, count in expected.items()
        }
        assert all(numbers == sorted(numbers) for numbers in stage.handled.values())

    asyncio.run(play())


async def test_a_group_that_becomes_a_supergroup_stays_in_its_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    fetch = stage.inbox.fetch

    async def fetching(seqs: Sequence[int]) -> Sequence[Row]:  # as from disk, where lanes are not written down
        return [replace(row, lane=lane_key(row.update)) for row in await fetch(seqs)]

    monkeypatch.setattr(stage.inbox, "fetch", fetching)
    moves = {"update_id": 102, "message": {"chat": {"id": -5}, "migrate_to_chat_id": -1005}}
    arrives = {"update_id": 103, "message": {"chat": {"id": -1005}, "migrate_from_chat_id": -5}}
    again = {"update_id": 104, "message": {"chat": {"id": -1005}, "migrate_to_chat_id": -2005}}
    before = [message(number, -5) for number in range(40)]
    after = [message(number, -1005) for number in range(200, 240)]
    updates = [*before, moves, arrives, *after, again, message(300, -2005), message(301, 7)]
    stage.window.arrived(await stage.inbox.receive(updates))
    stage.gate.set()
    await stage.settled()
    assert stage.handled == {"chat -5": list(range(1, 85)), "chat 7": [85]}


async def test_what_arrives_before_the_old_rows_are_drawn_waits_for_them() -> None:
    stage = Stage()
    old = await stage.inbox.receive([message(number, 1) for number in range(5)])
    stage.gate.set()
    stage.window.arrived(await stage.inbox.receive([message(9, 1)]))
    stage.window.look(old[-1].seq)
    await stage.settled()
    assert stage.handled["chat 1"] == [1, 2, 3, 4, 5, 6]


async def test_what_arrives_when_a_place_has_just_become_free_does_not_overtake() -> None:
    stage = Stage()
    rows = await stage.inbox.receive([message(number, 1 + number % 5) for number in range(80)])
    late = list(rows[70:])

    def arrive() -> None:
        stage.window.arrived(late)
        late.clear()

    stage.on_finished = arrive
    stage.window.arrived(rows[:70])
    stage.gate.set()
    await stage.settled()
    assert all(numbers == sorted(numbers) and len(numbers) == 16 for numbers in stage.handled.values())


async def test_what_arrives_while_rows_are_drawn_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.gate.set()
    old = await stage.inbox.receive([message(1, 1)])
    draw = stage.inbox.draw

    async def drawing(after: int, limit: int) -> Any:
        monkeypatch.setattr(stage.inbox, "draw", draw)
        drawn = await draw(after, limit)
        stage.window.arrived(await stage.inbox.receive([message(2, 1)]))
        return drawn

    monkeypatch.setattr(stage.inbox, "draw", drawing)
    stage.window.look(old[-1].seq)
    await stage.settled()
    assert stage.handled["chat 1"] == [1, 2]


async def test_what_the_inbox_held_before_is_drawn_and_what_somebody_has_in_hand_is_not() -> None:
    stage = Stage()
    rows = await stage.inbox.receive([message(number, number) for number in range(5)])
    stage.gate.set()
    stage.window.apart.add(rows[2].seq)
    stage.inbox._rows.pop(rows[2].seq)
    stage.window.look(rows[-1].seq)
    await stage.settled()
    assert sorted(stage.handled) == ["chat 0", "chat 1", "chat 3", "chat 4"]


async def test_an_inbox_that_cannot_be_read_is_read_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)
    stage = Stage()
    stage.gate.set()
    draw = stage.inbox.draw

    async def failing(after: int, limit: int) -> Any:
        monkeypatch.setattr(stage.inbox, "draw", draw)
        raise StorageError("no")

    monkeypatch.setattr(stage.inbox, "draw", failing)
    rows = await stage.inbox.receive([message(1, 1)])
    stage.window.look(rows[-1].seq)
    await stage.settled()
    assert stage.handled["chat 1"] == [1]
    assert "could not be read, which is tried again: no" in caplog.text
