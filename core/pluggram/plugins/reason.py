"""Why a plugin failed, in words for its author: what, in which file, at which line."""

import traceback
from collections.abc import Callable
from typing import TypeVar

from pluggram.errors import PluggramError
from pluggram.masks import mask
from pluggram.places import innermost

T = TypeVar("T")


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
    except BaseException:  # it is a plugin's code, and may do anything
        return ""


def _where(error: BaseException) -> str:
    """Name the innermost place that is the plugin's."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    return innermost(traceback.walk_tb(error.__traceback__))
