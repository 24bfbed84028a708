"""What is kept of each slot of time: how requests went, and who asked for what."""

from typing import Any, Self

from pluggram_plugins._times import Times
from pluggram_plugins.metrics.distinct import Distinct
from pluggram_plugins.metrics.top import Top

FAILED = frozenset({"failed", "timeout", "paused"})
"""The outcomes of which the one who asked has nothing, because a handler fails or keeps failing."""


class Traffic:
    """How many requests there were, how many failed, and how long they took."""

    __slots__ = ("failed", "times")

    def __init__(self) -> None:
        self.times = Times()
        self.failed = 0

    def add(self, outcome: str, times: Times) -> None:
        """Take note of requests that went alike, and how long they took."""
        self.times.include(times)
        if outcome in FAILED:
            self.failed += times.count

    def dumped(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"failed": self.failed, "times": self.times.dumped()}

    @classmethod
    def loaded(cls, stored: Any) -> Self:
        """Read what `dumped` gave; raises ValueError, TypeError, KeyError or AttributeError for anything else."""
        traffic = cls()
        traffic.failed, traffic.times = int(stored["failed"]), Times.loaded(stored["times"])
        return traffic


class Audience:
    """How many people there were, and what they asked for most."""

    __slots__ = ("asked", "people")

    def __init__(self) -> None:
        self.people = Distinct()
        self.asked = Top()

    def dumped(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"people": self.people.dumped(), "asked": self.asked.dumped()}

    @classmethod
    def loaded(cls, stored: Any) -> Self:
        """Read what `dumped` gave; raises ValueError, TypeError, KeyError or AttributeError for anything else."""
        audience = cls()
        audience.people, audience.asked = Distinct.loaded(stored["people"]), Top.loaded(stored["asked"])
        return audience
