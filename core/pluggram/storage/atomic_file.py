"""Replacing a file so that it is, at every moment, either the old one or the new one."""

import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from pluggram.storage.private import FILE_MODE

Stamp: TypeAlias = tuple[int, int, int]
"""What changes when a file does: mtime in nanoseconds, size, inode."""


class EditedMeanwhile(Exception):
    """The file is no longer the one that was read."""


class FolderNotSynced(OSError):
    """The file was replaced by the one with this `stamp`, but a power failure may bring the old one back."""

    def __init__(self, cause: OSError, stamp: Stamp) -> None:
        super().__init__(cause.errno, cause.strerror, cause.filename)
        self.stamp = stamp


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of the file, None if there is none."""
    try:
        return _stamp(path.stat())
    except FileNotFoundError:
        return None


def read_file(path: Path) -> tuple[bytes, Stamp | None]:
    """Return the content and the stamp it had before it was read; no content and None if there is no file."""
    try:
        with path.open("rb") as file:
            stamp = _stamp(os.fstat(file.fileno()))
            return file.read(), stamp
    except FileNotFoundError:
        return b"", None


def replace_file(path: Path, content: bytes, expected: Stamp | None, *, sync: bool = True) -> Stamp:
    """Replace the file by one with `content`, durably, and return its stamp; its mode is kept, and if we may its owner.

    sync: whether its folder is synced, too; without it the caller does that, for it makes the new name durable.

    Raises EditedMeanwhile, and changes nothing, unless the file still has the `expected` stamp: only an edit in the
    microseconds between that look and the renaming would go unseen. Raises FolderNotSynced if the new file is there
    but not durable; any other OSError has changed nothing. A symbolic link goes on pointing to its target.
    """
    path = path.resolve()
    with _temporary(path) as temporary:
        stamp = _write_new(temporary, content)
        if expected is not None:
            _copy_access(path, temporary)
        if stamp_of(path) != expected:
            raise EditedMeanwhile
        os.replace(temporary, path)  # noqa: PTH105 - tests make this very call fail
    try:
        if sync:
            sync_folder(path.parent)
    except OSError as error:
        raise FolderNotSynced(error, stamp) from error
    return stamp


def copy_file(source: Path, target: Path, before: Callable[[], None] = lambda: None) -> None:
    """Make `target` a durable copy of `source`, whole or not at all; raises OSError.

    before: called once the copy is on disk, right before it takes its place.
    """
    with _temporary(target) as temporary:
        _write_new(temporary, source.read_bytes())
        _copy_access(source, temporary)
        before()
        os.replace(temporary, target)  # noqa: PTH105 - tests make this very call fail
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make durable which files the folder holds, and under which names; raises OSError."""
    if os.name == "nt":  # Windows has no such call
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def aside_name(path: Path, word: str) -> Path:
    """Return a new name beside `path` that says why and when it was set aside."""
    return path.with_name(f"{path.name}.{word}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")


def is_temporary(path: Path) -> bool:
    """Say whether the file was left by a replacement that a crash cut short."""
    return path.name.startswith(".") and path.name.endswith(".tmp")


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        yield temporary
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _copy_access(old: Path, new: Path) -> None:
    status = old.stat()
    if os.name != "nt":  # Windows has no such call
        with contextlib.suppress(PermissionError):  # only root may give a file away
            os.chown(new, status.st_uid, status.st_gid)
    new.chmod(stat.S_IMODE(status.st_mode))


def _write_new(path: Path, content: bytes) -> Stamp:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
        return _stamp(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino
