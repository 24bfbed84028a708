"""Why a plugin failed, in words for its author: what, in which file, at which line."""

import os
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import dropwhile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from pluggram.errors import PluggramError
from pluggram.masks import mask

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

_CORE = str(Path(__file__).parents[1]) + os.sep
_STDLIB = sysconfig.get_path("stdlib") + os.sep
_LOOP = _STDLIB + "asyncio" + os.sep
_CARRIERS = ("pluggy" + os.sep, "telegram" + os.sep)


class PluginError(PluggramError):
    """A plugin that cannot be used, with the reason. missing: nothing that is installed provides it."""

    exit_code = 78

    def __init__(self, reason: str, *, missing: bool = False) -> None:
        super().__init__(reason)
        self.missing = missing


def reason(error: BaseException, doing: str = "") -> str:
    """Say in one line why it failed; `doing` says at what ("while it was imported")."""
    if isinstance(error, PluggramError):
        return str(error)
    if isinstance(error, BaseExceptionGroup):
        return reason(error.exceptions[0], doing)
    what = _what(error)
    where = _where(error)
    return mask(" ".join(part for part in (what, doing, f"({where})" if where else "") if part))


def place_of_loop(thread_id: int | None) -> str:
    """Name where in a plugin's code an event loop is that runs in a thread; empty when it is in none.

    Only what the loop has called counts, and not what has called the loop.
    """
    frame = sys._current_frames().get(thread_id or 0)
    stack = reversed(list(traceback.walk_stack(frame))) if frame else ()
    inside = list(dropwhile(lambda each: not each[0].f_code.co_filename.startswith(_LOOP), stack))
    return _innermost(inside)


def place_of_task(task: "asyncio.Task[Any]") -> str:
    """Name where in a plugin's code a task waits; empty when it waits in none."""
    return _innermost(_awaited(task.get_coro()))


def _awaited(work: Any) -> Iterator[tuple[FrameType, int]]:
    while (frame := getattr(work, "cr_frame", None)) is not None:
        yield frame, frame.f_lineno
        work = work.cr_await


def guarded(call: Callable[[], T], doing: str) -> T:
    """Call a plugin's code: whatever it raises, sys.exit() too, comes out as a PluginError."""
    try:
        return call()
    except (KeyboardInterrupt, PluggramError):
        raise
    except BaseException as error:
        raise PluginError(reason(error, doing)) from error


def _what(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})" if error.code is not None else "it called sys.exit()"
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg}"
    text = _text(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _where(error: BaseException) -> str:
    """Name the innermost place that is the plugin's."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    return _innermost(traceback.walk_tb(error.__traceback__))


def _innermost(stack: Iterable[tuple[FrameType, int]]) -> str:
    """Name the last place of a stack that is a plugin's: not ours, nor of who carries the call, nor Python's."""
    theirs = [(frame, line) for frame, line in stack if _is_theirs(frame.f_code.co_filename)]
    return f"{theirs[-1][0].f_code.co_filename}, line {theirs[-1][1]}" if theirs else ""


def _is_theirs(filename: str) -> bool:
    _, installed, package = filename.rpartition("site-packages" + os.sep)
    ours = filename.startswith((_CORE, "<")) or (filename.startswith(_STDLIB) and not installed)
    return not ours and not (installed and package.startswith(_CARRIERS))
