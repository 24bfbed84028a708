"""Outage: a line in the log when something stops working, one when it works again, and the pauses between tries."""

import logging
from time import monotonic
from typing import Protocol

from pluggram.backoff import Backoff
from pluggram.errors import FloodLimit, PluggramError, TokenRefused

logger = logging.getLogger("pluggram.intake")

REFUSAL_PATIENCE = 60.0
"""Seconds that a token may stay refused before the process ends."""
LONGEST_WAIT = 30.0
"""Seconds between two tries at the most."""


class Progress(Protocol):
    """Who is told how a source of updates gets on."""

    def beat(self, mended: bool = True) -> None:
        """Take note that it got on. mended: and that what was missed before is over."""

    def miss(self, reason: str) -> None:
        """Take note that it did not, and why."""


class Outage:
    """The outages of one thing that is tried again and again.

    what: it, as a sentence begins. broken, mended: how the sentence goes on when an outage begins and ends.
    Each is one line in the log when it begins, and one when it is over. When the kind of what is wrong changes
    meanwhile, as from an unreachable Telegram to a refused token, it is one more line for each kind.
    """

    def __init__(self, what: str, broken: str = "is interrupted", mended: str = "goes on") -> None:
        self._what = what
        self._broken = broken
        self._mended = mended
        self._since: float | None = None
        self._refused_since: float | None = None
        self._told: set[object] = set()
        self._backoff = Backoff(LONGEST_WAIT)

    def begin(self, reason: str, kind: object = None, trace: BaseException | None = None) -> None:
        """Log that it does not work, and why, unless that is known. trace: what to show the traceback of."""
        if self._since is None:
            self._since, self._backoff = monotonic(), Backoff(LONGEST_WAIT)
        if kind not in self._told:
            self._told.add(kind)
            logger.warning("%s %s: %s", self._what, self._broken, reason, exc_info=trace)

    def endure(self, error: Exception, reason: str = "") -> float:
        """Give the seconds to wait before the next try; raises the error when it is a token refused for long.

        reason: what to say in place of the error's own words.
        """
        self.begin(reason or told(error), type(error), None if isinstance(error, PluggramError) else error)
        if self._refused_for(error) > REFUSAL_PATIENCE:
            raise error
        wait = self._backoff.pause()
        return error.retry_after if isinstance(error, FloodLimit) and error.retry_after > 0 else wait

    def end(self) -> None:
        """Log that it works again, if it did not."""
        if self._since is not None:
            logger.warning("%s %s after %.0f s", self._what, self._mended, monotonic() - self._since)
        self._since = self._refused_since = None
        self._told.clear()

    def _refused_for(self, error: Exception) -> float:
        if not isinstance(error, TokenRefused):
            self._refused_since = None
            return 0.0
        now = monotonic()
        self._refused_since = now if self._refused_since is None else self._refused_since
        return now - self._refused_since


def told(error: Exception) -> str:
    """Say what an error means for those who wait until it is over."""
    if not isinstance(error, PluggramError):
        return f"a fault in pluggram itself ({type(error).__name__})"
    words = str(error) or type(error).__name__
    if isinstance(error, TokenRefused):
        return f"{words}. It is tried for {REFUSAL_PATIENCE:.0f} s, and then this process ends"
    return words
