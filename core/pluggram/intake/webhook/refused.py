"""Posts that are refused, and how often the log says so."""

import logging
from collections import Counter
from time import monotonic

logger = logging.getLogger("pluggram.webhook")

REST = 60.0
"""Seconds between two lines about posts that are refused in the same way."""

_NOISE = (404, 405)  # of whoever looks for holes in every machine on the network


class Refused(Exception):
    """A post is not taken. status: of HTTP. reason: for the log. retry_after: seconds, for the sender."""

    def __init__(self, status: int, reason: str, *, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


class Refusals:
    """Tells the log of posts that are refused, and not of each when they are many."""

    def __init__(self) -> None:
        self._told: dict[int, float] = {}
        self._untold: Counter[int] = Counter()

    def tell(self, refused: Refused) -> None:
        """Log a refusal, unless one of its status was logged just now."""
        now, status = monotonic(), refused.status
        if now - self._told.get(status, -REST) < REST:
            self._untold[status] += 1
            return
        self._told[status] = now
        more = f"; {count} more like it before" if (count := self._untold.pop(status, 0)) else ""
        level = logging.DEBUG if status in _NOISE else logging.WARNING
        logger.log(level, "a post is refused with %d: %s%s", status, refused.reason, more)
