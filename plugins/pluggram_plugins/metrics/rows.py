"""Rows: how requests to each command of each plugin went, since counting began."""

from collections.abc import Iterable, Mapping
from typing import Any

from pluggram import Handler
from pluggram_plugins._times import Times
from pluggram_plugins.metrics.slots import FAILED

MOST = 300
"""Commands that are counted one by one; what is beyond is counted as the others of its plugin."""
OTHERS = "others"

_LONGEST = 40
_KNOWN = 5000


class Row:
    """How requests to one command went.

    by_admins: whether only admins may use it. family: what all its forms begin with, such as /postno; else empty.
    """

    __slots__ = ("by_admins", "family", "label", "outcomes", "plugin", "times")

    def __init__(self, plugin: str, label: str, by_admins: bool) -> None:
        self.plugin = plugin
        self.label = label
        self.by_admins = by_admins
        self.family = ""
        self.outcomes: dict[str, int] = {}
        self.times = Times()

    def add(self, outcome: str, times: Times) -> None:
        """Take note of requests that went alike, and how long they took."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + times.count
        self.times.include(times)

    @property
    def failed(self) -> int:
        """How many requests failed."""
        return sum(self.outcomes.get(outcome, 0) for outcome in FAILED)

    def dumped(self) -> list[Any]:
        """Give it as JSON."""
        return [self.plugin, self.label, self.by_admins, self.outcomes, self.times.dumped()]


class Rows:
    """All rows of a bot; a handler finds its own by what it is, without a look at its text."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}
        self._known: dict[int, tuple[Handler, Row]] = {}  # the handler is kept, so that its id stays its own

    def of(self, plugin: str, handler: Handler) -> Row:
        """Give the row of a handler."""
        known = self._known.get(id(handler))
        return known[1] if known else self._new(plugin, handler)

    def all(self) -> list[Row]:
        """Give the rows in which something was counted, the most used first."""
        used = (row for row in self._rows.values() if row.times.count)
        return sorted(used, key=lambda row: (-row.times.count, row.plugin, row.label))

    def dumped(self) -> list[Any]:
        """Give them as JSON."""
        return [row.dumped() for row in self.all()]

    def load(self, stored: Iterable[Any]) -> None:
        """Take rows as they were given out; what has no room is dropped, the least used first.

        Raises ValueError, TypeError, KeyError or AttributeError for anything else.
        """
        for plugin, label, by_admins, outcomes, times in list(stored)[: MOST // 2]:
            row = self._rows[str(plugin), str(label)] = Row(str(plugin), str(label), bool(by_admins))
            row.outcomes, row.times = _counts(outcomes), Times.loaded(times)

    def _new(self, plugin: str, handler: Handler) -> Row:
        label, by_admins = _label(handler), handler.access in ("admin", "owner")
        if (plugin, label) not in self._rows and len(self._rows) >= MOST:
            label, by_admins = OTHERS, False
        row = self._rows.setdefault((plugin, label), Row(plugin, label, by_admins))
        if handler.family and handler.command and not row.by_admins:
            row.family = handler.command
        if len(self._known) >= _KNOWN:  # some handlers are made anew for each request
            self._known.clear()
        self._known[id(handler)] = handler, row
        return row


def _label(handler: Handler) -> str:
    if handler.fallback:
        return "anything else"
    kind = "" if handler.on in ("message", "document") else f"{handler.on} "
    return f"{kind}{handler.form}"[:_LONGEST]


def _counts(outcomes: Mapping[str, Any]) -> dict[str, int]:
    return {str(outcome): int(number) for outcome, number in outcomes.items()}
