"""Crashes and failing disks under the JSON folder: its file is, at every moment, the old one or the new one."""

# ruff: noqa: ASYNC221 - the test may wait on its own event loop

import errno
import itertools
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pluggram.storage import StorageError
from pluggram.storage.atomic_file import replace_file, stamp_of
from pluggram.storage.json_folder import JsonFolderBackend

CALLS = ("write", "fsync", "replace")
OLD = {"a": "old", "b": "x" * 5000}
NEW = {"a": "new", "b": "x" * 5000}

CRASH = """
import asyncio, os, sys
from pathlib import Path
from pluggram.storage.json_folder import JsonFolderBackend

folder, name, when = sys.argv[1:]
left, call = int(when), getattr(os, name)

def count(*arguments):
    global left
    left -= 1
    if left == 0:
        if name == "write":
            call(arguments[0], bytes(arguments[1])[:7])
        os._exit(9)
    return call(*arguments)

async def main():
    backend = JsonFolderBackend(Path(folder))
    await backend.open()
    setattr(os, name, count)
    await backend.put("links", "a", "new")
    await backend.close()

asyncio.run(main())
"""

COUNT = """
import asyncio, sys
from pathlib import Path
from pluggram.storage.json_folder import JsonFolderBackend

async def main():
    backend = JsonFolderBackend(Path(sys.argv[1]))
    await backend.open()
    while True:
        _, new = await backend.update("links", "n", lambda n: (n or 0) + 1)
        print(new, flush=True)

asyncio.run(main())
"""

FILL = """
import asyncio, resource, sys
from pathlib import Path
from pluggram.storage import StorageError
from pluggram.storage.atomic_file import replace_file, stamp_of
from pluggram.storage.json_folder import JsonFolderBackend

async def main():
    backend = JsonFolderBackend(Path(sys.argv[1]))
    await backend.open()
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
    puts = (backend.put("links", key, "x" * 20_000) for key in "abc")
    for outcome in await asyncio.gather(*puts, return_exceptions=True):
        print(type(outcome).__name__, outcome)
    print(dict(await backend.items("links"))["a"])
    await backend.close()

asyncio.run(main())
"""


def failing(call: Callable[..., object], when: int, lasting: bool) -> Callable[..., object]:
    count = itertools.count(1)

    def fail(*arguments: object) -> object:
        turn = next(count)
        if turn == when or (lasting and turn > when):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return call(*arguments)

    return fail


def prepare(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(parents=True)
    (folder / "links.json").write_text(json.dumps(OLD), "utf-8")
    return folder


async def opened(folder: Path) -> JsonFolderBackend:
    backend = JsonFolderBackend(folder)
    await backend.open()
    return backend


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("lasting", [False, True])
async def test_the_nth_call_that_fails_leaves_old_or_new_and_says_which(
    tmp_path: Path, name: str, lasting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = []
    for when in range(1, 9):
        folder = prepare(tmp_path / str(when))
        backend = await opened(folder)
        monkeypatch.setattr(os, name, failing(getattr(os, name), when, lasting))
        try:
            await backend.put("links", "a", "new")
            expected = NEW
        except StorageError as error:
            expected = NEW if "the new values are there" in str(error) else OLD
        served = dict(await backend.items("links"))
        await backend.close()
        monkeypatch.undo()
        assert served == json.loads((folder / "links.json").read_text("utf-8")) == expected, when
        again = await opened(folder)
        async with again:
            assert dict(await again.items("links")) == expected
        assert not list(folder.glob("*.tmp")) + list(folder.glob(".*.tmp"))
        outcomes.append(expected is NEW)
    assert outcomes[0] is False
    assert outcomes[-1] is True


@pytest.mark.parametrize("name", CALLS)
async def test_a_crash_at_the_nth_call_leaves_old_or_new(tmp_path: Path, name: str) -> None:
    folder = prepare(tmp_path)
    for when in itertools.count(1):
        process = subprocess.run([sys.executable, "-c", CRASH, folder, name, str(when)], stderr=subprocess.PIPE)
        assert process.stderr == b""
        found = json.loads((folder / "links.json").read_text("utf-8"))
        assert found in (OLD, NEW)
        backend = await opened(folder)
        async with backend:
            assert dict(await backend.items("links")) == found
            await backend.put("links", "a", "old")
        assert sorted(path.name for path in folder.iterdir()) == [".lock", "links.json", "links.json.bak"]
        if process.returncode == 0:
            break
        assert process.returncode == 9
    assert when >= 3


def test_kill_9_during_writes_leaves_a_file_that_holds_all_that_was_acknowledged(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    last = 0
    for seed in range(20):
        with subprocess.Popen([sys.executable, "-c", COUNT, folder], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for _ in range(random.Random(seed).randint(1, 30)):
                last = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            lines = process.stdout.read().split("\n")[:-1]
        found = json.loads((folder / "links.json").read_text("utf-8"))
        assert found["n"] >= int(lines[-1] if lines else last)
        assert found["a"] == "old"


def test_a_full_disk_tells_every_caller_and_the_old_values_stand(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    process = subprocess.run([sys.executable, "-c", FILL, folder], capture_output=True, text=True)
    assert process.stderr == ""
    *failures, value = process.stdout.splitlines()
    assert [line.split()[0] for line in failures] == ["StorageError"] * 3
    assert all("links.json cannot be written: File too large; the old values stand" in line for line in failures)
    assert value == "old"
    assert json.loads((folder / "links.json").read_text("utf-8")) == OLD


def test_a_replaced_file_keeps_its_mode_and_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_text("old")
    path.chmod(0o640)
    owner = 12345 if os.geteuid() == 0 else os.geteuid()  # only root can give a file away
    os.chown(path, owner, -1)
    replace_file(path, b"new", stamp_of(path))
    assert (path.read_text(), path.stat().st_uid, path.stat().st_mode & 0o777) == ("new", owner, 0o640)
