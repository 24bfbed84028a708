"""Lanes: order per chat, chats side by side, bounded, freed."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.edge import RawUpdate
from pluggram.intake import Lanes, lane_key
from pluggram.intake.lanes import WAITING_PER_PLACE


def message(update_id: int, chat: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}, "from": {"id": 5}, "text": "x"}}


async def test_updates_of_a_chat_are_handled_in_order_while_chats_run_side_by_side() -> None:
    handled: list[tuple[int, int]] = []
    first_of_chat_1 = asyncio.Event()

    async def handle(update: RawUpdate) -> None:
        if update["update_id"] == 1:
            await first_of_chat_1.wait()
        handled.append((update["message"]["chat"]["id"], update["update_id"]))
        if update["update_id"] == 4:
            first_of_chat_1.set()

    lanes = Lanes(handle, in_flight=8)
    for update_id, chat in ((1, 1), (2, 1), (3, 2), (4, 2)):
        await lanes.put(message(update_id, chat))
    await lanes.join()
    assert handled == [(2, 3), (2, 4), (1, 1), (1, 2)]


async def test_no_more_chats_run_side_by_side_than_in_flight() -> None:
    running = most = 0
    go_on = asyncio.Event()

    async def handle(update: RawUpdate) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if most == 3:
            go_on.set()
        await go_on.wait()
        running -= 1

    lanes = Lanes(handle, in_flight=3)
    for chat in range(10):
        await lanes.put(message(chat, chat))
    await lanes.join()
    assert most == 3


async def test_intake_is_held_up_while_too_many_wait() -> None:
    gate = asyncio.Event()

    async def handle(update: RawUpdate) -> None:
        await gate.wait()

    lanes = Lanes(handle, in_flight=1)
    for update_id in range(WAITING_PER_PLACE):
        await lanes.put(message(update_id, 1))
    held_up = asyncio.ensure_future(lanes.put(message(99, 1)))
    await asyncio.sleep(0)
    assert not held_up.done()
    gate.set()
    await held_up
    await lanes.join()


async def test_a_failure_is_logged_and_the_lane_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    handled = []

    async def handle(update: RawUpdate) -> None:
        if update["update_id"] == 1:
            raise ValueError("broken")
        handled.append(update["update_id"])

    lanes = Lanes(handle, in_flight=1)
    await lanes.put(message(1, 1))
    await lanes.put(message(2, 1))
    await lanes.join()
    assert handled == [2]
    assert "update 1 could not be answered" in caplog.text


@pytest.mark.parametrize("cancelled", ["the task", "nothing"])
async def test_a_handler_that_cancels_or_closes_itself_leaves_its_lane_alive(
    cancelled: str, caplog: pytest.LogCaptureFixture
) -> None:
    handled = []

    async def handle(update: RawUpdate) -> None:
        task = asyncio.current_task()
        if update["update_id"] == 2:
            handled.append(2)
        elif cancelled == "the task" and task is not None:
            task.cancel()
            await asyncio.sleep(0)
        else:
            raise GeneratorExit

    lanes = Lanes(handle, in_flight=1)
    await lanes.put(message(1, 1))
    await lanes.put(message(2, 1))
    async with asyncio.timeout(5):
        await lanes.join()
    assert handled == [2]
    assert "update 1 could not be answered" in caplog.text


async def test_finished_lanes_leave_nothing_behind() -> None:
    async def handle(update: RawUpdate) -> None:
        pass

    lanes = Lanes(handle, in_flight=4)
    for chat in range(50):
        await lanes.put(message(chat, chat))
    await lanes.join()
    assert len(lanes) == 0
    assert not lanes._lanes


async def test_what_is_abandoned_is_cut_off_and_named() -> None:
    async def handle(update: RawUpdate) -> None:
        await asyncio.Event().wait()

    lanes = Lanes(handle, in_flight=1)
    for update_id in (1, 2):
        await lanes.put(message(update_id, chat=update_id))
    assert [update["update_id"] for update in await lanes.abandon()] == [1, 2]
    assert len(lanes) == 0


async def test_what_does_not_let_itself_be_cut_off_is_told_with_its_place_and_holds_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    running, free = asyncio.Event(), asyncio.Event()

    async def handle(update: RawUpdate) -> None:
        while not free.is_set():
            with suppress(asyncio.CancelledError):
                running.set()
                await free.wait()

    monkeypatch.setattr("pluggram.intake.lanes.GRACE", 0.01)
    lanes = Lanes(handle, in_flight=1)
    await lanes.put(message(1, chat=1))
    await running.wait()
    assert len(await lanes.abandon()) == 1
    assert f"does not end, and is left behind: {__file__}, line " in caplog.text
    free.set()


@pytest.mark.parametrize(
    ("update", "key"),
    [
        (message(1, 7), ("chat", 7)),
        ({"update_id": 1, "edited_message": {"chat": {"id": 7}}}, ("chat", 7)),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}, "message": {"chat": {"id": 7}}}}, ("chat", 7)),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}, "inline_message_id": "x"}}, ("user", 5)),
        ({"update_id": 1, "inline_query": {"from": {"id": 5}, "query": ""}}, ("user", 5)),
        ({"update_id": 1, "poll": {"id": "p"}}, ("type", "poll")),
        ({"update_id": 1}, ("type", "")),
    ],
)
def test_a_lane_is_a_chat_else_a_sender_else_an_update_type(update: dict[str, Any], key: object) -> None:
    assert lane_key(update) == key


names = st.sampled_from(["message", "chat", "from", "id", "callback_query"]) | st.text()
scalars = st.none() | st.booleans() | st.integers() | st.text()
json_values = st.recursive(scalars, lambda value: st.lists(value) | st.dictionaries(names, value), max_leaves=20)


@given(st.dictionaries(st.sampled_from(["message", "callback_query", "update_id"]) | st.text(), json_values))
def test_an_update_of_any_shape_has_a_lane(update: dict[str, Any]) -> None:
    hash(lane_key(update))
    assert lane_key(update) == lane_key(dict(update))
