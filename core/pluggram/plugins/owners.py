"""Owners: whose code it is that runs somewhere, told by the files that plugins come from."""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pluggram.places import Stack, innermost, is_theirs, plugin_of_task


@dataclass(frozen=True, slots=True)
class Blamed:
    """Who runs somewhere. plugin: its table name; empty when it is none's. place: file and line; empty for no code."""

    plugin: str = ""
    place: str = ""

    def __str__(self) -> str:
        """Tell it in words."""
        return (f"plugin {self.plugin}" if self.plugin else "no plugin") + (f" ({self.place})" if self.place else "")


class Owners:
    """The files and packages of the plugins of one bot."""

    def __init__(self) -> None:
        self._owners: dict[Path, list[str]] = {}

    def add(self, plugin: str, *parts: object) -> None:
        """Take note of a plugin by what it is made of: what built it, and what was built."""
        for path in {path for part in parts for path in _home(part)}:
            self._owners.setdefault(path, []).append(plugin)

    def blame(self, stack: Stack, task: "asyncio.Task[Any] | None" = None) -> Blamed:
        """Say whose code runs, or has failed: that of the outermost frame that is a plugin's, else the task's.

        A library that a plugin calls runs for the plugin; one table of two with the same code is told by its task.
        """
        frames = list(stack)
        named = plugin_of_task(task)
        for frame in frames:
            owners = self._of(frame[0].f_code.co_filename)
            if owners:
                plugin = named if named in owners else " or ".join(owners)
                own = [each for each in frames if self._of(each[0].f_code.co_filename) == owners]
                return Blamed(plugin, innermost(own))
        return Blamed(named, innermost(frames))

    def _of(self, filename: str) -> list[str]:
        path = Path(filename)
        return next((self._owners[each] for each in (path, *path.parents) if each in self._owners), [])


def _home(part: object) -> Iterator[Path]:
    """Give the file that something is defined in, and the package that the file lies in."""
    name = getattr(part, "__module__", None)
    module = sys.modules.get(name) if isinstance(name, str) else None
    file = getattr(module, "__file__", None)
    if module is not None and isinstance(file, str) and is_theirs(file):
        yield Path(file)
        if module.__package__:
            yield Path(file).parent
