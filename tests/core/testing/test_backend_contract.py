"""The shipped contract, run over each built-in backend."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from pluggram.storage import Backend
from pluggram.storage.json_folder import JsonFolderBackend
from pluggram.storage.memory import MemoryBackend
from pluggram.storage.sqlite import SqliteBackend
from pluggram.testing import BackendContract, DurableContract, FailingWritesContract


@contextmanager
def no_room() -> Iterator[None]:
    """Let this process write to no file, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


class TestMemory(BackendContract):
    def backend(self, folder: Path) -> Backend:
        return MemoryBackend()


class TestJsonFolder(BackendContract, DurableContract, FailingWritesContract):
    def backend(self, folder: Path) -> Backend:
        return JsonFolderBackend(folder / "data")

    def failing_writes(self, backend: Backend, folder: Path) -> AbstractContextManager[None]:
        return no_room()


class TestSqlite(BackendContract, DurableContract, FailingWritesContract):
    def backend(self, folder: Path) -> Backend:
        return SqliteBackend(folder / "bot.db")

    def failing_writes(self, backend: Backend, folder: Path) -> AbstractContextManager[None]:
        return no_room()


def test_pytest_and_hypothesis_are_loaded_only_with_the_contract() -> None:
    code = "import sys, pluggram.testing; print({'pytest', 'hypothesis', 'sqlite3'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
