import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram import Json, StorageError
from pluggram.storage.memory import MemoryBackend
from pluggram_plugins._audit import Act, log
from tests.plugins._audit.record import ANN, BEN, Flaky, check, put, recording, told

MANY = {f"{n:04}": f"https://example.org/{n}" for n in range(600)}


async def test_a_change_is_made_and_recorded() -> None:
    async with recording(MemoryBackend()) as (record, stores):
        links = stores("links")
        await put(record, links, "0042", "a")
        await put(record, links, "0042", "b", BEN)
        await put(record, links, "0042", None)
        assert await told(record, "0042") == [(None, "a"), ("a", "b"), ("b", None)]
        assert [entry.act for entry in await record.rows.entries()] == [ANN, BEN, ANN]
        assert await links.items() == []


async def test_what_changes_nothing_is_not_recorded() -> None:
    async with recording(MemoryBackend()) as (record, stores):
        await put(record, stores("links"), "0042", "a")
        assert await record.apply(ANN, stores("links"), ["0042"], lambda old: old) == {}
        assert await record.apply(ANN, stores("links"), ["0042"], lambda _: {}) == {}
        assert len(await record.rows.entries()) == 1


async def test_many_values_are_one_entry() -> None:
    async with recording(MemoryBackend()) as (record, stores):
        links = stores("links")
        await put(record, links, "0001", "old")
        await record.apply(Act("import", note="links.csv"), links, list(MANY), lambda _: MANY)
        newest, _ = await record.rows.entries()
        assert len(newest.keys) == len(await record.rows.changes(newest)) == 600
        assert newest.act == Act("import", None, "shell", "links.csv")
        await check(record, links, MANY)


async def test_a_change_that_raises_changes_and_records_nothing() -> None:
    async with recording(MemoryBackend()) as (record, stores):

        def change(_: dict[str, Any]) -> Mapping[str, Json]:
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            await record.apply(ANN, stores("links"), ["a"], change)
        assert await stores("audit").items() == await stores("links").items() == []


@pytest.mark.parametrize("changes", [{"0001": "new"}, MANY], ids=["one", "many"])
async def test_where_a_write_fails_neither_the_change_nor_its_record_is_there(changes: Mapping[str, Json]) -> None:
    async with recording(Flaky(failing=[1])) as (record, stores):
        with pytest.raises(StorageError):
            await record.apply(ANN, stores("links"), list(changes), lambda _: changes)
        assert await stores("links").items() == await stores("audit").items() == []
        await record.apply(ANN, stores("links"), list(changes), lambda _: changes)
        await check(record, stores("links"), changes)


async def test_what_is_too_large_to_be_recorded_is_not_changed() -> None:
    async with recording(MemoryBackend()) as (record, stores):
        huge = "x" * 9 * 1024 * 1024
        await stores("links").put("0042", huge)
        with pytest.raises(ValueError, match="can be stored under one key"):
            await put(record, stores("links"), "0042", huge[1:])
        assert await stores("links").get("0042") == huge
        assert await stores("audit").items() == []


async def test_fifty_who_change_one_value_at_once_leave_a_record_without_a_gap() -> None:
    async with recording(MemoryBackend()) as (record, stores):
        links = stores("links")
        await asyncio.gather(*(
            record.apply(ANN, links, ["n", "m"], lambda old: {"n": (old["n"] or 0) + 1}) for _ in range(50)
        ))  # fmt: skip
        assert await links.get("n") == 50
        assert len(await told(record, "n")) == 50
        await check(record, links, ["n"])


KEYS = st.sampled_from(["a", "b", "ab", "a/b", "a.b", "", "ü/=", "=", "x" * 1024, "é" * 512])
WRITES = st.dictionaries(KEYS, st.none() | st.integers(0, 2), min_size=1, max_size=4)


@settings(max_examples=200)
@given(st.lists(st.tuples(WRITES, st.booleans()), max_size=12), st.sets(st.integers(1, 40)))
async def test_any_changes_with_any_writes_failing_leave_a_record_without_a_gap(
    steps: list[tuple[dict[str, Json], bool]], failing: set[int]
) -> None:
    async with recording(Flaky(failing)) as (record, stores):
        links, keys = stores("links"), {key for writes, _ in steps for key in writes}
        for writes, at_once in steps:
            half = dict(list(writes.items())[::2]) if at_once else {}
            await asyncio.gather(
                *(record.apply(ANN, links, list(w), lambda _, w=w: w) for w in (writes, half) if w),  # type: ignore[misc]
                return_exceptions=True,
            )
        await check(record, links, keys)


async def test_only_so_many_changes_are_kept_and_the_newest_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "KEPT", 10)
    async with recording(MemoryBackend()) as (record, stores):
        links = stores("links")
        for n in range(30):
            await put(record, links, "0042", n)
        assert await told(record, "0042") == [(n - 1, n) for n in range(20, 30)]
        await record.apply(ANN, links, list(MANY), lambda _: MANY)
        await put(record, links, "0042", None)
        await record.prune(10, 1000)
        assert [len(entry.keys) for entry in await record.rows.entries()] == [1, 600]
        assert len(await stores("audit").items()) == 604


async def test_a_change_stands_when_old_entries_cannot_be_forgotten(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(log, "KEPT", 1)
    async with recording(Flaky(failing=[3])) as (record, stores):
        for n in range(2):
            await put(record, stores("links"), "0042", n)
        assert await stores("links").get("0042") == 1
        assert "forgotten later: write 3 fails" in caplog.text
        await put(record, stores("links"), "0042", 2)
        assert await told(record, "0042") == [(1, 2)]


async def test_a_record_that_was_edited_by_hand_is_read_as_far_as_it_makes_sense() -> None:
    async with recording(MemoryBackend()) as (record, stores):
        links, audit = stores("links"), stores("audit")
        await put(record, links, "0042", "a")
        [entry] = await record.rows.entries()
        odd: dict[str, Json] = {
            "log/x": {"did": "change", "in": "links"}, "log/000000000001": 7, "log/000000000002": {"did": "fly"},
            f"of/0042/{entry.id}x": [1], "nothing": "of ours",
            "log/500000000007": {"did": "change", "in": "links", "keys": ["1"], "by": "x", "at": "yesterday"},
        }  # fmt: skip
        await audit.put_many(odd)
        await put(record, links, "0042", "b")
        newest, _, oldest = await record.rows.entries()
        assert (newest.act, oldest.act.by, oldest.older_than(timedelta(days=999))) == (ANN, None, True)
        assert [entry.id for entry in await record.rows.entries(limit=2)] == [newest.id, entry.id]
        assert [(change.old, change.new) for _, change in await record.rows.of("0042")] == [("a", "b"), (None, "a")]
