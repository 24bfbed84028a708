"""Posts that are refused, and how often the log says so."""

import logging
from collections import Counter
from time import monotonic

logger = logging.getLogger("pluggram.webhook")

REST = 60.0
"""Seconds between two lines about posts that are refused in the same way."""


class Refused(Exception):
    """A post is not taken. status: of HTTP. reason: for the log. retry_after: seconds, for the sender.

    quiet: so come those who look for holes in every machine on the network.
    """

    def __init__(self, status: int, reason: str, *, retry_after: int | None = None, quiet: bool = False) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        self.quiet = quiet


class Refusals:
    """Tells the log of posts that are refused, and not of each when they are many."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, bool], float] = {}
        self._untold: Counter[tuple[int, bool]] = Counter()

    def tell(self, refused: Refused) -> None:
        """Log a refusal, unless one of its kind was logged just now."""
        now, kind = monotonic(), (refused.status, refused.quiet)
        if now - self._told.get(kind, -REST) < REST:
            self._untold[kind] += 1
            return
        self._told[kind] = now
        more = f"; {count} more like it before" if (count := self._untold.pop(kind, 0)) else ""
        level = logging.DEBUG if refused.quiet else logging.WARNING
        logger.log(level, "a post is refused with %d: %s%s", refused.status, refused.reason, more)
