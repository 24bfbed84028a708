"""StartedFile: which rows a handler works on, written so that it outlives the process at the cost of a memory write."""

import errno
import mmap
import os
import struct
from pathlib import Path

_SLOT = struct.Struct("<q")
_SLOTS = 256


def begun_in(path: Path, key: int) -> frozenset[int]:
    """Read which numbers are begun, from outside of the process that writes them; none where there is no such file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return frozenset()
    return _numbers(content, key)


class StartedFile:
    """A file of numbers, mapped into memory: what is written there is the system's, and outlives a killed process.

    A loss of power may lose it; then an update runs again without anybody knowing of the run before.
    key: tells the inbox, and which run of it, that the numbers belong to. What the file held before is overwritten.
    Raises OSError.
    """

    def __init__(self, path: Path, key: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._map = self._emptied(0, max(_SLOT.size * _SLOTS, os.fstat(self._file).st_size))
        _SLOT.pack_into(self._map, 0, key)
        self._free = list(range(_SLOT.size, len(self._map) - _SLOT.size + 1, _SLOT.size))

    def begin(self, number: int) -> int:
        """Name a number, above 0, as begun, and give the slot to end it by; raises OSError when there is none."""
        if not self._free:
            self._grow()
        slot = self._free.pop()
        _SLOT.pack_into(self._map, slot, number)
        return slot

    def end(self, slot: int) -> None:
        """Take the number in a slot away."""
        _SLOT.pack_into(self._map, slot, 0)
        self._free.append(slot)

    def close(self) -> None:
        """Close the file."""
        self._map.close()
        os.close(self._file)

    def _grow(self) -> None:
        size = len(self._map) - len(self._map) % _SLOT.size
        before, self._map = self._map, self._emptied(size, 2 * size)
        before.close()
        self._free = list(range(size, 2 * size, _SLOT.size))

    def _emptied(self, start: int, end: int) -> mmap.mmap:
        """Write zeros there, and map the file up to there: a page that the disk has no room for would kill us."""
        os.lseek(self._file, start, os.SEEK_SET)
        if os.write(self._file, bytes(end - start)) < end - start:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return mmap.mmap(self._file, end)


def _numbers(content: bytes, key: int) -> frozenset[int]:
    whole = content[: len(content) - len(content) % _SLOT.size]
    found, *numbers = (number for (number,) in _SLOT.iter_unpack(whole)) if whole else (None,)
    return frozenset(number for number in numbers if number and number > 0) if found == key else frozenset()
