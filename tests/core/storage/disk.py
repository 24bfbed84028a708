"""A disk under test: at its n-th call it fails, or its process dies; and then the power may fail, too."""

import errno
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

CHANGING = ("open", "write", "fsync", "replace", "unlink", "ftruncate", "chown", "chmod")

FAULTS = ("fails once", "fails from then on", "is full from then on", "dies")
"""What happens at the n-th call. A full disk writes half, then nothing; whatever needs no room still works."""


class Died(BaseException):
    """The process is dead: nothing it calls does anything any more."""


@dataclass
class Disk:
    """The calls that change a folder are counted, and from the n-th on the fault is there.

    It stands in for the functions of `os`, for paths and descriptors of this folder only.
    """

    folder: Path
    when: int = 0
    fault: str = ""
    counted: Collection[str] = CHANGING
    calls: list[str] = field(default_factory=list)
    _open: dict[int, Path] = field(default_factory=dict)
    _unsynced: dict[int, bytes] = field(default_factory=dict)
    _undo: list[Callable[[], object]] = field(default_factory=list)

    @property
    def fired(self) -> bool:
        """Whether the fault has been there."""
        return 0 < self.when <= len(self.calls)

    @contextmanager
    def watched(self) -> Iterator["Disk"]:
        """Stand in for `os` while the context is entered."""
        with pytest.MonkeyPatch.context() as patch:
            for name in CHANGING:
                patch.setattr(os, name, partial(self._call, name, getattr(os, name)))
            patch.setattr(os, "close", partial(self._close, os.close))
            yield self

    def power_failures(self) -> Iterator[int]:
        """Take back what was not synced: first the content of files, then each change of names, from the last on."""
        for path in self.folder.iterdir():
            content = self._unsynced.get(path.stat().st_ino)
            if content is not None:
                path.write_bytes(content)
        yield len(self._undo)
        while self._undo:
            self._undo.pop()()
            yield len(self._undo)

    def _call(self, name: str, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        path = self._open.get(arguments[0]) if isinstance(arguments[0], int) else Path(os.fsdecode(arguments[0]))
        if path is None or self.folder not in (path, path.parent):
            return call(*arguments, **named)
        if name == "open" and not arguments[1] & os.O_CREAT:
            return self._opened(path, call(*arguments, **named))
        if name in self.counted:
            self.calls.append(name)
        if self.fired and (name in self.counted or self.fault == "dies"):
            self._misbehave(name, call, arguments)
        undo = self._before(name, path, arguments)
        result = call(*arguments, **named)
        if undo:
            self._undo.append(undo)
        return self._opened(path, result) if name == "open" else self._after(name, path, arguments, result)

    def _close(self, close: Callable[[int], None], descriptor: int) -> None:
        self._open.pop(descriptor, None)
        close(descriptor)

    def _misbehave(self, name: str, call: Callable[..., Any], arguments: Any) -> None:
        first = len(self.calls) == self.when and name in self.counted
        if self.fault == "dies":
            if first and name == "write":
                call(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            raise Died
        if self.fault == "is full from then on":
            if name == "write":
                if first and len(arguments[1]) > 1:
                    call(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        elif first or self.fault == "fails from then on":
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def _opened(self, path: Path, descriptor: int) -> int:
        self._open[descriptor] = path
        return descriptor

    def _before(self, name: str, path: Path, arguments: Any) -> Callable[[], object] | None:
        """Give what a power failure would do to a change of names that no sync of the folder follows."""
        if name == "replace":
            target = Path(arguments[1])
            return partial(_put_back, path, target, path.read_bytes(), _content(target))
        if name == "unlink" and path.exists():
            self._unsynced.pop(path.stat().st_ino, None)
            return partial(path.write_bytes, path.read_bytes())
        if name == "open" and not path.exists():
            return partial(path.unlink, missing_ok=True)
        return None

    def _after(self, name: str, path: Path, arguments: Any, result: Any) -> Any:
        if name == "write":
            inode = os.fstat(arguments[0]).st_ino
            self._unsynced[inode] = path.read_bytes()[: path.stat().st_size // 2]
        elif name == "fsync" and path == self.folder:
            self._undo.clear()
        elif name == "fsync":
            self._unsynced.pop(os.fstat(arguments[0]).st_ino, None)
        return result


def _content(path: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return None


def _put_back(source: Path, target: Path, moved: bytes, replaced: bytes | None) -> None:
    source.write_bytes(moved)
    if replaced is None:
        target.unlink()
    else:
        target.write_bytes(replaced)
