"""A process dies before each statement that it gives to SQLite; a disk is full for a while. Below: tests/kernel."""

# ruff: noqa: ASYNC221, ASYNC240 - the tests may wait on their own event loop

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pluggram.storage.sqlite import SqliteBackend
from tests.core.storage.verbs import OLD, VERBS, Spaces, after, begin, held
from tests.core.storage.victim import told_of

DIE = """
import asyncio, itertools, os, shutil, signal, sqlite3, sys
from pathlib import Path
from tests.core.storage.victim import write

begun, verb = Path(sys.argv[1]), sys.argv[2]
connect = sqlite3.connect

def die_before(when):
    left = itertools.count(when - 1, -1)

    def count(statement):
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(*arguments, **named):
        connection = connect(*arguments, **named)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = watched

for when in itertools.count(1):
    folder = shutil.copytree(begun, begun.with_name(f"copy {when}"))
    child = os.fork()  # many times faster than a new Python; nothing but this thread runs here
    if not child:
        die_before(when)
        os._exit(asyncio.run(write("sqlite:bot.db", folder, verb)))
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(ended)
    if ended != -signal.SIGKILL:
        break
"""

FILL = """
import asyncio, json, resource, signal, sys
from pathlib import Path
from pluggram.storage import StorageError, open_backend

async def main(url, folder):
    async with await open_backend(url, Path(folder)) as backend:
        await backend.put("links", "a", "old")
        for _ in range(3):
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
            writes = [backend.put("links", key, "x" * 80_000) for key in "abc"]
            writes.append(backend.update_together({"links": ["a"], "audit": []},
                lambda old: {"links": {"d": "x" * 80_000}, "audit": {"1": old["links"]["a"]}}))
            outcomes = await asyncio.gather(*writes, return_exceptions=True)
            assert [type(outcome) for outcome in outcomes] == [StorageError] * 4, outcomes
            print(*outcomes, sep="\\n")
            assert await backend.get("links", "a") == "old"
            assert dict(await backend.items("links")) == {"a": "old"}
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            await backend.put("links", "a", "new")
            await backend.put("links", "a", "old")
    async with await open_backend(url, Path(folder)) as backend:
        assert dict(await backend.items("links")) == {"a": "old"}
        assert await backend.namespaces() == ["links"]
        assert backend.notices == []

asyncio.run(main(*sys.argv[1:]))
"""


ROOT = Path(__file__).parents[3]


async def held_after_opening(folder: Path) -> Spaces:
    backend = SqliteBackend(folder / "bot.db")
    await backend.open()
    async with backend:
        found = await held(backend)
        assert backend.notices == []
    assert [path.name for path in folder.iterdir()] == ["bot.db"]
    return found


@pytest.mark.parametrize("verb", VERBS)
async def test_a_process_that_dies_before_any_statement_leaves_the_old_values_or_the_new(
    tmp_path: Path, verb: str
) -> None:
    begun = tmp_path / "begun"
    backend = SqliteBackend(begun / "bot.db")
    await backend.open()
    async with backend:
        await begin(backend)
    killer = subprocess.run([sys.executable, "-c", DIE, begun, verb], capture_output=True, text=True, cwd=ROOT)
    assert killer.stderr == ""
    ends = [int(line) for line in killer.stdout.split()]
    assert ends == [-signal.SIGKILL] * (len(ends) - 1) + [0]
    assert len(ends) > 12
    new = after(OLD, VERBS[verb][1])
    outcomes = []
    for when in range(1, len(ends) + 1):
        folder = begun.with_name(f"copy {when}")
        found = await held_after_opening(folder)
        assert found in ([new] if told_of(folder).exists() else [OLD, new])
        outcomes.append(found == new)
        shutil.rmtree(folder)
    assert outcomes == sorted(outcomes)
    assert (outcomes[0], outcomes[-1]) == (False, True)


@pytest.mark.parametrize("url", ["json:data", "sqlite:bot.db"])
def test_while_the_disk_is_full_all_is_refused_and_read_and_then_all_goes_on(tmp_path: Path, url: str) -> None:
    process = subprocess.run([sys.executable, "-c", FILL, url, tmp_path], capture_output=True, text=True)
    assert (process.returncode, process.stderr) == (0, "")
    assert len(process.stdout.splitlines()) == 12
    assert all(str(tmp_path) in line for line in process.stdout.splitlines())
