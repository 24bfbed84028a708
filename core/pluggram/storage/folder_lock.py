"""A lock on a folder that ends with its process, however that ends."""

import contextlib
import os
import sys
from pathlib import Path

from pluggram.storage.errors import StorageLocked
from pluggram.storage.private import FILE_MODE

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, 4096, os.SEEK_SET)  # beyond the text, which others shall be able to read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_ADVICE = (
    "has this storage open, and json: serves one at a time. "
    "Stop that one first, or use sqlite:, which several may share."
)


class FolderLock:
    """Held from `acquire` to `release`; the lock file stays, and says whose it was.

    advice: what to say of who holds it, to one who wants it too.
    """

    def __init__(self, folder: Path, name: str = ".lock", advice: str = _ADVICE) -> None:
        self._folder = folder
        self._name = name
        self._advice = advice
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; raises StorageLocked, with the pid of its holder if that is known, or OSError."""
        descriptor = os.open(self._folder / self._name, os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            _try_lock(descriptor)
        except OSError as error:
            holder = os.read(descriptor, 32).decode(errors="replace").strip()
            os.close(descriptor)
            raise StorageLocked(
                f"{self._folder}: another process{f' (pid {holder})' if holder else ''} {self._advice}"
            ) from error
        self._descriptor = descriptor
        with contextlib.suppress(OSError):  # a full disk holds nobody's pid, and is no reason not to start
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Give the lock back; does nothing if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
