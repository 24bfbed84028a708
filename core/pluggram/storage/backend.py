"""Backend: what a place that keeps values must be able to do."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Any, Self, TypeAlias

from pluggram.storage.values import Json

Change: TypeAlias = Callable[[Any], Json]
"""Computes the new value from the old one (None: absent). Pure, synchronous, may be called more than once and on
another thread. Its parameter is Any, so that `lambda n: (n or 0) + 1` needs no cast under a strict type checker."""

Values: TypeAlias = Mapping[str, Mapping[str, Json]]
"""JSON values by namespace and key."""

ChangeTogether: TypeAlias = Callable[[dict[str, dict[str, Any]]], Values]
"""The same for values of several namespaces: from the old values that were asked for to the new ones to store."""

PROBE_NAMESPACE = "pluggram.probe"

COUNTED_AT_ONCE = 1000


class Backend(ABC):
    """Keeps JSON values by namespace and key. Subclass it to bring a new kind of storage.

    Authors never call it: their `Store` does, with namespaces and keys that have been checked.
    `pluggram.testing.BackendContract` is what an implementation has to pass. In short: None means absent everywhere;
    values are isolated copies; a write that returns is durable, and one that raises has left the old value standing;
    what the backend itself cannot do raises StorageError; cancelling a caller never harms the data.
    All methods but the constructor run on one event loop.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        """Where the values lie, for people: a path or a server, without any password."""
        self.notices: list[str] = []
        """What a person should know about this storage, such as a file that was set aside."""

    @abstractmethod
    async def open(self) -> None:
        """Open the storage, creating it if need be; on failure nothing stays open. Raises StorageError."""

    @abstractmethod
    async def close(self) -> None:
        """Finish all writes that were begun, then close. Does nothing if it is not open."""

    @abstractmethod
    async def get(self, namespace: str, key: str) -> Json:
        """Return the value, or None."""

    @abstractmethod
    async def put(self, namespace: str, key: str, value: Json) -> None:
        """Store `value`; None deletes."""

    @abstractmethod
    async def delete(self, namespace: str, key: str) -> bool:
        """Delete the value and say whether there was one."""

    @abstractmethod
    async def items(
        self, namespace: str, prefix: str = "", after: str | None = None, limit: int | None = None
    ) -> list[tuple[str, Json]]:
        """Return the first `limit` pairs whose key begins with `prefix` and is greater than `after`.

        They are ordered by code point and come from one moment.
        """

    @abstractmethod
    async def update_together(
        self, keys: Mapping[str, Collection[str]], change: ChangeTogether
    ) -> tuple[Values, Values]:
        """Store what `change` makes of values in several namespaces, with no other write between: all or nothing.

        keys: those that `change` is given, by namespace, with None where there is no value. It returns values to store
        in these namespaces, under these keys or others; None deletes, what it leaves out stays. Returns (old, new):
        what it was given, and what is there now. What it raises is raised here, and nothing is stored.
        """

    @abstractmethod
    async def put_many(self, namespace: str, values: Mapping[str, Json]) -> None:
        """Store all of `values` or, if it raises, none of them; a None deletes."""

    @abstractmethod
    async def namespaces(self) -> list[str]:
        """Return the namespaces that hold a value, ordered by code point."""

    async def update(self, namespace: str, key: str, change: Change) -> tuple[Json, Json]:
        """Store `change(old)` with no other write between, and return (old, new)."""
        old, new = await self.update_together(
            {namespace: (key,)}, lambda values: {namespace: {key: change(values[namespace][key])}}
        )
        return old[namespace][key], new[namespace][key]

    async def count(self, namespace: str, prefix: str = "") -> int:
        """Count the values whose key begins with `prefix`; override it where that can be had without reading them."""
        counted = 0
        after: str | None = None
        while page := await self.items(namespace, prefix, after, COUNTED_AT_ONCE):
            counted, after = counted + len(page), page[-1][0]
        return counted

    async def probe(self) -> None:
        """Write something and take it away again: returns if the storage can be written, else raises StorageError."""
        await self.put(PROBE_NAMESPACE, "probe", True)
        await self.delete(PROBE_NAMESPACE, "probe")

    async def look_through(self) -> None:
        """Look through all that is stored, where opening it has not; raises StorageError if something is damaged."""
        return

    async def __aenter__(self) -> Self:
        """Return the backend, which is open already; leaving the block closes it."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
