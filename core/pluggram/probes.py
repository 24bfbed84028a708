"""Probes: how a bot and its plugins tell whether they are well, and in what numbers."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

Check = Callable[[], Awaitable[str | None]]
"""Looks whether something works: gives None or "" when it does, else a sentence that people in chat may read.

What it raises is a problem too, whose text only those who look after the bot read.
"""

Reading = Callable[[], float | Awaitable[float]]
"""Gives a number, now or when it is awaited; asked for only when somebody wants to know."""


_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")


def check_name(name: object) -> str:
    """Give back what may name a check, a reading or a counter; raises ValueError for anything else."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise ValueError(f"{name!r} is no name: use a-z, 0-9 and _, beginning with a letter, at most 48 characters")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found.

    plugin: the table that it is of; empty for the bot's own. problem: what is not well, for everybody; empty when all
    is. seconds: how long the check took. detail: the reason, for those who look after the bot: it may hold paths.
    """

    plugin: str
    name: str
    problem: str = ""
    seconds: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that a plugin counts or measures. value: None when it could not be had, for the reason in `problem`."""

    plugin: str
    name: str
    value: float | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Lag:
    """How late the event loop comes to what is due, in seconds since the bot serves: what blocks it delays everybody.

    last: at the last look. mean, longest: of all. longest_at: when that was, in seconds since the epoch; None before
    the first look.
    """

    last: float = 0.0
    mean: float = 0.0
    longest: float = 0.0
    longest_at: float | None = None


class Count(Protocol):
    """Counts things: `context.count("rolls")`."""

    def __call__(self, name: str, by: float = 1) -> None:
        """Add to a number of this name, which begins at 0 when the bot starts."""
