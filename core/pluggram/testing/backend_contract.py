"""The contract of a storage backend, as tests: subclass it in a test module of your own.

    class TestRedis(BackendContract, DurableContract):
        def backend(self, folder: Path) -> Backend:
            return RedisBackend("redis://localhost", prefix=folder.name)

`BackendContract` is for all, `DurableContract` for those that outlive their process, and `FailingWritesContract` for
those whose author can make a write fail. The tests are asynchronous and run with pytest-asyncio.
"""

import asyncio
from abc import abstractmethod
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from pluggram.storage import Backend, Json, StorageError, Store, Values
from pluggram.testing.backend_base import Contract, store_over
from pluggram.testing.backend_model import check_against_model
from pluggram.testing.update_contract import UpdateContract

ODD_KEYS = (
    *("", " ", "\x00", "a\x00b", "a", "A", "ä", "a\u0308", "../x", "..", "/etc/passwd", "a-b", "a45b", "a b"),
    *("%2e%2e", "C:\\x", "nul", "*", "%", "_", "'; --", '"', "{}", "\n", "\u202e", "👩‍👩‍👧", "\ud7ff", "\ue000"),
    *("\U0010ffff", "\U0010ffff" * 2, "x" * 300, "null"),
)
"""Keys that file names, query languages and careless ordering stumble over."""

NESTED: Json = [None, [1, {"a": None}], {}, []]
RECORD: Json = {"": 1, "z": {"url": "https://example.org/ü", "tags": ["a", "b"]}, "a": None}
SCALARS: tuple[Json, ...] = (True, False, 0, -1, 2**70, 0.1, -0.0, 1e300, "", "text", "\x00", "🎲", "null")
VALUES: tuple[Json, ...] = (*SCALARS, NESTED, RECORD)

UNSTORABLE: tuple[object, ...] = (
    *(float("nan"), float("inf"), [float("-inf")], {1: "a"}, {None: 1}, "\ud800", {"\udfff": 1}, b"bytes", {1, 2}),
    *(..., {"a": [...]}),
)


@pytest.mark.asyncio
class BackendContract(UpdateContract):
    """What every backend must do."""

    async def test_an_absent_value_is_none(self, store: Store) -> None:
        """Reading, deleting and listing nothing is no error."""
        assert await store.get("absent") is None
        assert await store.delete("absent") is False
        assert await store.items() == []

    @pytest.mark.parametrize("value", VALUES, ids=repr)
    async def test_a_value_comes_back_as_it_was_put(self, store: Store, value: Json) -> None:
        """Equal, and of the same type, from each verb that reads."""
        await store.put("key", value)
        for read in (
            await store.get("key"),
            (await store.items())[0][1],
            (await store.update("key", lambda old: old))[0],
        ):
            assert repr(read) == repr(value)

    async def test_a_tuple_comes_back_as_a_list(self, store: Store) -> None:
        """JSON has arrays only."""
        await store.put("key", {"pair": (1, (2, 3))})
        assert await store.get("key") == {"pair": [1, [2, 3]]}
        assert await store.update("key", lambda _: (1, 2)) == ({"pair": [1, [2, 3]]}, [1, 2])

    @pytest.mark.parametrize("value", UNSTORABLE, ids=repr)
    async def test_what_json_cannot_hold_is_refused_and_the_old_value_stands(self, store: Store, value: Json) -> None:
        """By every verb that writes."""
        await store.put("key", "old")
        with pytest.raises((TypeError, ValueError), match="cannot be stored"):
            await store.put("key", value)
        with pytest.raises((TypeError, ValueError), match="cannot be stored"):
            await store.update("key", lambda _: value)
        with pytest.raises((TypeError, ValueError), match="cannot be stored"):
            await store.put_many({"other": 1, "key": value})
        assert await store.items() == [("key", "old")]

    async def test_a_value_put_again_replaces_the_old_one(self, store: Store) -> None:
        """Whole, never merged."""
        await store.put("key", {"a": 1})
        await store.put("key", {"b": 2})
        assert await store.get("key") == {"b": 2}

    async def test_deleting_says_whether_there_was_a_value(self, store: Store) -> None:
        """Once it was there, then no more."""
        await store.put("key", 0)
        assert await store.delete("key") is True
        assert await store.delete("key") is False
        assert await store.get("key") is None

    async def test_storing_none_deletes(self, store: Store) -> None:
        """By put, by put_many and by update."""
        await store.put_many({"a": 1, "b": 2, "c": 3, "d": 4})
        await store.put("a", None)
        await store.put_many({"b": None, "absent": None})
        assert await store.update("c", lambda _: None) == (3, None)
        assert await store.update("absent", lambda old: old) == (None, None)
        assert await store.items() == [("d", 4)]
        assert await store.delete("a") is False

    async def test_every_odd_key_is_a_key_of_its_own(self, store: Store) -> None:
        """No two collide, and all are listed by code point."""
        for number, key in enumerate(ODD_KEYS):
            await store.put(key, number)
        for number, key in enumerate(ODD_KEYS):
            assert await store.get(key) == number, key
            assert [found for found, _ in await store.items(key)] == sorted(k for k in ODD_KEYS if k.startswith(key))
            assert await store.count(key) == sum(k.startswith(key) for k in ODD_KEYS)
        assert [key for key, _ in await store.items()] == sorted(ODD_KEYS)

    async def test_odd_keys_are_deleted_one_by_one(self, store: Store) -> None:
        """Deleting one leaves all others."""
        await store.put_many(dict.fromkeys(ODD_KEYS, True))
        left = sorted(ODD_KEYS)
        while left:
            assert await store.delete(left.pop(0)) is True
            assert [key for key, _ in await store.items()] == left

    @pytest.mark.parametrize("key", ["\ud800", "x\udfff", "x" * 1025, "é" * 513])
    async def test_a_key_that_cannot_be_kept_is_refused(self, store: Store, key: str) -> None:
        """No matter which verb."""
        for verb in (store.get(key), store.put(key, 1), store.delete(key), store.put_many({"a": 1, key: 1})):
            with pytest.raises(ValueError, match="storage key"):
                await verb
        assert await store.items() == []

    async def test_the_longest_key_is_kept(self, store: Store) -> None:
        """1024 bytes of UTF-8."""
        await store.put_many({"x" * 1024: 1, "é" * 512: 2})
        assert [await store.get("x" * 1024), await store.get("é" * 512)] == [1, 2]

    async def test_pages_join_into_the_whole(self, store: Store) -> None:
        """Each begins after the last key of the one before."""
        whole = [(f"{number:03}", number) for number in range(25)]
        await store.put_many(dict(reversed(whole)))
        pages: list[tuple[str, Json]] = []
        while page := await store.items(after=pages[-1][0] if pages else None, limit=10):
            assert len(page) <= 10
            pages += page
        assert pages == whole

    async def test_a_page_begins_after_a_key_and_ends_at_its_limit(self, store: Store) -> None:
        """Also within a prefix, and after a key that is not there."""
        await store.put_many({"a": 0, "b1": 1, "b2": 2, "b3": 3, "c": 4})
        assert await store.items("b") == [("b1", 1), ("b2", 2), ("b3", 3)]
        assert await store.items("b", after="b1", limit=1) == [("b2", 2)]
        assert await store.items("b", after="b25") == [("b3", 3)]
        assert await store.items("b", after="a") == [("b1", 1), ("b2", 2), ("b3", 3)]
        assert await store.items("b", after="c") == []
        assert await store.items(limit=0) == []
        with pytest.raises(ValueError, match="limit"):
            await store.items(limit=-1)

    async def test_put_many_stores_all(self, store: Store) -> None:
        """Also nothing, and also many."""
        await store.put_many({})
        await store.put_many({str(number): number for number in range(2001)})
        assert len(await store.items()) == await store.count() == 2001

    async def test_put_many_is_seen_as_a_whole(self, store: Store) -> None:
        """Nobody reads half of it."""
        seen: set[int] = set()

        async def read() -> None:
            for _ in range(20):
                seen.add(len(await store.items("x")))
                await asyncio.sleep(0)

        await asyncio.gather(read(), store.put_many({f"x{number}": 1 for number in range(100)}), read())
        assert seen <= {0, 100}

    async def test_no_one_shares_an_object_with_storage(self, store: Store) -> None:
        """Changing what was put, or what was read, changes nothing stored."""
        value = {"tags": ["a"]}
        await store.put("key", value)
        value["tags"].append("changed by its owner")
        for read in (await store.get("key"), (await store.items())[0][1]):
            assert isinstance(read, dict)
            assert read == {"tags": ["a"]}
            read["tags"].append("changed by a reader")
        assert await store.get("key") == {"tags": ["a"]}

    async def test_namespaces_do_not_see_each_other(self, opened: Backend) -> None:
        """Not even where joining name and key would make them meet."""
        names = ["a", "a.b", "a.bc", "b", "a-b", "a_b", "0"]
        for name in names:
            await store_over(opened, name).put_many({"c": name, ".b": name, "b.c": name})
        for name in names:
            assert await store_over(opened, name).items() == [(".b", name), ("b.c", name), ("c", name)]

    async def test_a_namespace_is_listed_while_it_holds_a_value(self, opened: Backend) -> None:
        """Reading one does not make it, emptying it ends it."""
        assert await opened.namespaces() == []
        for name in ("links", "plugin.dice"):
            await store_over(opened, name).put("key", 1)
        await store_over(opened, "read").get("key")
        assert await opened.namespaces() == ["links", "plugin.dice"]
        await store_over(opened, "links").delete("key")
        assert await opened.namespaces() == ["plugin.dice"]

    async def test_the_probe_leaves_nothing_behind(self, opened: Backend) -> None:
        """It tries whether writing works."""
        await opened.probe()
        assert await opened.namespaces() == []

    async def test_what_was_written_is_read_at_once(self, store: Store) -> None:
        """By every verb."""
        for number in range(20):
            await store.put("key", number)
            assert await store.get("key") == number
            assert await store.items() == [("key", number)]

    async def test_cancelling_the_callers_harms_nothing(self, store: Store) -> None:
        """Their writes are done or not; all others are done, and the storage goes on."""
        tasks = [asyncio.create_task(store.update(f"k{number}", lambda _: True)) for number in range(60)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        stored = {key for key, _ in await store.items()}
        assert {f"k{number}" for number in range(1, 60, 2)} <= stored
        assert await store.update("n", lambda n: (n or 0) + 1) == (None, 1)

    async def test_the_sync_verbs_do_the_same_from_a_worker_thread(self, store: Store) -> None:
        """They are for handlers that are plain functions."""

        def work() -> list[object]:
            sync = store.sync
            sync.put("a", 1)
            sync.put_many({"b": 2, "c": 3})
            return [
                *(sync.get("a"), sync.update("a", lambda n: n + 1), sync.delete("c"), sync.items(), sync.count("a")),
                sync.wait(store.get("b")),
            ]

        assert await asyncio.to_thread(work) == [1, (1, 2), True, [("a", 2), ("b", 2)], 1, 2]

    async def test_any_sequence_of_verbs_does_what_it_does_to_a_dict(self, tmp_path: Path) -> None:
        """Hypothesis looks for one that does not, with reopening in between if this backend is durable."""
        reopening = isinstance(self, DurableContract)
        await asyncio.to_thread(check_against_model, self.backend, tmp_path, reopening=reopening)

    async def test_a_closed_backend_says_so(self, store: Store, opened: Backend) -> None:
        """Closing twice is no error."""
        await opened.close()
        await opened.close()
        for verb in (
            store.get("a"),
            store.put("a", 1),
            store.items(),
            store.count(),
            opened.namespaces(),
            opened.probe(),
        ):
            with pytest.raises(StorageError):
                await verb


@pytest.mark.asyncio
class DurableContract(Contract):
    """What a backend must do whose values outlive the process."""

    async def test_values_are_there_after_reopening(self, tmp_path: Path) -> None:
        """All of them, each with its type, under every key."""
        values = {key: VALUES[number % len(VALUES)] for number, key in enumerate(ODD_KEYS)}
        first = self.backend(tmp_path)
        await first.open()
        async with first:
            await store_over(first).put_many(values)
        second = self.backend(tmp_path)
        await second.open()
        async with second:
            assert repr(await store_over(second).items()) == repr([(key, values[key]) for key in sorted(values)])

    async def test_closing_finishes_the_writes_that_were_begun(self, tmp_path: Path) -> None:
        """Their callers learn it, and they are there after reopening."""
        backend = self.backend(tmp_path)
        await backend.open()
        writes = [asyncio.create_task(store_over(backend).put(f"{number:02}", number)) for number in range(50)]
        await asyncio.sleep(0)
        await backend.close()
        await asyncio.gather(*writes)
        await backend.open()
        async with backend:
            assert [value for _, value in await store_over(backend).items()] == list(range(50))


@pytest.mark.asyncio
class FailingWritesContract(Contract):
    """What must hold when a write fails."""

    @abstractmethod
    def failing_writes(self, backend: Backend, folder: Path) -> AbstractContextManager[None]:
        """Make every write of the open backend fail while the context is entered."""

    async def test_a_write_that_fails_says_so_and_the_old_values_stand(
        self, tmp_path: Path, store: Store, opened: Backend
    ) -> None:
        """For every verb, and every caller; afterwards all goes on, also after reopening."""
        await store.put_many({"a": "old", "b": "old"})
        other = Store(store._storage, "plugin.other")
        everywhere: Values = {namespace: {"a": "new"} for namespace in (store.namespace, other.namespace)}
        with self.failing_writes(opened, tmp_path):
            outcomes = await asyncio.gather(
                *(store.put("a", number) for number in range(10)),
                store.update("a", lambda _: "new"),
                Store.update_together({store: ["a"], other: []}, lambda _: everywhere),
                store.put_many({"a": "new", "c": "new"}),
                store.delete("b"),
                return_exceptions=True,
            )
            assert {type(outcome) for outcome in outcomes} == {StorageError}
            assert await store.items() == [("a", "old"), ("b", "old")]
            assert await other.items() == []
        await Store.update_together({store: ["a"], other: []}, lambda _: {other.namespace: {"a": "new"}})
        await store.put("c", "new")
        await opened.close()
        await opened.open()
        assert await store.items() == [("a", "old"), ("b", "old"), ("c", "new")]

    async def test_any_sequence_of_verbs_and_failures_does_what_it_does_to_a_dict(self, tmp_path: Path) -> None:
        """Hypothesis looks for a write that failed and left something, or kept a later one from being done."""
        reopening = isinstance(self, DurableContract)
        check = partial(check_against_model, reopening=reopening, failing=self.failing_writes)
        await asyncio.to_thread(check, self.backend, tmp_path)
