"""Pulse: since when a bot runs, and when it last got on."""

from time import monotonic

PATIENCE = 120.0
"""Seconds without a good poll after which something is wrong: a poll lasts 30 s, a pause between two as long."""


class Pulse:
    """A bot is alive while it fetches updates, whatever its process does."""

    def __init__(self) -> None:
        self._started = monotonic()
        self._expected: float | None = None
        self._polled: float | None = None

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return monotonic() - self._started

    @property
    def poll_age(self) -> float | None:
        """Seconds since the last good poll; None before the first."""
        return None if self._polled is None else monotonic() - self._polled

    def expect(self) -> None:
        """Take note that polling begins: from now on it is missed when it does not get on."""
        self._expected = monotonic()

    def beat(self) -> None:
        """Take note of a good poll."""
        self._polled = monotonic()

    def problem(self) -> str:
        """Say what is wrong with polling; empty when nothing is, or nobody polls."""
        if self._expected is None:
            return ""
        age = monotonic() - (self._expected if self._polled is None else self._polled)
        if age <= PATIENCE:
            return ""
        return f"no messages could be fetched from Telegram for {age:.0f} s"
