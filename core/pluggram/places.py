"""Places: where in a plugin's code something runs or waits, in words for its author."""

import os
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from pluggram.divisible import Divisible

if TYPE_CHECKING:
    import asyncio

Stack = Iterable[tuple[FrameType, int]]
"""Frames with the line that each is at, the outermost first."""

_CORE = str(Path(__file__).parent) + os.sep
_STDLIB = sysconfig.get_path("stdlib") + os.sep
_LOOPS = (_STDLIB + "asyncio" + os.sep, _CORE + "cli" + os.sep + "loop.py")  # uvloop has frames in tracebacks only
_UVLOOP = "uvloop/"
_NAMED = re.compile(r"plugin (?P<plugin>\w+): ")
_CARRIERS = ("pluggy" + os.sep, "telegram" + os.sep)


def name_of_task(plugin: str, doing: str) -> str:
    """Name a task after the plugin that it works for: asyncio's own complaints tell the name."""
    return f"plugin {plugin}: {doing}"


def plugin_of_task(task: "asyncio.Task[Any] | None") -> str:
    """Give the plugin that a task works for, as its name says; empty when it says none."""
    name = task.get_name() if task is not None else ""
    named = _NAMED.match(name) if name.startswith("plugin ") else None  # most are not: each new task asks
    return named["plugin"] if named else ""


def stack_of_loop(thread_id: int | None) -> Stack:
    """Give what an event loop has called that runs in a thread; not what has called the loop."""
    frame = sys._current_frames().get(thread_id or 0)
    stack = reversed(list(traceback.walk_stack(frame))) if frame else ()
    return dropwhile(lambda each: not each[0].f_code.co_filename.startswith(_LOOPS), stack)


def place_of_task(task: "asyncio.Task[Any]") -> str:
    """Name where in a plugin's code a task waits; empty when it waits in none."""
    work = task.get_coro()
    return innermost(_awaited(work.work if isinstance(work, Divisible) else work))


def innermost(stack: Stack) -> str:
    """Name the last place of a stack that is a plugin's, and of no library that the plugin calls."""
    theirs = [(frame.f_code.co_filename, line) for frame, line in stack if is_theirs(frame.f_code.co_filename)]
    homes = [_home(filename) for filename, _ in theirs]
    own = [place for place, home in zip(theirs, homes, strict=True) if home == homes[0]]
    return f"{own[-1][0]}, line {own[-1][1]}" if own else ""


def is_theirs(filename: str) -> bool:
    """Whether a file may be a plugin's, or of what only plugins use."""
    _, installed, package = filename.rpartition("site-packages" + os.sep)
    ours = filename.startswith((_CORE, _UVLOOP, "<")) or (filename.startswith(_STDLIB) and not installed)
    return not ours and not (installed and package.startswith(_CARRIERS))


def _home(filename: str) -> str:
    """Give the package that a file lies in when it is installed, else its folder."""
    _, installed, package = filename.rpartition("site-packages" + os.sep)
    return package.partition(os.sep)[0] if installed else filename.rpartition(os.sep)[0]


def _awaited(work: Any) -> Iterator[tuple[FrameType, int]]:
    while (frame := getattr(work, "cr_frame", None)) is not None:
        yield frame, frame.f_lineno
        work = work.cr_await
