"""Groups that become supergroups: every plugin moves what it keeps, whatever fails and whenever the process ends."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pluggram.bot import migrations
from pluggram.bot.migrations import Migrations, Mover
from pluggram.storage import Backend, Json, Storage, StorageError, Store, open_backend

OLD, NEW = -5, -1_000_000_000_005


class Plugin:
    """Keeps note of each chat that it is to move, and does as `fails` says."""

    def __init__(self, *fails: BaseException | None) -> None:
        self.fails = list(fails)
        self.moved: list[tuple[int, int]] = []
        self.asked = asyncio.Event()

    def __call__(self, old: int, new: int) -> Any:
        self.asked.set()
        return self._move(old, new)

    async def _move(self, old: int, new: int) -> None:
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error
        self.moved.append((old, new))


class Troubled(Store):
    """A store whose next writes fail, and that tells when one has not."""

    def __init__(self, storage: Storage, namespace: str) -> None:
        super().__init__(storage, namespace)
        self.failing = 0
        self.written = asyncio.Event()

    async def put(self, key: str, value: Json) -> None:
        if self.failing:
            self.failing -= 1
            raise StorageError("the disk is full")
        await super().put(key, value)
        self.written.set()


@pytest.fixture
async def backend() -> AsyncIterator[Backend]:
    async with await open_backend("memory:", Path()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "FIRST_WAIT", 0.002)


def store_of(backend: Backend) -> Troubled:
    storage = Storage()
    storage.attach(backend)
    return Troubled(storage, "core.migrations")


@asynccontextmanager
async def running(store: Store, **plugins: Mover) -> AsyncIterator[Migrations]:
    """Run a bot's migrations; leaving it is what a kill leaves: the store, and no more."""
    made = Migrations(store, lambda: plugins)
    await made.load()
    async with made.running():
        yield made


async def migrated(migrations: Migrations) -> None:
    migrations.moves.add(OLD, NEW)
    await migrations.tried()


async def kept(store: Troubled, moved: int, old: int = OLD) -> Mapping[str, Any]:
    """Wait until so many plugins are remembered to have moved the chat, and give what is kept of it."""
    async with asyncio.timeout(10):
        while True:
            store.written.clear()
            value: Any = await store.get(str(old))
            if value is not None and len(value["moved"]) >= moved:
                return value  # type: ignore[no-any-return]  # JSON that this store was given
            await store.written.wait()


async def test_when_it_is_taken_note_of_all_have_moved_and_it_is_kept(backend: Backend) -> None:
    store, one, two = store_of(backend), Plugin(), list[int]()
    async with running(store, one=one, two=lambda old, new: two.append(old)) as migrations:
        await migrated(migrations)
        assert (one.moved, two) == ([(OLD, NEW)], [OLD])
        assert await store.get(str(OLD)) == {"new": NEW, "moved": ["one", "two"]}
        assert migrations.moves.current(OLD) == NEW


async def test_what_is_told_again_moves_nothing_again(backend: Backend) -> None:
    store, plugin = store_of(backend), Plugin()
    for _ in range(2):
        async with running(store, one=plugin) as migrations:
            for _ in range(2):
                await migrated(migrations)
    assert plugin.moved == [(OLD, NEW)]


async def test_what_telegram_tells_at_a_call_is_moved_beside_it(backend: Backend) -> None:
    store, plugin = store_of(backend), Plugin()
    async with running(store, one=plugin) as migrations:
        migrations.moves.add(OLD, NEW)
        assert await kept(store, 1) == {"new": NEW, "moved": ["one"]}


@pytest.mark.parametrize(
    "error", [RuntimeError("no connection"), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError(), OSError()]
)
async def test_a_plugin_that_fails_is_named_once_and_asked_again_until_it_works(
    backend: Backend, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    caplog.set_level("INFO", "pluggram.migrations")
    store, failing, working = store_of(backend), Plugin(error, error, error), Plugin()
    async with running(store, failing=failing, working=working) as migrations:
        await migrated(migrations)
        assert working.moved == [(OLD, NEW)]
        assert (await kept(store, 2))["moved"] == ["failing", "working"]
    assert (failing.moved, working.moved) == ([(OLD, NEW)], [(OLD, NEW)])
    errors = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert errors[0].startswith("plugin failing: what it keeps of chat -5 is not moved")
    assert caplog.messages[-1] == f"plugin failing: what it keeps of chat -5 is moved to {NEW} after all"


async def test_a_plugin_that_raises_before_it_gives_something_to_await_is_asked_again(backend: Backend) -> None:
    tries: list[int] = []

    def move(old: int, new: int) -> None:
        tries.append(old)
        if len(tries) < 3:
            raise RuntimeError

    store = store_of(backend)
    async with running(store, one=move) as migrations:
        await migrated(migrations)
        await kept(store, 1)
    assert tries == [OLD] * 3


async def test_a_plugin_that_hangs_holds_no_other_and_is_asked_again(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LIMIT", 0.01)
    hangs = [True]

    async def move(old: int, new: int) -> None:
        if hangs and hangs.pop():
            await asyncio.Event().wait()

    store, other = store_of(backend), Plugin()
    async with running(store, one=move, other=other) as migrating:
        await migrated(migrating)
        assert other.moved == [(OLD, NEW)]
        assert (await kept(store, 2))["moved"] == ["one", "other"]


async def test_what_was_not_moved_when_the_process_ended_is_moved_at_the_next_start(backend: Backend) -> None:
    store, failing, working = store_of(backend), Plugin(*[OSError()] * 1000), Plugin()
    async with running(store, one=failing, two=working) as migrations:
        await migrated(migrations)
    failing.fails.clear()
    async with running(store, one=failing, two=working) as migrations:
        assert migrations.moves.current(OLD) == NEW
        await kept(store, 2)
    assert (failing.moved, working.moved) == ([(OLD, NEW)], [(OLD, NEW)])


async def test_a_plugin_that_comes_later_moves_what_it_may_have_kept(backend: Backend) -> None:
    store, late, plugins = store_of(backend), Plugin(), dict[str, Mover]()
    migrations = Migrations(store, lambda: plugins)
    async with migrations.running():
        await migrated(migrations)
        plugins["late"] = late
        migrations.look()
        await kept(store, 1)
    assert late.moved == [(OLD, NEW)]


async def test_a_storage_that_fails_delays_what_is_kept_and_is_one_line(
    backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    store, plugin = store_of(backend), Plugin()
    store.failing = 5
    async with running(store, one=plugin) as migrations:
        await migrated(migrations)
        assert migrations.moves.current(OLD) == NEW
        await kept(store, 1)
        store.failing = 5
        migrations.moves.add(OLD - 1, NEW - 1)
        await migrations.tried()
        await kept(store, 1, OLD - 1)
    assert plugin.moved == [(OLD, NEW), (OLD - 1, NEW - 1)]
    assert len([record for record in caplog.records if "could not be kept" in record.message]) == 2


@pytest.mark.parametrize("key", ["x", "5", "-", "", "-5x", "-" + "9" * 30])
@pytest.mark.parametrize("value", [{"new": NEW, "moved": []}, {"new": "x", "moved": []}, {"new": NEW}, 5, [], "x"])
async def test_what_somebody_else_has_kept_there_is_passed_over(backend: Backend, key: str, value: Json) -> None:
    store, plugin = store_of(backend), Plugin()
    await store.put(key, value)
    async with running(store, one=plugin) as migrations:
        await migrated(migrations)
        assert [*migrations.moves] == [(OLD, NEW)]


async def test_who_cancels_the_tasks_of_others_does_not_end_it(backend: Backend) -> None:
    store, plugin = store_of(backend), Plugin()
    before = asyncio.all_tasks()
    async with running(store, one=plugin) as migrations:
        for _ in range(3):
            await asyncio.sleep(0)
            for task in asyncio.all_tasks() - before:
                task.cancel()
        await migrated(migrations)
        await kept(store, 1)


async def test_nothing_waits_for_a_bot_that_does_not_serve(backend: Backend) -> None:
    await asyncio.wait_for(migrated(Migrations(store_of(backend), dict)), 5)
