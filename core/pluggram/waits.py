"""Waits: how long a handler's calls are held back, by flood limits and by those before them: not its own time."""

import asyncio
from contextvars import ContextVar


class Waits:
    """Sums the seconds in which at least one call waits: `with waits:` around each that does."""

    __slots__ = ("_over", "_since", "_waiting")

    def __init__(self) -> None:
        self._over = self._since = 0.0
        self._waiting = 0

    @property
    def seconds(self) -> float:
        """How long it has been so far."""
        return self._over + (_now() - self._since if self._waiting else 0.0)

    def __enter__(self) -> None:
        if not self._waiting:
            self._since = _now()
        self._waiting += 1

    def __exit__(self, *_error: object) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._over += _now() - self._since


_current: ContextVar[Waits] = ContextVar("_current")


def begin() -> Waits:
    """Count anew what waits in this task, and in those that it starts from now on."""
    waits = Waits()
    _current.set(waits)
    return waits


def current() -> Waits:
    """Give what counts here; where nobody has begun, nobody asks what it comes to."""
    return _current.get(None) or Waits()


def _now() -> float:
    return asyncio.get_running_loop().time()
