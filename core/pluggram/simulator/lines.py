"""Where the terminal's lines come from: a person at a keyboard, or a pipe."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from threading import Thread
from typing import TextIO

try:
    import readline
    import termios
except ImportError:  # Windows has neither and needs neither
    readline = termios = None  # type: ignore[assignment]

ReadLine = Callable[[str], Awaitable[str | None]]
"""Shows a prompt and returns the next line without its end; None when there are no more."""


def from_stream(stream: TextIO) -> ReadLine:
    """Read lines from a pipe or file; prompts are not shown."""

    async def read(prompt: str) -> str | None:
        line = await _in_thread(stream.readline)
        return line.removesuffix("\n") if line else None

    return read


def from_keyboard() -> ReadLine:
    """Read lines with `input()`: with line editing and history where the readline module is loaded."""

    async def read(prompt: str) -> str | None:
        saved = _terminal_state()
        try:
            return await _in_thread(lambda: input(_countable(prompt)))
        except EOFError:
            return None
        finally:
            _restore(saved)

    return read


def typed_so_far() -> str:
    """Return what has been typed of the line that is being read from the keyboard."""
    return readline.get_line_buffer() if readline is not None else ""


def _countable(prompt: str) -> str:
    """Mark colours as taking no room, so that the line editor counts columns rightly."""
    return re.sub("(\x1b\\[[0-9;]*m)", "\x01\\1\x02", prompt) if readline is not None else prompt


async def _in_thread(function: Callable[[], str]) -> str:
    """Run a blocking read in a daemon thread: one that still waits for a key does not hold the process."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[str] = loop.create_future()

    def hand_over(line: str, error: BaseException | None) -> None:
        if result.done():
            return
        if error is None:
            result.set_result(line)
        else:
            result.set_exception(error)

    def run() -> None:
        line, error = "", None
        try:
            line = function()
        except (EOFError, OSError, ValueError) as caught:
            error = caught
        if not loop.is_closed():
            loop.call_soon_threadsafe(hand_over, line, error)

    Thread(target=run, name="simulator-input", daemon=True).start()
    return await result


def _terminal_state() -> list[object] | None:
    return list(termios.tcgetattr(sys.stdin)) if termios is not None and sys.stdin.isatty() else None


def _restore(state: list[object] | None) -> None:
    """Give the terminal back as it was: an interrupted line editor leaves it without echo."""
    if state is not None:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, state)  # type: ignore[arg-type]
