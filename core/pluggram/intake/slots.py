"""Slots: what is in work, and what was answered, written so that it outlives the process at the cost of a memory write.

A slot names a row from when its handler begins until its end is in the inbox; a short answer is kept in it, too.
"""

import errno
import mmap
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

SIZE = 1024
"""Bytes of a slot."""
_SLOTS = 256
_KEY = struct.Struct("<q")
_HEAD = struct.Struct("<qiiI")
_SENT = struct.Struct("<i")
_ANSWER = struct.Struct("<iI")
_SENT_AT, _ANSWER_AT = 8, 12
_UNANSWERED, _DONE = -1, -1

LONGEST = SIZE - _HEAD.size
"""Bytes of the longest answer that a slot can keep."""


@dataclass(frozen=True, slots=True)
class InWork:
    """What a slot holds of a row. answer: what was kept of it; None while its handler runs, or when it was too long.

    sent: how many of the calls that bring the answer are made. done: nothing remains to be done.
    """

    answer: str | None = None
    sent: int = 0
    done: bool = False


def in_work(path: Path, key: int) -> Mapping[int, InWork]:
    """Read what is in work, by row, from outside of the process that writes it; nothing where there is no such file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    if len(content) < SIZE or _KEY.unpack_from(content) != (key,):
        return {}
    return _all(content)


class Slots:
    """A file of slots, mapped into memory: what is written there is the system's, and outlives a killed process.

    A loss of power may lose it; then an update runs again without anybody knowing of the run before.
    key: tells the inbox, and which run of it, that the rows belong to. What the file held before is overwritten.
    Raises OSError.
    """

    def __init__(self, path: Path, key: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._map = self._emptied(0, max(SIZE * _SLOTS, os.fstat(self._file).st_size))
        _KEY.pack_into(self._map, 0, key)
        self._free = list(range(SIZE, len(self._map) - SIZE + 1, SIZE))

    def begin(self, number: int) -> int:
        """Name a row, by a number above 0, as begun, and give its slot; raises OSError when there is none."""
        if not self._free:
            self._grow()
        slot = self._free.pop()
        _HEAD.pack_into(self._map, slot, number, 0, _UNANSWERED, 0)
        return slot

    def keep(self, slot: int, number: int, answer: str) -> bool:
        """Keep the answer to the row in a slot, and say whether it fits in there."""
        text = answer.encode()
        if len(text) > LONGEST:
            return False
        begin = slot + _HEAD.size
        self._map[begin : begin + len(text)] = text
        _ANSWER.pack_into(self._map, slot + _ANSWER_AT, len(text), crc32(text, number & 0xFFFFFFFF))
        return True

    def sent(self, slot: int, calls: int) -> None:
        """Note how many of the calls are made that bring the answer to the row in a slot."""
        _SENT.pack_into(self._map, slot + _SENT_AT, calls)

    def done(self, slot: int) -> None:
        """Note that nothing remains to be done for the row in a slot."""
        _SENT.pack_into(self._map, slot + _SENT_AT, _DONE)

    def end(self, slot: int) -> None:
        """Take the row in a slot away."""
        _KEY.pack_into(self._map, slot, 0)
        self._free.append(slot)

    def held(self, slot: int) -> InWork:
        """Give what a slot holds of its row."""
        return _read(self._map, slot)[1]

    def in_work(self) -> Mapping[int, InWork]:
        """Give what is in work, by row."""
        return _all(self._map)

    def close(self) -> None:
        """Close the file."""
        self._map.close()
        os.close(self._file)

    def _grow(self) -> None:
        size = len(self._map) - len(self._map) % SIZE
        before, self._map = self._map, self._emptied(size, 2 * size)
        before.close()
        self._free = list(range(size, 2 * size, SIZE))

    def _emptied(self, start: int, end: int) -> mmap.mmap:
        """Write zeros there, and map the file up to there: a page that the disk has no room for would kill us."""
        os.lseek(self._file, start, os.SEEK_SET)
        if os.write(self._file, bytes(end - start)) < end - start:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return mmap.mmap(self._file, end)


def _all(content: bytes | mmap.mmap) -> Mapping[int, InWork]:
    read = (_read(content, slot) for slot in range(SIZE, len(content) - SIZE + 1, SIZE))
    return {number: row for number, row in read if number > 0}


def _read(content: bytes | mmap.mmap, slot: int) -> tuple[int, InWork]:
    number, sent, length, check = _HEAD.unpack_from(content, slot)
    text = content[slot + _HEAD.size : slot + _HEAD.size + max(length, 0)]
    kept = 0 <= length <= LONGEST and crc32(text, number & 0xFFFFFFFF) == check
    return number, InWork(text.decode() if kept else None, max(sent, 0), sent == _DONE)
