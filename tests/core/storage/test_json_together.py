"""Crashes and failing disks under a write to two files: at every moment both are old, or both new once opened."""

# ruff: noqa: ASYNC221 - the test may wait on its own event loop

import asyncio
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pluggram import Json, StorageError
from pluggram.storage import Values
from pluggram.storage.json_folder import JsonFolderBackend
from tests.core.storage.test_atomic_file import failing, opened

CALLS = ("write", "fsync", "replace", "unlink")
OLD: Values = {"audit": {}, "links": {"a": "old", "b": "x" * 500}}
NEW: Values = {"audit": {"1": "a: old, new"}, "links": {"a": "new", "b": "x" * 500}}
LEFT = [".lock", "audit.json", "audit.json.bak", "links.json", "links.json.bak"]

CRASH = """
import asyncio, os, sys
from pathlib import Path
from pluggram.storage.json_folder import JsonFolderBackend

folder, name, when = sys.argv[1:]
left, call = int(when), getattr(os, name)

def count(*arguments, **named):
    global left
    left -= 1
    if left == 0:
        if name == "write":
            call(arguments[0], bytes(arguments[1])[:7])
        os._exit(9)
    return call(*arguments, **named)

async def main():
    backend = JsonFolderBackend(Path(folder))
    await backend.open()
    setattr(os, name, count)
    await backend.update_together({"links": ["a"], "audit": []},
        lambda old: {"links": {"a": "new"}, "audit": {"1": f"a: {old['links']['a']}, new"}})
    await backend.close()

asyncio.run(main())
"""


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


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("lasting", [False, True])
async def test_the_nth_call_that_fails_leaves_both_old_or_both_new_and_says_which(
    tmp_path: Path, name: str, lasting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[bool] = []
    for when in range(1, 16):
        folder = tmp_path / str(when)
        backend = await prepare(folder)
        monkeypatch.setattr(os, name, failing(getattr(os, name), when, lasting))
        halfway = False
        try:
            await renew(backend)
            expected = NEW
        except StorageError as error:
            expected, halfway = OLD, "what was begun is finished when the bot starts again" in str(error)
        monkeypatch.undo()
        if not halfway:
            assert await held(backend) == expected, when
        await backend.close()
        async with await opened(folder) as again:
            assert await held(again) == (NEW if halfway else expected), when
        assert sorted(path.name for path in folder.iterdir()) == LEFT
        outcomes.append(expected is NEW)
    assert outcomes[0] is (name == "unlink")
    assert outcomes[-1] is True


@pytest.mark.parametrize("name", CALLS)
async def test_a_crash_at_the_nth_call_leaves_both_old_or_both_new(tmp_path: Path, name: str) -> None:
    for when in itertools.count(1):
        folder = tmp_path / str(when)
        await (await prepare(folder)).close()
        process = subprocess.run([sys.executable, "-c", CRASH, folder, name, str(when)], stderr=subprocess.PIPE)
        assert process.stderr == b""
        async with await opened(folder) as backend:
            found = await held(backend)
            assert found in (OLD, NEW)
            await backend.put("links", "a", "newer")
        async with await opened(folder) as backend:
            assert (await held(backend))["links"]["a"] == "newer"
        assert sorted(path.name for path in folder.iterdir()) == LEFT
        if process.returncode == 0:
            assert found == NEW
            break
        assert process.returncode == 9
    assert when >= (2 if name == "unlink" else 4)


async def test_what_cannot_be_taken_back_is_finished_at_the_next_start_and_holds_other_such_writes_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = await prepare(tmp_path / "data")
    monkeypatch.setattr(os, "replace", failing(os.replace, 3, lasting=True))  # the journal, the first file, no more
    with pytest.raises(StorageError, match="what was begun is finished when the bot starts again"):
        await renew(backend)
    monkeypatch.undo()
    with pytest.raises(StorageError, match="left from a write that failed halfway: start again"):
        await backend.update_together({"links": [], "audit": []}, lambda _: {"links": {"d": 1}, "audit": {"2": 1}})
    await backend.put("links", "c", "meanwhile")
    await backend.close()
    async with await opened(tmp_path / "data") as again:
        assert await held(again) == {"audit": NEW["audit"], "links": {**NEW["links"], "c": "meanwhile"}}
        await again.put("links", "a", "old")
        await renew(again)


async def test_a_row_that_was_changed_since_the_crash_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await (await prepare(folder)).close()
    subprocess.run([sys.executable, "-c", CRASH, folder, "replace", "2"], check=False)
    (folder / "links.json").write_text('{"a": "by hand"}')
    async with await opened(folder) as backend:
        assert await held(backend) == {"audit": NEW["audit"], "links": {"a": "by hand"}}


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


async def test_what_a_crash_left_is_in_the_backup_too_once_it_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await (await prepare(folder)).close()
    subprocess.run([sys.executable, "-c", CRASH, folder, "replace", "3"], check=False)
    async with await opened(folder):
        for name in NEW:
            assert json.loads((folder / f"{name}.json.bak").read_bytes()) == NEW[name]


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
