"""Counters: what plugins count of their own, in memory, from the start of the bot."""

import logging
import threading
from collections.abc import Mapping

from pluggram.probes import check_name

logger = logging.getLogger("pluggram.counters")

NAMES = 100
"""How many names one plugin may count under; what it counts under more is put together."""
MOST = 10**15
"""What a counter is raised by at the most: no sum of these grows out of what a float can hold."""
OTHERS = "others"
"""The name under which is counted what has no room for a name of its own."""


class Counters:
    """The counters of one bot, by plugin; they may be raised from any thread."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()

    def add(self, plugin: str, name: str, by: float = 1) -> None:
        """Raise a counter; raises ValueError for what is no name, and when `by` is no number from 0 to MOST."""
        if not isinstance(by, int | float) or not 0 <= by <= MOST:
            raise ValueError(f"count({name!r}, ...): a counter is raised by a number from 0 to {MOST:,}")
        with self._lock:
            counts = self._counts.setdefault(plugin, {})
            if name not in counts:
                name = self._begin(plugin, name, counts)
            counts[name] += by

    def of(self, plugin: str) -> Mapping[str, float]:
        """Give a plugin's counts by name, in the order of the names."""
        with self._lock:
            return dict(sorted(self._counts.get(plugin, {}).items()))

    def _begin(self, plugin: str, name: str, counts: dict[str, float]) -> str:
        check_name(name)
        if len(counts) >= NAMES:
            if OTHERS not in counts:
                logger.warning("plugin %s counts under more than %d names; %r and all new ones are counted as %r",
                               plugin, NAMES, name, OTHERS)  # fmt: skip
            name = OTHERS
        counts.setdefault(name, 0)
        return name
