"""Store and Storage: what plugins hold, before and after the backend is open. The verbs are in the contract."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pluggram.storage import Backend, Storage, StorageError, Store
from pluggram.storage.memory import MemoryBackend
from pluggram.storage.sqlite import SqliteBackend


@pytest.fixture
async def backend() -> AsyncIterator[Backend]:
    backend = MemoryBackend()
    await backend.open()
    async with backend:
        yield backend


async def test_a_store_is_made_before_its_backend_is_open_and_used_after(backend: Backend) -> None:
    storage = Storage()
    store = storage.store("plugin.dice")
    with pytest.raises(StorageError, match="not open: a plugin may keep its store from the start"):
        await store.put("6", 1)
    storage.attach(backend)
    await store.put("6", 1)
    assert await backend.get("plugin.dice", "6") == 1


async def test_a_counter_needs_no_cast(backend: Backend) -> None:
    storage = Storage()
    storage.attach(backend)
    rolls = storage.store("plugin.dice")
    await rolls.update(str(6), lambda n: (n or 0) + 1)  # mypy --strict accepts this line
    assert await rolls.get("6") == 1


async def test_closing_the_storage_closes_its_backend(backend: Backend) -> None:
    storage = Storage()
    storage.attach(backend)
    await storage.close()
    await storage.close()
    with pytest.raises(StorageError, match="not open"):
        await storage.store("a").get("b")
    with pytest.raises(StorageError, match="not open"):
        await backend.get("a", "b")


def test_two_storages_share_nothing() -> None:
    async def use() -> None:
        first, second = Storage(), Storage()
        for storage in (first, second):
            backend = MemoryBackend()
            await backend.open()
            storage.attach(backend)
        await first.store("a").put("b", 1)
        assert await second.store("a").get("b") is None

    asyncio.run(use())


async def test_sync_on_the_event_loop_is_an_error_and_no_deadlock(backend: Backend) -> None:
    storage = Storage()
    storage.attach(backend)
    with pytest.raises(RuntimeError, match=r"use `await store\.\.\.` in async code"):
        storage.store("a").sync.get("b")


async def test_sync_on_a_storage_that_is_not_open_is_an_error() -> None:
    with pytest.raises(StorageError, match="not open"):
        await asyncio.to_thread(Storage().store("a").sync.put, "b", 1)


async def test_sync_raises_what_the_verb_raises(backend: Backend) -> None:
    storage = Storage()
    storage.attach(backend)
    with pytest.raises(ZeroDivisionError):
        await asyncio.to_thread(storage.store("a").sync.update, "b", lambda _: 1 / 0)


async def test_a_change_that_uses_storage_is_an_error_and_no_deadlock(tmp_path: Path) -> None:
    storage, backend = Storage(), SqliteBackend(tmp_path / "bot.db")
    await backend.open()
    storage.attach(backend)
    store = storage.store("a")

    def careless(_: object) -> None:
        store.sync.put("other", 1)

    with pytest.raises(RuntimeError, match="must only compute"):
        await asyncio.wait_for(store.update("b", careless), 10)
    await storage.close()


async def test_keys_and_values_that_are_none_are_refused_by_update_together(backend: Backend) -> None:
    storage = Storage()
    storage.attach(backend)
    links = storage.store("links")
    with pytest.raises(TypeError, match="'0042' alone would be taken letter by letter"):
        await Store.update_together({links: "0042"}, lambda old: old)
    with pytest.raises(TypeError, match="the change returns values by namespace and key, and not None"):
        await Store.update_together({links: ["0042"]}, lambda _: None)  # type: ignore[arg-type,return-value]


async def test_what_a_write_of_many_returns_is_a_mapping_of_copies(backend: Backend) -> None:
    storage = Storage()
    storage.attach(backend)
    links = storage.store("links")
    old, new = await Store.update_together({links: ["a", "b"]}, lambda _: {"links": {"b": {"n": [1]}}})
    assert (old, new) == ({"links": {"a": None, "b": None}}, {"links": {"a": None, "b": {"n": [1]}}})
    assert list(new["links"]) == ["a", "b"]
    assert len(new["links"]) == 2
    assert new["links"]["b"] is not new["links"]["b"]
