"""Top: what is asked most, however many different things are asked."""

from collections.abc import Iterable

KEPT = 64
"""How many are known for certain to be kept; up to twice as many are held."""


class Top:
    """Counts texts in bounded memory (Space-Saving, Metwally et al., 2005).

    When there are too many, the least asked half is forgotten. A newcomer begins where they ended, and so may have been
    asked less often than its count says: it is told apart by how much.
    """

    __slots__ = ("_counts", "_floor")

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}
        self._floor = 0

    def add(self, text: str, times: int = 1) -> None:
        """Take note of a text that was asked for so many times."""
        known = self._counts.get(text)
        if known is None:
            self._begin(text, self._floor + times, self._floor)
        else:
            known[0] += times

    def most(self, number: int) -> list[tuple[str, int]]:
        """Give the most asked, with how often they were asked for certain."""
        sure = ((text, count - unsure) for text, (count, unsure) in self._counts.items())
        return sorted(sure, key=lambda each: (-each[1], each[0]))[:number]

    @classmethod
    def joined(cls, parts: "Iterable[Top]") -> "Top":
        """Put several together."""
        whole, counts = cls(), dict[str, list[int]]()
        for part in parts:
            whole._floor += part._floor
            for text, (count, unsure) in part._counts.items():
                known = counts.setdefault(text, [0, 0])
                known[0], known[1] = known[0] + count, known[1] + unsure
        for text, (count, unsure) in counts.items():
            whole._begin(text, count, unsure)
        return whole

    def dumped(self) -> dict[str, object]:
        """Give it as JSON."""
        return {"floor": self._floor, "counts": self._counts}

    @classmethod
    def loaded(cls, stored: dict[str, object]) -> "Top":
        """Read what `dumped` gave; raises ValueError, TypeError, KeyError or AttributeError for anything else."""
        top, counts = cls(), stored["counts"]
        top._floor = int(str(stored["floor"]))
        if not isinstance(counts, dict):
            raise TypeError("no counts")
        for text, (count, unsure) in counts.items():
            top._begin(str(text), int(count), int(unsure))
        return top

    def _begin(self, text: str, count: int, unsure: int) -> None:
        self._counts[text] = [count, unsure]
        if len(self._counts) > 2 * KEPT:
            ranked = sorted(self._counts.items(), key=lambda each: -each[1][0])
            self._counts = dict(ranked[:KEPT])
            self._floor = max(self._floor, ranked[KEPT][1][0])
