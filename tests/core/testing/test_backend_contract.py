"""The shipped contract, run over each built-in backend."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pluggram.storage import Backend
from pluggram.storage.json_folder import JsonFolderBackend
from pluggram.storage.memory import MemoryBackend
from pluggram.storage.sqlite import SqliteBackend
from pluggram.testing import BackendContract, DurableContract, FailingWritesContract


class TestMemory(BackendContract):
    def backend(self, folder: Path) -> Backend:
        return MemoryBackend()


class TestJsonFolder(BackendContract, DurableContract, FailingWritesContract):
    def backend(self, folder: Path) -> Backend:
        return JsonFolderBackend(folder / "data")

    @contextmanager
    def failing_writes(self, backend: Backend, folder: Path) -> Iterator[None]:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "replace", full)
            yield


class TestSqlite(BackendContract, DurableContract, FailingWritesContract):
    def backend(self, folder: Path) -> Backend:
        return SqliteBackend(folder / "bot.db")

    @contextmanager
    def failing_writes(self, backend: Backend, folder: Path) -> Iterator[None]:
        with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as other:
            for verb in ("INSERT", "UPDATE", "DELETE"):
                other.execute(
                    f"CREATE TRIGGER no_{verb} BEFORE {verb} ON entries BEGIN SELECT RAISE(ABORT, 'broken'); END"
                )
            yield
            for verb in ("INSERT", "UPDATE", "DELETE"):
                other.execute(f"DROP TRIGGER no_{verb}")


def test_pytest_and_hypothesis_are_loaded_only_with_the_contract() -> None:
    code = "import sys, pluggram.testing; print({'pytest', 'hypothesis', 'sqlite3'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
