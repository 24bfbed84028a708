"""Distinct: how many different people there were, in little memory."""

import math
from base64 import b64decode, b64encode
from collections.abc import Iterable

EXACT = 200
"""So many are counted exactly; more are estimated."""

_BITS = 11
_REGISTERS = 1 << _BITS
_ALL = (1 << 64) - 1


class Distinct:
    """Counts different numbers in at most 2 KB: some exactly, many to 2.3 % (HyperLogLog, Flajolet et al., 2007).

    It keeps hashes instead of the numbers.
    """

    __slots__ = ("_hashes", "_registers")

    def __init__(self) -> None:
        self._hashes: set[int] | None = set()
        self._registers = bytearray()

    def add(self, number: int) -> None:
        """Take note of a number, such as a user's id."""
        mixed = _mixed(number)
        if self._hashes is None:
            _note(self._registers, mixed)
        elif mixed not in self._hashes:
            self._hashes.add(mixed)
            if len(self._hashes) > EXACT:
                self._registers, self._hashes = self._estimating(), None

    def __len__(self) -> int:
        """Say how many there were."""
        return _estimate(self._registers) if self._hashes is None else len(self._hashes)

    @classmethod
    def joined(cls, parts: "Iterable[Distinct]") -> "Distinct":
        """Put several together: whoever is in two of them counts once."""
        whole = cls()
        for part in parts:
            if whole._hashes is not None and part._hashes is not None and len(whole._hashes | part._hashes) <= EXACT:
                whole._hashes |= part._hashes
            else:
                pairs = zip(whole._estimating(), part._estimating(), strict=True)
                whole._hashes, whole._registers = None, bytearray(map(max, pairs))
        return whole

    def dumped(self) -> str:
        """Give it as text."""
        if self._hashes is None:
            return "~" + b64encode(self._registers).decode()
        return b64encode(b"".join(mixed.to_bytes(8, "big") for mixed in sorted(self._hashes))).decode()

    @classmethod
    def loaded(cls, stored: str) -> "Distinct":
        """Read what `dumped` gave; raises ValueError, TypeError or AttributeError for anything else."""
        distinct = cls()
        content = b64decode(stored.removeprefix("~"), validate=True)
        if stored.startswith("~"):
            distinct._hashes, distinct._registers = None, bytearray(content)
        else:
            distinct._hashes = {int.from_bytes(content[at : at + 8], "big") for at in range(0, len(content), 8)}
        if len(content) != _REGISTERS if distinct._hashes is None else len(content) > 8 * EXACT:
            raise ValueError(f"no count of people: {len(content)} bytes")
        return distinct

    def _estimating(self) -> bytearray:
        if self._hashes is None:
            return self._registers
        registers = bytearray(_REGISTERS)
        for mixed in self._hashes:
            _note(registers, mixed)
        return registers


def _mixed(number: int) -> int:
    """Spread a number over 64 bits (SplitMix64, Steele et al., 2014)."""
    mixed = (number + 0x9E3779B97F4A7C15) & _ALL
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _ALL
    return mixed ^ (mixed >> 31)


def _note(registers: bytearray, mixed: int) -> None:
    place = mixed & (_REGISTERS - 1)
    rank = 65 - _BITS - (mixed >> _BITS).bit_length()
    if rank > registers[place]:
        registers[place] = rank


def _estimate(registers: bytearray) -> int:
    raw = 0.7213 / (1 + 1.079 / _REGISTERS) * _REGISTERS**2 / sum(2.0**-rank for rank in registers)
    empty = registers.count(0)
    return round(_REGISTERS * math.log(_REGISTERS / empty) if raw < 2.5 * _REGISTERS and empty else raw)
