"""What the contract asks of the verbs that change a value by its old one."""

import asyncio
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NoReturn

import pytest

from pluggram.storage import Json, Store
from pluggram.testing.backend_base import Contract


@pytest.mark.asyncio
class UpdateContract(Contract):
    """What `update` and `update_many` must do; part of BackendContract."""

    async def test_update_returns_the_old_and_the_new_value(self, store: Store) -> None:
        """None where there was nothing."""
        assert await store.update("n", lambda n: (n or 0) + 1) == (None, 1)
        assert await store.update("n", lambda n: (n or 0) + 1) == (1, 2)

    async def test_a_hundred_updates_at_once_count_to_a_hundred(self, store: Store) -> None:
        """None is lost, and each saw a value of its own."""
        results = await asyncio.gather(*(store.update("n", lambda n: (n or 0) + 1) for _ in range(100)))
        assert await store.get("n") == 100
        assert sorted(str(new).zfill(3) for _, new in results) == [f"{n:03}" for n in range(1, 101)]

    async def test_a_change_that_raises_fails_alone(self, store: Store) -> None:
        """Those written beside it are stored, and its caller gets the very error."""
        await store.put("bad", "old")
        outcomes = await asyncio.gather(
            *(store.put(f"before{number}", number) for number in range(10)),
            store.update("bad", _raising(KeyError("mine"))),
            *(store.update(f"after{number}", lambda _: True) for number in range(10)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)] == [KeyError]
        assert len(await store.items("before")) == len(await store.items("after")) == 10
        assert await store.get("bad") == "old"

    async def test_a_change_that_ends_the_process_does_not_end_the_storage(self, store: Store) -> None:
        """Its caller gets what it raised, and all goes on."""
        for error in (SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()):
            with pytest.raises(type(error)):
                await store.update("key", _raising(error))
        assert await store.update("key", lambda _: 1) == (None, 1)

    async def test_a_change_that_stops_iteration_is_an_error_too(self, store: Store) -> None:
        """No future can carry StopIteration."""
        with pytest.raises(RuntimeError, match="StopIteration"):
            await store.update("key", lambda _: next(iter(())))
        assert await store.update("key", lambda _: 1) == (None, 1)

    async def test_a_change_may_alter_the_value_it_is_given(self, store: Store) -> None:
        """The old value that update returns is still the old one."""
        await store.put("key", [1])

        def append(numbers: list[int]) -> list[int]:
            numbers.append(2)
            return numbers

        old, new = await store.update("key", append)
        assert (old, new) == ([1], [1, 2])
        assert isinstance(new, list)
        new.append(3)
        assert await store.get("key") == [1, 2]

    async def test_update_many_changes_several_values_at_once(self, store: Store) -> None:
        """It is given all of them, None where there is none, and leaves alone what the change leaves out."""
        await store.put_many({"a": 1, "b": [2], "c": 3, "other": 4})
        given: list[object] = []

        def change(values: dict[str, Any]) -> Mapping[str, Json]:
            given.append(deepcopy(values))
            values["b"].append("changed by the change")
            return {"a": values["a"] + 1, "new": "n", "c": None}

        old, new = await store.update_many(["c", "a", "b", "new", "a"], change)
        assert given[0] == old == {"a": 1, "b": [2], "c": 3, "new": None}
        assert new == {"a": 2, "b": [2], "c": None, "new": "n"}
        assert await store.items() == [("a", 2), ("b", [2]), ("new", "n"), ("other", 4)]
        assert await store.update_many([], lambda values: values) == ({}, {})

    async def test_update_many_that_raises_stores_nothing(self, store: Store) -> None:
        """Nor what it was not asked for, nor what cannot be stored."""
        await store.put_many({"a": 1, "b": 2})
        with pytest.raises(KeyError, match="mine"):
            await store.update_many(["a", "b"], _raising(KeyError("mine")))
        with pytest.raises(ValueError, match="'c', which is none of the keys"):
            await store.update_many(["a", "b"], lambda _: {"a": 9, "c": 9})
        with pytest.raises(TypeError, match="cannot be stored"):
            await store.update_many(["a", "b"], lambda _: {"a": 9, "b": object()})  # type: ignore[dict-item]
        with pytest.raises(ValueError, match="storage key"):
            await store.update_many(["a", "\ud800"], lambda _: {"a": 9})
        assert await store.items() == [("a", 1), ("b", 2)]

    async def test_no_other_write_comes_between_the_values_of_update_many(self, store: Store) -> None:
        """What moves from one key to the other is never lost, and never there twice."""
        await store.put_many({"a": 100, "b": 0})

        def move(values: dict[str, Any]) -> Mapping[str, Json]:
            return {"a": values["a"] - 1, "b": values["b"] + 1}

        writes = [store.update_many(["a", "b"], move), store.update("a", lambda n: n + 1)]
        await asyncio.gather(*writes, *(store.update_many(["a", "b"], move) for _ in range(20)))
        assert await store.items() == [("a", 80), ("b", 21)]


def _raising(error: BaseException) -> Callable[[object], NoReturn]:
    def change(_: object) -> NoReturn:
        raise error

    return change
