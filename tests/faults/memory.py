"""How much memory a process takes, and whether it grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path


def resident(pid: int) -> float:
    """Read the resident memory of a process, in MB."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


@dataclass(frozen=True)
class Trend:
    """A straight line through measurements. slope: per unit of x. error: its standard error."""

    slope: float
    error: float

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]]) -> "Trend":
        """Fit by least squares. Raises ValueError for fewer than three points."""
        count = len(points)
        if count < 3:
            raise ValueError("a trend needs three points")
        mean_x, mean_y = (sum(values) / count for values in zip(*points, strict=True))
        spread = sum((x - mean_x) ** 2 for x, _ in points)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
        rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
        return cls(slope, sqrt(rest / (count - 2) / spread))
