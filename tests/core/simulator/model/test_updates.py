import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.errors import ApiError, JsonObject
from pluggram.simulator.model.updates import DEFAULT_TYPES, UpdateQueue

FIRST = 1000


def queue() -> UpdateQueue:
    return UpdateQueue(FIRST, lambda: None)


def ids(updates: list[dict[str, object]]) -> list[object]:
    return [update["update_id"] for update in updates]


async def hanging(updates: UpdateQueue) -> asyncio.Task[list[JsonObject]]:
    poll = asyncio.create_task(updates.poll(0, 100, 50))
    await asyncio.sleep(0)
    assert updates.polled
    return poll


steps = st.one_of(
    st.just("push"),
    st.tuples(st.integers(-5, FIRST + 40), st.integers(1, 100)),
)


@given(st.lists(steps, max_size=40))
def test_the_offset_rule_is_that_of_a_simple_list(script: list[str | tuple[int, int]]) -> None:
    real, model, following = queue(), list[int](), FIRST
    for step in script:
        if isinstance(step, str):
            real.push("message", {})
            model.append(following)
            following += 1
            continue
        offset, limit = step
        if offset < 0:
            model = model[offset:]
        elif offset <= following + 10:
            model = [each for each in model if each >= offset]
        assert ids(real.take(offset, limit)) == model[:limit]


async def test_a_long_poll_returns_with_the_next_update() -> None:
    updates = queue()
    poll = await hanging(updates)
    updates.push("message", {"text": "hi"})
    assert await poll == [{"update_id": FIRST, "message": {"text": "hi"}}]
    assert not updates.polled


async def test_a_long_poll_that_hears_nothing_returns_nothing() -> None:
    updates = queue()
    assert await updates.poll(0, 100, 0.001) == []
    assert not updates.polled


async def test_a_second_poll_terminates_the_first() -> None:
    updates = queue()
    first = await hanging(updates)
    second = asyncio.create_task(updates.poll(0, 100, 50))
    with pytest.raises(ApiError, match="terminated by other getUpdates") as caught:
        await first
    assert caught.value.code == 409
    updates.push("message", {})
    assert ids(await second) == [FIRST]


async def test_a_cancelled_poll_leaves_the_queue_usable() -> None:
    updates = queue()
    poll = await hanging(updates)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    updates.push("message", {})
    assert ids(await updates.poll(0, 100, 50)) == [FIRST]


def test_only_the_kinds_a_bot_wants_are_kept() -> None:
    updates = queue()
    updates.push("chat_member", {})
    updates.allow(["Callback_Query", "nonsense"])
    updates.push("message", {})
    updates.push("callback_query", {})
    assert [list(update) for update in updates.take(0, 100)] == [["update_id", "callback_query"]]
    updates.allow([])
    assert updates.allowed == DEFAULT_TYPES
