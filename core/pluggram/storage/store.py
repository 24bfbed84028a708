"""Store: the values of one plugin, or those that plugins share. Storage: the place a bot's stores stand on."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from pluggram.storage.backend import Backend, Change, ChangeTogether, Values
from pluggram.storage.errors import StorageError
from pluggram.storage.names import check_key, check_namespace
from pluggram.storage.values import Json
from pluggram.storage.writes import in_change

Result = TypeVar("Result")

_NOT_OPEN = (
    "the storage is not open: a plugin may keep its store from the start, and use it in its lifespan and its handlers"
)


class Storage:
    """Where a bot's open backend is found. Its stores can be made, and handed to plugins, before there is one."""

    def __init__(self) -> None:
        self._backend: Backend | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, backend: Backend) -> None:
        """Serve all stores from `backend`, which is open on the event loop that runs now."""
        self._backend, self._loop = backend, asyncio.get_running_loop()

    async def close(self) -> None:
        """Close the backend, if there is one; the stores can not be used after."""
        backend, self._backend, self._loop = self._backend, None, None
        if backend is not None:
            await backend.close()

    def store(self, namespace: str) -> "Store":
        """Return the store of `namespace`; raises ValueError if that is no name for one."""
        return Store(self, namespace)

    @property
    def backend(self) -> Backend:
        """The open backend; raises StorageError if there is none."""
        if self._backend is None:
            raise StorageError(_NOT_OPEN)
        return self._backend

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run `work` on the backend's event loop and wait for it on this, another thread."""
        try:
            loop = self._loop_to_wait_for()
        except BaseException:
            work.close()
            raise
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    def _loop_to_wait_for(self) -> asyncio.AbstractEventLoop:
        if in_change():
            raise RuntimeError("the function given to update() must only compute: it cannot use storage itself")
        if self._loop is None:
            raise StorageError(_NOT_OPEN)
        if self._loop is _running_loop():
            raise RuntimeError(
                "store.sync would block the event loop that has to do its work: "
                "use `await store...` in async code; store.sync is for `def` handlers and other threads"
            )
        return self._loop


class Store:
    """JSON values under text keys, in one namespace. None means absent everywhere: storing None deletes.

    A key is any Unicode text up to 1024 bytes of UTF-8. When a write returns, its value is durable; when it raises
    StorageError, the old value stands. Keys and values that cannot be stored raise ValueError or TypeError.
    """

    def __init__(self, storage: Storage, namespace: str) -> None:
        self.namespace = check_namespace(namespace)
        self._storage = storage

    async def get(self, key: str) -> Json:
        """Return the value under `key`, a copy of your own, or None."""
        return await self._storage.backend.get(self.namespace, check_key(key))

    async def put(self, key: str, value: Json) -> None:
        """Store `value` under `key`; None deletes."""
        await self._storage.backend.put(self.namespace, check_key(key), value)

    async def delete(self, key: str) -> bool:
        """Delete the value under `key` and say whether there was one."""
        return await self._storage.backend.delete(self.namespace, check_key(key))

    async def items(
        self, prefix: str = "", after: str | None = None, limit: int | None = None
    ) -> list[tuple[str, Json]]:
        """Return (key, value) pairs ordered by code point.

        Only keys that begin with `prefix`; only those greater than `after`, the last key of the page before;
        at most `limit`, or all of them.
        """
        if limit is not None and limit < 0:
            raise ValueError(f"limit is a number of pairs, not {limit}")
        check_key(prefix)
        if after is not None:
            check_key(after)
        return await self._storage.backend.items(self.namespace, prefix, after, limit)

    async def count(self, prefix: str = "") -> int:
        """Count the values whose key begins with `prefix`, without reading them where the backend can."""
        return await self._storage.backend.count(self.namespace, check_key(prefix))

    async def update(self, key: str, change: Change) -> tuple[Json, Json]:
        """Store `change(old)` under `key` with no other write between, and return (old, new).

        `change` gets None if there is no value and returns None to delete. It must be a plain function that only
        computes: it may be called more than once and on another thread. What it raises is raised here, and nothing
        is stored. It is typed to take Any, so that `lambda n: (n or 0) + 1` needs no cast.
        """
        return await self._storage.backend.update(self.namespace, check_key(key), change)

    @staticmethod
    async def update_together(keys: Mapping["Store", Iterable[str]], change: ChangeTogether) -> tuple[Values, Values]:
        """Store what `change` makes of values in one or several stores, with no other write between: all or nothing.

        keys: those that `change` is given, by store. `change` gets a dict of dicts, by namespace and key, None where
        there is no value; it returns values to store in the same form, in these namespaces, under these keys or others;
        None deletes, what it leaves out stays. As for `update`, it must be a plain function that only computes. Returns
        (old, new): what `change` was given, and what is there now.
        """
        asked = {store.namespace: _keys(names) for store, names in keys.items()}
        if not asked or len(asked) < len(keys) or len({id(store._storage) for store in keys}) > 1:
            raise ValueError("update_together takes the stores of one bot, at least one, each namespace once")

        def checked(old: dict[str, dict[str, Any]]) -> Values:
            new = change(old)
            if not isinstance(new, Mapping):
                raise TypeError(f"the change returns values by namespace and key, and not {new!r}")
            return {name: {check_key(key): value for key, value in values.items()} for name, values in new.items()}

        return await next(iter(keys))._storage.backend.update_together(asked, checked)

    async def put_many(self, values: Mapping[str, Json]) -> None:
        """Store all of `values` or, if it raises, none of them; a None deletes."""
        for key in values:
            check_key(key)
        await self._storage.backend.put_many(self.namespace, values)

    @cached_property
    def sync(self) -> "SyncStore":
        """The same verbs for worker threads, such as a `def` handler's: each waits for its answer."""
        return SyncStore(self, self._storage)


class SyncStore:
    """The verbs of a Store for code that runs on a worker thread, beside the event loop.

    On the event loop's own thread every verb raises RuntimeError, for it could only wait for itself.
    """

    def __init__(self, store: Store, storage: Storage) -> None:
        self._store = store
        self._storage = storage

    def get(self, key: str) -> Json:
        """Return the value under `key`, a copy of your own, or None."""
        return self._storage.wait(self._store.get(key))

    def put(self, key: str, value: Json) -> None:
        """Store `value` under `key`; None deletes."""
        self._storage.wait(self._store.put(key, value))

    def delete(self, key: str) -> bool:
        """Delete the value under `key` and say whether there was one."""
        return self._storage.wait(self._store.delete(key))

    def items(self, prefix: str = "", after: str | None = None, limit: int | None = None) -> list[tuple[str, Json]]:
        """Return (key, value) pairs ordered by code point, as `Store.items` does."""
        return self._storage.wait(self._store.items(prefix, after, limit))

    def count(self, prefix: str = "") -> int:
        """Count the values whose key begins with `prefix`."""
        return self._storage.wait(self._store.count(prefix))

    def update(self, key: str, change: Change) -> tuple[Json, Json]:
        """Store `change(old)` under `key` with no other write between, and return (old, new)."""
        return self._storage.wait(self._store.update(key, change))

    def put_many(self, values: Mapping[str, Json]) -> None:
        """Store all of `values` or, if it raises, none of them; a None deletes."""
        self._storage.wait(self._store.put_many(values))

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine that uses stores where they can be used, on the storage's event loop, and wait for it."""
        return self._storage.wait(work)


def _keys(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"the keys of a store are a list; {names!r} alone would be taken letter by letter")
    return tuple(dict.fromkeys(map(check_key, names)))


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
