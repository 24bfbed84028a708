"""StartedFile: which rows a handler works on, written so that it outlives the process at the cost of a memory write."""

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path

_SLOT = struct.Struct("<q")
_SLOTS = 256


class StartedFile:
    """A file of numbers, mapped into memory: what is written there is the system's, and outlives a killed process.

    A loss of power may lose it; then an update runs again without anybody knowing of the run before.
    key: tells the inbox that the numbers belong to; those of another are forgotten.
    Raises OSError.
    """

    def __init__(self, path: Path, key: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._file).st_size < _SLOT.size * 2:
            os.ftruncate(self._file, _SLOT.size * _SLOTS)
        self._map = mmap.mmap(self._file, 0)
        (found,) = _SLOT.unpack_from(self._map)
        self.left = frozenset(self._numbers()) if found == key else frozenset[int]()
        """The numbers that a process before has not ended with."""
        self._map[:] = bytes(len(self._map))
        _SLOT.pack_into(self._map, 0, key)
        self._free = list(range(_SLOT.size, len(self._map) - _SLOT.size + 1, _SLOT.size))

    def begin(self, number: int) -> int:
        """Name a number, above 0, as begun, and give the slot to end it by."""
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

    def _numbers(self) -> Iterator[int]:
        whole = len(self._map) - len(self._map) % _SLOT.size
        return (number for (number,) in _SLOT.iter_unpack(self._map[_SLOT.size : whole]) if number > 0)

    def _grow(self) -> None:
        size = len(self._map) - len(self._map) % _SLOT.size
        self._map.close()
        os.ftruncate(self._file, 2 * size)
        self._map = mmap.mmap(self._file, 0)
        self._free = list(range(size, 2 * size, _SLOT.size))
