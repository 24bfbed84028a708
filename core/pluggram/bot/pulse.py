"""Pulse: since when a bot runs, and when it last got on."""

from time import monotonic
from typing import Final, Literal

Source = Literal["polling", "webhook"]
"""How updates arrive."""

_SILENCE: Final[dict[Source, str]] = {
    "polling": "no messages could be fetched from Telegram",
    "webhook": "Telegram could not be asked how the webhook fares",
}
_TROUBLE: Final[dict[Source, str]] = {
    "polling": "trouble with fetching messages from Telegram",
    "webhook": "trouble with the webhook",
}

PATIENCE = 120.0
"""Seconds without a good poll after which something is wrong: a poll lasts 30 s, a pause between two as long."""

MOMENT = 5.0
"""Seconds that an outage may last before it is called one: most pass at the second try."""


class Pulse:
    """A bot is alive while it fetches updates, whatever its process does."""

    def __init__(self) -> None:
        self.source: Source = "polling"
        self._started = monotonic()
        self._expected: float | None = None
        self._polled: float | None = None
        self._missed: tuple[float, str] | None = None

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return monotonic() - self._started

    @property
    def poll_age(self) -> float | None:
        """Seconds since Telegram was last heard: by a good poll, or a good post; None before."""
        return None if self._polled is None else monotonic() - self._polled

    def expect(self, source: Source = "polling") -> None:
        """Take note that updates are to arrive now: from now on it is missed when that does not get on."""
        self.source = source
        self._expected = monotonic()

    def beat(self, mended: bool = True) -> None:
        """Take note of a good poll, or of a good look at what Telegram posts. mended: what was missed is over."""
        self._polled = monotonic()
        if mended:
            self._missed = None

    def miss(self, reason: str) -> None:
        """Take note that it did not get on, and why."""
        since = monotonic() if self._missed is None else self._missed[0]
        self._missed = since, reason

    def problem(self) -> str:
        """Say what keeps updates from arriving; empty when nothing does, or nobody waits for any."""
        if self._expected is None:
            return ""
        if self._missed is not None and (lasting := monotonic() - self._missed[0]) > MOMENT:
            return f"{_TROUBLE[self.source]} for {lasting:.0f} s: {self._missed[1]}"
        age = monotonic() - (self._expected if self._polled is None else self._polled)
        if age <= PATIENCE:
            return ""
        return f"{_SILENCE[self.source]} for {age:.0f} s"
