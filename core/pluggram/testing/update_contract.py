"""What the contract asks of the verbs that change a value by its old one."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NoReturn

import pytest

from pluggram.storage import Backend, Storage, Store, Values
from pluggram.testing.backend_base import Contract, store_over


@pytest.mark.asyncio
class UpdateContract(Contract):
    """What `update` and `update_together` must do; part of BackendContract."""

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

    async def test_update_together_changes_values_of_several_namespaces(self, opened: Backend) -> None:
        """It is given those that it asks for, and may store others; what it leaves out stays."""
        a, b = self._two_of_one_storage(opened)
        await a.put_many({"one": 1, "two": [2], "other": 4})
        await b.put("last", 7)
        given: list[object] = []

        def change(old: dict[str, dict[str, Any]]) -> Values:
            given.append(deepcopy(old))
            old["a"]["two"].append("changed by the change")
            return {"a": {"one": None, "new": "n"}, "b": {"last": old["b"]["last"] + 1, "8": old["a"]["one"]}}

        old, new = await Store.update_together({a: ["one", "two", "none", "one"], b: ["last"]}, change)
        assert given[0] == old == {"a": {"one": 1, "two": [2], "none": None}, "b": {"last": 7}}
        assert new == {"a": {"one": None, "two": [2], "none": None, "new": "n"}, "b": {"last": 8, "8": 1}}
        assert await a.items() == [("new", "n"), ("other", 4), ("two", [2])]
        assert await b.items() == [("8", 1), ("last", 8)]

    async def test_update_together_that_raises_stores_nothing(self, opened: Backend) -> None:
        """Nor what cannot be stored, nor what belongs elsewhere."""
        a, b = self._two_of_one_storage(opened)
        await a.put("one", 1)

        async def refused(kind: type[Exception], match: str, change: Callable[[object], Values]) -> None:
            with pytest.raises(kind, match=match):
                await Store.update_together({a: ["one"], b: ["two"]}, change)
            with pytest.raises(kind, match=match):
                await Store.update_together({a: ["one"]}, change)

        await refused(KeyError, "mine", _raising(KeyError("mine")))
        await refused(ValueError, "namespace", lambda _: {"a": {"one": 9}, "c": {"one": 9}})
        await refused(TypeError, "cannot be stored", lambda _: {"a": {"two": 9, "one": object()}})  # type: ignore[dict-item]
        await refused(ValueError, "storage key", lambda _: {"a": {"two": 9, "\ud800": 9}})
        assert (await a.items(), await b.items()) == ([("one", 1)], [])

    async def test_no_other_write_comes_between_what_is_updated_together(self, opened: Backend) -> None:
        """What moves from one namespace to the other is never lost, and never there twice."""
        a, b = self._two_of_one_storage(opened)
        await a.put("n", 100)

        def move(old: dict[str, dict[str, Any]]) -> Values:
            return {"a": {"n": old["a"]["n"] - 1}, "b": {"n": (old["b"]["n"] or 0) + 1}}

        moves = (Store.update_together(keys, move) for keys in ({a: ["n"], b: ["n"]}, {b: ["n"], a: ["n"]}) * 10)
        await asyncio.gather(a.update("n", lambda n: n + 1), *moves, a.update("n", lambda n: n + 1))
        assert (await a.get("n"), await b.get("n")) == (82, 20)

    async def test_only_stores_of_one_bot_are_updated_together(self, opened: Backend) -> None:
        """And none twice."""
        a, _ = self._two_of_one_storage(opened)
        a_again = Store(a._storage, "a")
        wrong: list[dict[Store, list[str]]] = [
            {},
            {a: ["x"], store_over(opened, "b"): ["x"]},
            {a: ["x"], a_again: ["y"]},
        ]
        for stores in wrong:
            with pytest.raises(ValueError, match="the stores of one bot"):
                await Store.update_together(stores, lambda old: old)

    def _two_of_one_storage(self, opened: Backend) -> tuple[Store, Store]:
        storage = Storage()
        storage.attach(opened)
        return storage.store("a"), storage.store("b")


def _raising(error: BaseException) -> Callable[[object], NoReturn]:
    def change(_: object) -> NoReturn:
        raise error

    return change
