"""Ring: the last slots of time, each with what happened in it."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Generic, Protocol, Self, TypeVar


class Slot(Protocol):
    """What happens in one slot of time; made without arguments when it begins."""

    def dumped(self) -> Any:
        """Give it as JSON."""

    @classmethod
    def loaded(cls, stored: Any) -> Self:
        """Read what `dumped` gave; raises ValueError, TypeError, KeyError or AttributeError for anything else."""


S = TypeVar("S", bound=Slot)


class Ring(Generic[S]):
    """The last `length` slots of so many seconds each, aligned to UTC; a slot in which nobody looked is not there."""

    def __init__(self, seconds: int, length: int, kind: type[S]) -> None:
        self.seconds = seconds
        self.length = length
        self._kind = kind
        self._past: deque[tuple[int, S]] = deque(maxlen=length - 1)
        self._number, self._live = -1, kind()
        self._end = 0.0

    def at(self, now: float) -> S:
        """Give the slot of this moment (seconds since the epoch); a clock that goes back stays in its slot."""
        if now >= self._end:
            self._turn(int(now // self.seconds))
        return self._live

    def slots(self, now: float) -> list[S | None]:
        """Give `length` slots up to this moment, the oldest first; None where nobody looked."""
        self.at(now)
        known = dict([*self._past, (self._number, self._live)])
        return [known.get(number) for number in range(self._number - self.length + 1, self._number + 1)]

    def present(self, now: float) -> list[S]:
        """Give the slots that are there."""
        return [slot for slot in self.slots(now) if slot is not None]

    def starts(self, now: float) -> Sequence[int]:
        """Give the moment at which each of the slots begins."""
        self.at(now)
        first = self._number - self.length + 1
        return range(first * self.seconds, (self._number + 1) * self.seconds, self.seconds)

    def dumped(self) -> list[Any]:
        """Give all slots but the live one as JSON."""
        return [[number, slot.dumped()] for number, slot in self._past]

    def dumped_live(self) -> list[Any]:
        """Give the live slot as JSON."""
        return [self._number, self._live.dumped()]

    def load(self, stored: Iterable[Any], now: float) -> None:
        """Take slots as they were given out, the live one last, but none that a wrong clock has put into the future.

        Raises what a slot's `loaded` raises.
        """
        read = [(int(number), self._kind.loaded(slot)) for number, slot in stored]
        read = sorted((each for each in read if each[0] * self.seconds <= now), key=lambda each: each[0])
        self._past.clear()
        self._past.extend(read[:-1])
        if read:
            self._number, self._live = read[-1]
            self._end = float((self._number + 1) * self.seconds)

    def _turn(self, number: int) -> None:
        if self._number >= 0:
            self._past.append((self._number, self._live))
        self._number, self._live = number, self._kind()
        self._end = float((number + 1) * self.seconds)
