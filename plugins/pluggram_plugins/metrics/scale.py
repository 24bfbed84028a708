"""Scales: how high a number stands in a panel, and which numbers are named beside it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_STEPS = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
_USUAL, _HIGH, _ENOUGH = 0.9, 4, 8


@dataclass(frozen=True, slots=True)
class Scale:
    """share: how high a number stands, from 0 to 1; above 1 it does not fit. ticks: the numbers that are named."""

    share: Callable[[float], float]
    ticks: Sequence[float]


def counting(values: Sequence[int]) -> Scale:
    """Count from 0 to a round number; a few spikes that would flatten all others do not fit."""
    ordered = sorted(value for value in values if value)
    highest = ordered[-1] if ordered else 1
    usual = ordered[int(_USUAL * (len(ordered) - 1))] if ordered else 1
    top = _round_up(2 * usual if len(ordered) >= _ENOUGH and highest > _HIGH * usual else highest)
    return Scale(lambda value: value / top, [0, top / 2, top] if top % 2 == 0 else [0, top])


def lasting(seconds: Sequence[float]) -> Scale:
    """Stand by powers of ten, so that a second and a millisecond are both seen."""
    known = [second for second in seconds if second > 0] or [0.001, 0.01]
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    high = max(high, low + 1)
    return Scale(
        lambda value: (math.log10(value) - low) / (high - low) if value > 0 else 0.0,
        [10.0**power for power in range(low, high + 1)],
    )


def _round_up(number: int) -> int:
    """Give the next number that is easily halved and read."""
    size: int = 10 ** (len(str(number)) - 1)
    return next(round(step * size) for step in _STEPS if step * size >= number and step * size % 1 == 0)
