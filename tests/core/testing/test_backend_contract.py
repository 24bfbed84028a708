"""The shipped contract, run over each built-in backend."""

import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from pluggram.storage import Backend
from pluggram.storage.json_folder import JsonFolderBackend
from pluggram.storage.memory import MemoryBackend
from pluggram.storage.sqlite import SqliteBackend
from pluggram.testing import BackendContract, DurableContract, FailingWritesContract
from tests.core.storage.full_disk import files_of_at_most


class TestMemory(BackendContract):
    def backend(self, folder: Path) -> Backend:
        return MemoryBackend()


class TestJsonFolder(BackendContract, DurableContract, FailingWritesContract):
    def backend(self, folder: Path) -> Backend:
        return JsonFolderBackend(folder / "data")

    def failing_writes(self, backend: Backend, folder: Path) -> AbstractContextManager[None]:
        return files_of_at_most(0)


class TestSqlite(BackendContract, DurableContract, FailingWritesContract):
    def backend(self, folder: Path) -> Backend:
        return SqliteBackend(folder / "bot.db")

    def failing_writes(self, backend: Backend, folder: Path) -> AbstractContextManager[None]:
        return files_of_at_most(0)


def test_pytest_and_hypothesis_are_loaded_only_with_the_contract() -> None:
    code = "import sys, pluggram.testing; print({'pytest', 'hypothesis', 'sqlite3'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
