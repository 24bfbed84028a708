"""Backoff: the pauses between tries of what may work again by itself."""

import random

_HALF_THE_FIRST = 0.5


class Backoff:
    """Gives pauses that double from a second on up to `longest`, each anything below that (full jitter).

    So many who wait for the same do not come back at once.
    """

    __slots__ = ("_below", "_longest")

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._below = _HALF_THE_FIRST

    def pause(self) -> float:
        """Give the seconds until the next try."""
        self._below = min(self._longest, 2 * self._below)
        return random.uniform(0, self._below)
