"""What a test of the record needs: a storage whose writes fail, and the one rule that must hold."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

from pluggram import Backend, Json, StorageError, Store
from pluggram.storage import Spaces, Storage
from pluggram.storage.memory import MemoryBackend
from pluggram.storage.writes import Result
from pluggram_plugins._audit import Act, Log

ANN, BEN = Act("change", 22, "@ann"), Act("change", 33, "@ben")


class Flaky(MemoryBackend):
    """A storage in memory, of which these writes, counted from 1, fail."""

    def __init__(self, failing: Collection[int] = ()) -> None:
        super().__init__()
        self.failing = failing
        self.writes = 0

    async def write(self, namespaces: Collection[str], job: Callable[[Spaces], Result]) -> Result:
        self.writes += 1
        if self.writes in self.failing:
            raise StorageError(f"write {self.writes} fails")
        return await super().write(namespaces, job)


@asynccontextmanager
async def recording(backend: Backend) -> AsyncIterator[tuple[Log, Callable[[str], Store]]]:
    """Take an open backend, or one in memory, and give a record in it, and the stores beside it."""
    storage = Storage()
    if isinstance(backend, MemoryBackend):
        await backend.open()
    storage.attach(backend)
    try:
        yield Log(storage.store), storage.store
    finally:
        await storage.close()


async def put(log: Log, store: Store, key: str, value: Json, act: Act = ANN) -> None:
    """Change one value, whatever it is."""
    await log.apply(act, store, [key], lambda _: {key: value})


async def told(log: Log, key: str) -> list[tuple[Json, Json]]:
    """What the record tells of a value: (old, new), the oldest first."""
    changes = await log.rows.of(key, limit=10_000)
    assert None not in [await log.rows.entry(entry_id) for entry_id, _ in changes]
    return [(change.old, change.new) for _, change in reversed(changes)]


async def check(log: Log, store: Store, keys: Collection[str], first: Json = None) -> None:
    """Each value's record leads without a gap from what was there at first to what is there now."""
    for key in keys:
        value = first
        for old, new in await told(log, key):
            assert old == value, f"{key}: the record goes on from {old!r}, and {value!r} was there"
            value = new
        assert await store.get(key) == value, f"{key}: {await store.get(key)!r} is there, the record says {value!r}"
