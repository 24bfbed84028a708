"""A hypothesis state machine that does the same to a backend and to a dict, and compares."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pluggram.storage import Backend, Json, Storage, StorageError, Store

Result = TypeVar("Result")

_TEXT = st.characters(exclude_categories=["Cs"])
KEYS = st.sampled_from(["", "a", "A", "a\x00", "aa", "b", "\ud7ff", "\ue000", "\U0010ffff"]) | st.text(
    _TEXT, max_size=5
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(_TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(_TEXT, max_size=3), inner, max_size=3),
    max_leaves=5,
)
NAMESPACES = st.sampled_from(["links", "plugin.a", "plugin.b"])


Failing = Callable[[Backend, Path], AbstractContextManager[None]]


def check_against_model(
    make: Callable[[Path], Backend], folder: Path, *, reopening: bool, failing: Failing | None = None
) -> None:
    """Raise AssertionError, with a short example, if the backends that `make` returns are not like a dict.

    failing: makes every write of an open backend fail while its context is entered.
    """

    class Machine(_Machine):
        def __init__(self) -> None:
            super().__init__(make, Path(tempfile.mkdtemp(dir=folder)), reopening, failing)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


class _Machine(RuleBasedStateMachine):
    def __init__(self, make: Callable[[Path], Backend], folder: Path, reopening: bool, failing: Failing | None) -> None:
        super().__init__()
        self._make, self._folder, self._reopening, self._failing = make, folder, reopening, failing
        self._model: dict[str, dict[str, Json]] = {}
        self._runner = asyncio.Runner()
        self._open()

    def teardown(self) -> None:
        self._run(self._backend.close())
        self._runner.close()

    @rule(name=NAMESPACES, key=KEYS, value=VALUES)
    def put(self, name: str, key: str, value: Json) -> None:
        self._run(self._store(name).put(key, value))
        self._expect(name, {key: value})

    @rule(name=NAMESPACES, values=st.dictionaries(KEYS, VALUES, max_size=5))
    def put_many(self, name: str, values: Mapping[str, Json]) -> None:
        self._run(self._store(name).put_many(values))
        self._expect(name, values)

    @rule(name=NAMESPACES, key=KEYS)
    def delete(self, name: str, key: str) -> None:
        assert self._run(self._store(name).delete(key)) is (key in self._values(name))
        self._expect(name, {key: None})

    @rule(name=NAMESPACES, key=KEYS, value=VALUES)
    def update(self, name: str, key: str, value: Json) -> None:
        old = self._values(name).get(key)
        assert self._run(self._store(name).update(key, lambda found: [found, value])) == (old, [old, value])
        self._expect(name, {key: [old, value]})

    @rule(asked=st.dictionaries(NAMESPACES, st.sets(KEYS, max_size=3), min_size=1), value=VALUES)
    def update_together(self, asked: dict[str, set[str]], value: Json) -> None:
        old = {name: {key: self._values(name).get(key) for key in keys} for name, keys in asked.items()}
        new = {name: dict.fromkeys(sorted(keys)[:2], value) | {"b": [name]} for name, keys in asked.items()}
        both = self._run(Store.update_together({self._store(name): asked[name] for name in asked}, lambda _: new))
        assert both == (old, {name: old[name] | new[name] for name in asked})
        for name in asked:
            self._expect(name, new[name])

    @rule(name=NAMESPACES, key=KEYS, values=st.lists(VALUES, min_size=1, max_size=5))
    def put_at_once(self, name: str, key: str, values: list[Json]) -> None:
        async def put_all() -> None:
            await asyncio.gather(*(self._store(name).put(key, value) for value in values))

        self._run(put_all())
        self._expect(name, {key: values[-1]})

    @rule(name=NAMESPACES, prefix=KEYS, after=st.none() | KEYS, limit=st.none() | st.integers(0, 5))
    def page(self, name: str, prefix: str, after: str | None, limit: int | None) -> None:
        pairs = sorted(self._values(name).items())
        expected = [pair for pair in pairs if pair[0].startswith(prefix) and (after is None or pair[0] > after)]
        assert self._run(self._store(name).items(prefix, after, limit)) == expected[:limit]

    @rule(name=NAMESPACES, prefix=KEYS)
    def count(self, name: str, prefix: str) -> None:
        expected = sum(key.startswith(prefix) for key in self._values(name))
        assert self._run(self._store(name).count(prefix)) == expected

    @precondition(lambda self: self._failing)
    @rule(name=NAMESPACES, key=KEYS, value=VALUES)
    def fail(self, name: str, key: str, value: Json) -> None:
        async def outcomes() -> list[object]:
            store = self._store(name)
            new = {name: {key: [value, "new"]}, "other": {"a": [value, "new"]}}
            writes = [
                *(store.update(key, lambda old: [old, value]), store.put_many({key: [value, "new"]})),
                Store.update_together({store: [key], self._store("other"): []}, lambda _: new),
            ]
            return list(await asyncio.gather(*writes, return_exceptions=True))

        assert self._failing
        with self._failing(self._backend, self._folder):
            told = self._run(outcomes())
            self.holds_what_the_model_holds()
        unchanged = self._values(name).get(key) == [value, "new"]  # such a write need not reach the disk
        assert all(isinstance(each, StorageError) for each in told if each is not None or not unchanged), told

    @precondition(lambda self: self._reopening)
    @rule()
    def reopen(self) -> None:
        self._run(self._backend.close())
        self._open()

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        names = self._run(self._backend.namespaces())
        assert names == sorted(name for name, values in self._model.items() if values)
        for name in names:
            assert self._run(self._store(name).items()) == sorted(self._values(name).items())

    def _open(self) -> None:
        async def open_and_attach() -> None:
            await self._backend.open()
            self._storage.attach(self._backend)

        self._backend, self._storage = self._make(self._folder), Storage()
        self._run(open_and_attach())

    def _store(self, name: str) -> Store:
        return self._storage.store(name)

    def _values(self, name: str) -> dict[str, Json]:
        return self._model.setdefault(name, {})

    def _expect(self, name: str, values: Mapping[str, Json]) -> None:
        for key, value in values.items():
            self._values(name)[key] = value
            if value is None:
                del self._values(name)[key]

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(work)
