"""Crashes and failing disks under a write to two files: at every moment both are old, or both new once opened."""

import asyncio
import itertools
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pluggram import Json, StorageError
from pluggram.storage import Values
from pluggram.storage.json_folder import JsonFolderBackend
from tests.core.storage.disk import Died, Disk
from tests.core.storage.test_disk_faults import opened

OLD: Values = {"audit": {}, "links": {"a": "old", "b": "x" * 500}}
NEW: Values = {"audit": {"1": "a: old, new"}, "links": {"a": "new", "b": "x" * 500}}
LEFT = [".lock", "audit.json", "audit.json.bak", "links.json", "links.json.bak"]


async def prepare(folder: Path) -> JsonFolderBackend:
    await asyncio.to_thread(folder.mkdir, parents=True)
    for name, values in OLD.items():
        (folder / f"{name}.json").write_text(json.dumps(values), "utf-8")
    return await opened(folder)


async def renew(backend: JsonFolderBackend) -> None:
    def change(old: dict[str, dict[str, Any]]) -> Values:
        return {"links": {"a": "new"}, "audit": {"1": f"a: {old['links']['a']}, new"}}

    await backend.update_together({"links": ["a"], "audit": []}, change)


async def held(backend: JsonFolderBackend) -> dict[str, dict[str, Json]]:
    return {name: dict(await backend.items(name)) for name in ("audit", "links")}


async def died(folder: Path, when: int) -> None:
    """Begin to write, and die at this step: the journal, links.json, audit.json, the journal's end, the backups."""
    await (await prepare(folder)).close()
    backend = await opened(folder)
    with Disk(folder, when, "dies", counted=("replace", "unlink")).watched():
        with pytest.raises(Died):
            await renew(backend)
        with suppress(Died):
            await backend.close()


async def test_what_cannot_be_taken_back_is_not_seen_and_is_taken_back_once_that_can_be_done(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    backend = await prepare(folder)
    with Disk(folder, 3, "fails from then on", counted=("replace",)).watched():  # the journal, the first file, no more
        for _ in range(2):
            with pytest.raises(StorageError, match=r"neither be written nor set back: .* are set back before"):
                await renew(backend)
            assert await held(backend) == OLD
            assert json.loads((folder / "links.json").read_text()) == NEW["links"]
    await backend.put("links", "c", "meanwhile")
    await renew(backend)
    await backend.close()
    async with await opened(folder) as again:
        assert await held(again) == {"audit": NEW["audit"], "links": {**NEW["links"], "c": "meanwhile"}}
    assert sorted(path.name for path in folder.iterdir()) == LEFT


async def test_what_cannot_be_taken_back_is_taken_back_when_the_bot_ends(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    backend = await prepare(folder)
    with Disk(folder, 3, "fails from then on", counted=("replace",)).watched(), pytest.raises(StorageError):
        await renew(backend)
    await backend.close()
    assert json.loads((folder / "links.json").read_text()) == OLD["links"]
    assert sorted(path.name for path in folder.iterdir()) == LEFT


async def test_a_file_that_was_edited_since_is_left_alone_when_the_rest_is_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    backend = await prepare(folder)
    with Disk(folder, 3, "fails from then on", counted=("replace",)).watched(), pytest.raises(StorageError):
        await renew(backend)
    (folder / "links.json").write_text('{"mine": 1}')
    await backend.put("audit", "2", "b")
    expected: Values = {"audit": {"2": "b"}, "links": {"mine": 1}}
    assert await held(backend) == expected
    await backend.close()
    async with await opened(folder) as again:
        assert await held(again) == expected


async def test_what_could_not_be_taken_back_before_the_process_died_is_taken_back_by_the_next_start(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    backend = await prepare(folder)
    with Disk(folder, 3, "fails from then on", counted=("replace",)).watched():
        with pytest.raises(StorageError):
            await renew(backend)
        for name in ("links", "audit"):  # for the next start would take back the same value, too
            with pytest.raises(StorageError, match="are set back before anything else is written"):
                await backend.put(name, "a", "new")
    backend._lock.release()
    async with await opened(folder) as again:
        assert await held(again) == OLD


async def test_a_write_that_waited_for_one_that_could_not_be_taken_back_is_refused_too(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    backend = await prepare(folder)
    with Disk(folder, 3, "fails from then on", counted=("replace",)).watched():
        outcomes = await asyncio.gather(renew(backend), backend.put("links", "a", "new"), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StorageError}
    assert await held(backend) == OLD
    await backend.put("links", "a", "newer")
    await backend.close()
    async with await opened(folder) as again:
        assert await held(again) == {**OLD, "links": {**OLD["links"], "a": "newer"}}


async def test_two_such_writes_to_different_files_do_not_share_a_journal(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    others: Values = {"x": {"n": 1}, "y": {"n": 1}}
    for when in itertools.count(1):
        await (await prepare(folder)).close()
        backend = await opened(folder)
        with Disk(folder, when, "dies", counted=("replace", "unlink")).watched() as disk:
            with suppress(Died):
                await asyncio.gather(renew(backend), backend.update_together({"x": [], "y": []}, lambda _: others))
            with suppress(Died):
                await backend.close()
        async with await opened(folder) as again:
            assert await held(again) in (OLD, NEW)
            assert [await again.get(name, "n") for name in others] in ([None, None], [1, 1])
        shutil.rmtree(folder)
        if not disk.fired:
            break
    assert when > 6


async def test_a_row_that_was_changed_since_the_crash_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await died(folder, 4)
    (folder / "links.json").write_text('{"a": "by hand"}')
    async with await opened(folder) as backend:
        assert await held(backend) == {"audit": OLD["audit"], "links": {"a": "by hand"}}


@pytest.mark.parametrize("name", ["audit", "links"])
async def test_an_edit_by_hand_while_both_are_written_is_seen_and_kept(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "data"
    async with await prepare(folder) as backend:
        edits = iter([{**OLD[name], "mine": 1}])

        def change(old: dict[str, dict[str, Any]]) -> Values:
            for edit in edits:
                (folder / f"{name}.json").write_text(json.dumps(edit))
            return {"links": {"a": "new"}, "audit": {"1": f"a: {old['links']['a']}, new"}}

        await backend.update_together({"links": ["a"], "audit": []}, change)
        assert await held(backend) == {**NEW, name: {**NEW[name], "mine": 1}}
    assert sorted(path.name for path in folder.iterdir()) == LEFT


async def test_a_file_that_does_not_parse_keeps_the_other_from_being_written(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with await prepare(folder) as backend:
        (folder / "audit.json").write_text("{")
        with pytest.raises(StorageError, match="Nothing can be stored in it until it is mended"):
            await renew(backend)
        assert await held(backend) == OLD
        (folder / "audit.json").write_text("{}")
        await renew(backend)
        assert await held(backend) == NEW


async def test_writes_to_one_and_to_both_at_once_lose_nothing_and_a_cancelled_caller_harms_nobody(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    backend = await prepare(folder)

    def count(old: dict[str, dict[str, Any]]) -> Values:
        return {name: {"n": (values["n"] or 0) + 1} for name, values in old.items()}

    both = [asyncio.create_task(backend.update_together({"links": ["n"], "audit": ["n"]}, count)) for _ in range(20)]
    one = [asyncio.create_task(backend.update("links", "n", lambda n: (n or 0) + 1)) for _ in range(20)]
    await asyncio.sleep(0)
    for task in both[::4]:
        task.cancel()
    await asyncio.gather(*both[1::4], *one)
    await backend.close()
    await asyncio.gather(*both, return_exceptions=True)
    async with await opened(folder) as again:
        assert (await again.get("links", "n"), await again.get("audit", "n")) == (40, 20)


@pytest.mark.parametrize("when", [3, 4])
async def test_what_a_crash_left_is_taken_back_before_the_backups_are_made(tmp_path: Path, when: int) -> None:
    folder = tmp_path / "data"
    await died(folder, when)
    assert json.loads((folder / "links.json").read_bytes()) == NEW["links"]
    async with await opened(folder):
        for name in OLD:
            assert json.loads((folder / f"{name}.json.bak").read_bytes()) == OLD[name]


async def test_a_journal_that_cannot_be_removed_keeps_the_bot_from_starting(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await died(folder, 4)
    broken = Disk(folder, 1, "fails from then on", counted=("unlink",))
    with broken.watched(), pytest.raises(StorageError, match=r"data cannot be opened: .*Input/output error"):
        await opened(folder)
    async with await opened(folder) as backend:
        assert await held(backend) == OLD


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"links": 5}', '{"links": {"a": "x"}}', '{"links": {"a": [null]}}', '{"../x": {"a": [null, "1"]}}',
     '{"links": {"a": [null, "no JSON"]}}', '{"links": {"a": [null, 5]}}', "[" * 100_000],
)  # fmt: skip
async def test_a_journal_that_was_altered_is_refused_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "data"
    await (await prepare(folder)).close()
    (folder / ".together").write_text(text)
    with pytest.raises(StorageError, match=r"\.together does not parse .* mend it, or move it away"):
        await opened(folder)
    (folder / ".together").unlink()
    async with await opened(folder) as backend:
        assert await held(backend) == OLD
