"""A process that dies while it changes links: afterwards the record says what is there, whatever moment it was."""

# ruff: noqa: ASYNC220, ASYNC221 - the test may wait on its own event loop

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pluggram.storage import open_backend
from tests.plugins._audit.record import check, recording, told

DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from pluggram.storage import open_backend, Storage
from pluggram_plugins._audit import Act, Log

url, folder, moment, when, count = sys.argv[1:]
left = int(when)

async def main():
    global left
    backend = await open_backend(url, Path(folder))
    write = backend.write
    async def dying(namespaces, job):
        global left
        left -= 1
        if left == 0 and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await write(namespaces, job)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    backend.write = dying
    storage = Storage()
    storage.attach(backend)
    links = {f"{n:04}": "new" for n in range(int(count))}
    await Log(storage.store).apply(Act("import"), storage.store("links"), list(links), lambda _: links)
    await storage.close()

asyncio.run(main())
"""

COUNT = """
import asyncio, sys
from pathlib import Path
from pluggram.storage import open_backend, Storage
from pluggram_plugins._audit import Act, Log

async def main():
    storage = Storage()
    storage.attach(await open_backend("sqlite:bot.db", Path(sys.argv[1])))
    record, links = Log(storage.store), storage.store("links")
    def change(old):
        return {key: (value or 0) + 1 for key, value in old.items()}
    async def work(*keys):
        while True:
            print(*keys, (await record.apply(Act("change"), links, keys, change))[keys[0]].new, flush=True)
    await asyncio.gather(work("a"), work("b"), work("a", "b"), work("c"))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("url", "count"), [("sqlite:bot.db", 1), ("json:data", 1), ("sqlite:bot.db", 600), ("json:data", 600)]
)
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_kill_9_at_each_write_leaves_a_change_with_its_record_or_neither(
    url: str, count: int, moment: str, tmp_path: Path
) -> None:
    keys = [f"{n:04}" for n in range(count)]
    when, died = 0, True
    while died:
        when += 1
        folder = tmp_path / str(when)
        words = [sys.executable, "-c", DIE, url, str(folder), moment, str(when), str(count)]
        died = subprocess.run(words, check=False, timeout=50).returncode == -signal.SIGKILL
        async with recording(await open_backend(url, folder)) as (record, stores):
            made = len(await stores("links").items())
            assert made in (0, count)
            await check(record, stores("links"), keys)
            assert len(await stores("audit").items()) == (count + 2 if made else 0)
    assert when == 2
    assert made == count


async def test_processes_that_write_side_by_side_and_are_killed_leave_a_record_without_a_gap(tmp_path: Path) -> None:
    chance = random.Random(20261125)
    for _ in range(4):
        words = [sys.executable, "-c", COUNT, str(tmp_path)]
        both = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        acknowledged = {"a": 0, "b": 0, "c": 0}
        for process in both:
            assert process.stdout
            for line in [process.stdout.readline() for _ in range(chance.randint(1, 40))]:
                key, *_, number = line.split()
                acknowledged[key] = max(acknowledged[key], int(number))
        for process in both:
            process.kill()
            process.communicate()
        async with recording(await open_backend("sqlite:bot.db", tmp_path)) as (record, stores):
            await check(record, stores("links"), acknowledged)
            for key, least in acknowledged.items():
                assert len(await told(record, key)) == await stores("links").get(key)
                assert len(await told(record, key)) >= least
