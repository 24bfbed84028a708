"""Times: many durations in the memory of a few, with mean and quantiles."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import sqrt
from typing import Any

SHORTEST, PER_OCTAVE, OCTAVES = 1e-5, 8, 24
BOUNDS = tuple(SHORTEST * 2 ** (step / PER_OCTAVE) for step in range(PER_OCTAVE * OCTAVES + 1))
"""Where one class of durations ends and the next begins, in seconds: from 10 us to 168 s, each 9 % above the last."""


class Times:
    """A histogram whose classes are so narrow that a quantile is right to 5 %; it never takes more than 194 of them.

    count: how many durations. total, longest: seconds.
    """

    __slots__ = ("_classes", "count", "longest", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.longest = 0.0
        self._classes: dict[int, int] = {}

    def add(self, seconds: float) -> None:
        """Take note of a duration."""
        self.count += 1
        self.total += seconds
        if seconds > self.longest:
            self.longest = seconds
        place = bisect_right(BOUNDS, seconds)
        self._classes[place] = self._classes.get(place, 0) + 1

    def include(self, other: "Times") -> None:
        """Take note of all that another has."""
        self.count += other.count
        self.total += other.total
        self.longest = max(self.longest, other.longest)
        for place, number in other._classes.items():
            self._classes[place] = self._classes.get(place, 0) + number

    @classmethod
    def of(cls, durations: Sequence[float]) -> "Times":
        """Take note of many durations, in half the time that it takes one by one."""
        times = cls()
        times.count, times.total, times.longest = len(durations), sum(durations), max(durations, default=0.0)
        times._classes.update(Counter(map(partial(bisect_right, BOUNDS), durations)))
        return times

    @property
    def mean(self) -> float:
        """The mean in seconds; 0 when there is none."""
        return self.total / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """Give the duration, in seconds, that this share of all did not exceed; 0 when there is none."""
        left = share * self.count
        for place in sorted(self._classes):
            left -= self._classes[place]
            if left <= 0:
                return self.longest if place == len(BOUNDS) else min(_middle(place), self.longest)
        return self.longest

    @classmethod
    def joined(cls, parts: "Iterable[Times]") -> "Times":
        """Put several together."""
        whole = cls()
        for part in parts:
            whole.include(part)
        return whole

    def dumped(self) -> dict[str, Any]:
        """Give it as JSON."""
        classes = {str(place): number for place, number in self._classes.items()}
        return {"total": self.total, "longest": self.longest, "classes": classes}

    @classmethod
    def loaded(cls, stored: Mapping[str, Any]) -> "Times":
        """Read what `dumped` gave; raises ValueError, TypeError, KeyError or AttributeError for anything else."""
        times = cls()
        times.total, times.longest = float(stored["total"]), float(stored["longest"])
        for place, number in stored["classes"].items():
            if not 0 <= int(place) <= len(BOUNDS) or number < 0:
                raise ValueError(f"no class of durations: {place}: {number}")
            times._classes[int(place)] = int(number)
        times.count = sum(times._classes.values())
        return times


def _middle(place: int) -> float:
    return sqrt(BOUNDS[place - 1] * BOUNDS[place]) if place else BOUNDS[0]
