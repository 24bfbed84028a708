"""Crashes and failing disks under the JSON folder: its file is, at every moment, the old one or the new one."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from pluggram.storage.atomic_file import replace_file, stamp_of

OLD = {"a": "old", "b": "x" * 5000}

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


def prepare(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(parents=True)
    (folder / "links.json").write_text(json.dumps(OLD), "utf-8")
    return folder


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
