"""Hypothesis mixes verbs, faults, deaths and reopenings, in search of a value that is neither the old nor the new."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pluggram.storage import Backend, Json, StorageError
from pluggram.storage.json_folder import JsonFolderBackend
from pluggram.storage.sqlite import SqliteBackend
from tests.core.storage.disk import FAULTS, Died, Disk
from tests.core.storage.full_disk import files_of_at_most
from tests.core.storage.test_disk_faults import told
from tests.core.storage.verbs import Spaces, after, held

Result = TypeVar("Result")
NAMES = st.sampled_from(["audit", "links"])
KEYS = st.sampled_from(["a", "b", "c"])
VALUES: st.SearchStrategy[Json] = st.none() | st.integers(0, 3) | st.sampled_from(["x" * 300, "y" * 6000])
CHANGES: st.SearchStrategy[Spaces] = st.dictionaries(NAMES, st.dictionaries(KEYS, VALUES, min_size=1), min_size=1)


class Machine(RuleBasedStateMachine):
    """What every storage has to stand. `folder` is where its files are, and moves when its process has died."""

    parent: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folders = (Path(tempfile.mkdtemp(dir=self.parent)) / str(number) for number in itertools.count())
        self.folder = next(self.folders)
        self.model: Spaces = {}
        self.open()

    def teardown(self) -> None:
        self.run(self.backend.close())
        self.runner.close()

    def make(self) -> Backend:
        raise NotImplementedError

    @rule(changes=CHANGES)
    def write(self, changes: Spaces) -> None:
        self.run(self.written(changes))
        self.model = renewed(self.model, changes)

    @rule(name=NAMES, key=KEYS)
    def delete(self, name: str, key: str) -> None:
        assert self.run(self.backend.delete(name, key)) is (key in self.model.get(name, {}))
        self.model = renewed(self.model, {name: {key: None}})

    @rule()
    def reopen(self) -> None:
        self.run(self.backend.close())
        self.open()

    @invariant()
    def holds_what_it_should(self) -> None:
        assert self.run(held(self.backend)) == self.model

    def open(self) -> None:
        self.backend = self.make()
        self.run(self.backend.open())
        assert self.backend.notices == []

    def written(self, changes: Spaces) -> Coroutine[Any, Any, object]:
        if len(changes) > 1:
            return self.backend.update_together(dict.fromkeys(changes, ("a",)), lambda _: changes)
        ((name, values),) = changes.items()
        if len(values) > 1:
            return self.backend.put_many(name, values)
        ((key, value),) = values.items()
        return self.backend.put(name, key, value)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)


def renewed(model: Spaces, changes: Spaces) -> Spaces:
    return {name: values for name, values in after(model, changes).items() if values}


class JsonMachine(Machine):
    """Any system call may fail, or be the last one, and then the power may fail as well."""

    def make(self) -> Backend:
        return JsonFolderBackend(self.folder)

    @rule(changes=CHANGES, when=st.integers(1, 30), fault=st.sampled_from(FAULTS), durable=st.integers(0, 5))
    def write_on_a_faulty_disk(self, changes: Spaces, when: int, fault: str, durable: int) -> None:
        old, new = self.model, renewed(self.model, changes)
        with Disk(self.folder, when, fault).watched() as disk:
            stored = self.run(outcome(self.written(changes), disk))
            if disk.fired and fault == "dies":
                with suppress(Died):
                    self.run(self.backend.close())
        if disk.fired and fault == "dies":
            for left in disk.power_failures():
                if left <= durable:
                    break
            self.open()
        found = self.run(held(self.backend))
        unsure = fault == "fails from then on" or stored is None  # the first: neither new nor old could be synced
        assert found in ([new] if stored else [old, new] if unsure else [old])
        self.model = found


async def outcome(write: Awaitable[object], disk: Disk) -> bool | None:
    return await told(write, disk)


class SqliteMachine(Machine):
    """The disk may be full, from some byte on; the process may die at any time, which leaves the file and its log."""

    def make(self) -> Backend:
        return SqliteBackend(self.folder / "bot.db")

    @rule(changes=CHANGES, room=st.integers(0, 40_000))
    def write_on_a_full_disk(self, changes: Spaces, room: int) -> None:
        with files_of_at_most(room):
            try:
                self.run(self.written(changes))
            except StorageError:
                return
        self.model = renewed(self.model, changes)

    @rule()
    def die(self) -> None:
        dead, self.folder = self.folder, next(self.folders)
        self.folder.mkdir(parents=True)
        for left in dead.glob("bot.db*"):
            if not left.name.endswith("-shm"):
                shutil.copy(left, self.folder)
        self.run(self.backend.close())
        self.open()


def check(machine: type[Machine], folder: Path) -> None:
    steps = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # to make a failure small takes minutes here
    )
    run_state_machine_as_test(type("Here", (machine,), {"parent": folder}), settings=steps)


def test_whatever_happens_to_a_json_folder_it_holds_the_old_values_or_the_new(tmp_path: Path) -> None:
    check(JsonMachine, tmp_path)


def test_whatever_happens_to_a_sqlite_file_it_holds_the_old_values_or_the_new(tmp_path: Path) -> None:
    check(SqliteMachine, tmp_path)
