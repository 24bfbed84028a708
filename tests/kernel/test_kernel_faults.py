"""The kernel fails, or kills, at the n-th call under a storage, for n = 1, 2, 3 until the work ends without meeting it.

strace does it, below SQLite and below Python. So these tests have a folder and a step of CI of their own.
"""

import itertools
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pluggram.storage import open_backend
from tests.core.storage.verbs import OLD, VERBS, Spaces, after, begin, held
from tests.core.storage.victim import NOT_OPENED, REFUSED, STORED, told_of

ROOT = Path(__file__).parents[2]
KEPT = {
    "json:data": {".lock"} | {f"{name}.json{end}" for name in ("audit", "links", "plugin.new") for end in ("", ".bak")},
    "sqlite:data/bot.db": {"bot.db"},
}
CALLS = {
    "json:data": ("write", "fsync", "rename", "unlink", "ftruncate", "chmod", "chown"),
    "sqlite:data/bot.db": ("pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink"),
}
"""What is counted. Python itself makes none of these calls on the way, but for what `watched` leaves out."""

FAULTS = {
    "error=EIO:when={n}": 0,
    "error=EIO:when={n}+": 0,
    "error=ENOSPC:when={n}+": 0,
    "signal=KILL:when={n}": -signal.SIGKILL,
}
MOST = 60
"""No verb makes more calls of one kind."""


CASES = [
    (url, call, fault)
    for url, calls in CALLS.items()
    for call, fault in itertools.product(calls, FAULTS)
    if "ENOSPC" not in fault or "write" in call
]


def watched(url: str, data: Path) -> list[str]:
    """Leave out the calls that are not about the storage, where its files are known by name."""
    if not url.startswith("sqlite"):
        return []
    return [part for end in ("", "-wal", "-shm", "-journal") for part in ("-P", str(data / f"bot.db{end}"))]


def run(url: str, folder: Path, verb: str, call: str, fault: str) -> tuple[int, bool]:
    """Run the victim under a fault, and return how it ended and whether it met the fault."""
    trace = folder.with_name("trace")
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", str(trace), *watched(url, folder / "data")]
    inject = ["-e", f"trace={call}", "-e", f"inject={call}:{fault}"]
    victim = [sys.executable, "-m", "tests.core.storage.victim", url, str(folder), verb]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run([*strace, *inject, *victim], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.stderr == ""
    return ended.returncode, ended.returncode < 0 or "(INJECTED)" in trace.read_text()


async def held_after_opening(url: str, folder: Path) -> Spaces:
    async with await open_backend(url, folder) as backend:
        found = await held(backend)
        assert backend.notices == []
    assert {path.name for path in (folder / "data").iterdir()} <= KEPT[url]
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("verb", ["put in a new namespace", "update_together"])
@pytest.mark.parametrize(("url", "call", "fault"), CASES)
async def test_the_nth_call_that_fails_or_kills_leaves_old_or_new_and_the_caller_is_told(
    tmp_path: Path, url: str, call: str, fault: str, verb: str
) -> None:
    begun = tmp_path / "begun"
    async with await open_backend(url, begun) as backend:
        await begin(backend)
    new = after(OLD, VERBS[verb][1])
    for n in range(1, MOST):
        folder = Path(shutil.copytree(begun, tmp_path / f"run {n}"))
        ended, met = run(url, folder, verb, call, fault.format(n=n))
        found = await held_after_opening(url, folder)
        told = told_of(folder).exists()
        twice = call == "fsync" and "+" in fault and url.startswith("json")  # neither the new nor the old can be synced
        allowed = {
            STORED: [new],
            REFUSED: [OLD, new] if twice else [OLD],
            NOT_OPENED: [OLD],
            -signal.SIGKILL: [new] if told else [OLD, new],
        }
        assert ended in allowed, (n, ended)
        assert found in allowed[ended], (n, ended, told)
        shutil.rmtree(folder)
        if not met:
            assert ended == STORED
            break
    assert n < MOST - 1
