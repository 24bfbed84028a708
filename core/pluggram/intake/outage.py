"""Outage: a line in the log when something stops working, one when it works again, and the pauses between tries."""

import logging
import random
from time import monotonic
from typing import Protocol

from pluggram.errors import FloodLimit, PluggramError, TokenRefused

logger = logging.getLogger("pluggram.intake")

REFUSAL_PATIENCE = 60.0
"""Seconds that a token may stay refused before the process ends."""
LONGEST_WAIT = 30.0
"""Seconds between two tries at the most."""


class Progress(Protocol):
    """Who is told how a source of updates gets on."""

    def beat(self) -> None:
        """Take note that it got on."""

    def miss(self, reason: str) -> None:
        """Take note that it did not, and why."""


class Outage:
    """The outages of one thing that is tried again and again. what: it, as a sentence begins."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since: float | None = None
        self._refused_since: float | None = None
        self._longest = 0.5

    def begin(self, reason: str) -> None:
        """Log that it does not work, unless that is known."""
        if self._since is None:
            self._since, self._longest = monotonic(), 0.5
            logger.warning("%s is interrupted: %s", self._what, reason)

    def endure(self, error: PluggramError) -> float:
        """Give the seconds to wait before the next try; raises the error when it is a token refused for long."""
        self.begin(str(error) or type(error).__name__)
        if not isinstance(error, TokenRefused):
            self._refused_since = None
        elif self._refused_since is None:
            self._refused_since = monotonic()
        elif monotonic() - self._refused_since > REFUSAL_PATIENCE:
            raise error
        return error.retry_after if isinstance(error, FloodLimit) else self._next_wait()

    def end(self) -> None:
        """Log that it works again, if it did not."""
        if self._since is not None:
            logger.warning("%s goes on after %.0f s", self._what, monotonic() - self._since)
        self._since = self._refused_since = None

    def _next_wait(self) -> float:
        self._longest = min(LONGEST_WAIT, 2 * self._longest)
        return random.uniform(0, self._longest)
