"""Files that people have sent, fetched; never more bytes than was said (Bot API, getFile)."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from pluggram.errors import TelegramError, Unreachable

Source = Callable[[str, int], Awaitable[bytes]]
"""Gives the bytes of a `file_path`, of which there may be at most so many; raises TelegramError."""


async def download(
    call: Callable[[str, Mapping[str, Any]], Awaitable[Any]], source: Source, file_id: str, most: int
) -> bytes:
    """Fetch a file of at most `most` bytes.

    Raises TelegramError when it is larger or cannot be had. The address of a file holds the token: no error names it.
    """
    file = await _opened(call, file_id)
    size, path = file.get("file_size"), file.get("file_path")
    if isinstance(size, int) and size > most:
        raise too_large(f"{size:,}", most)
    if not isinstance(path, str):
        raise TelegramError("Telegram does not say where the file is")
    return await source(path, most)


async def _opened(call: Callable[[str, Mapping[str, Any]], Awaitable[Any]], file_id: str) -> Mapping[str, Any]:
    try:
        file = await call("getFile", {"file_id": file_id})
    except TelegramError as error:
        if "file is too big" in str(error).lower():
            raise TelegramError("the file is too big: Telegram gives bots at most 20 MB of a file") from None
        raise
    if not isinstance(file, dict):
        raise Unreachable("what answers is no Bot API: it tells nothing of the file")
    return file


def from_disk(path: Path, most: int) -> bytes:
    """Read a file that a Bot API server keeps on this disk, started with --local; raises TelegramError."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise TelegramError(f"the Bot API server keeps the file on its own disk, as {path}: {error.strerror}") from None
    if len(content) > most:
        raise too_large("more", most)
    return content


def too_large(size: str, most: int) -> TelegramError:
    """Say that a file is larger than what is taken."""
    return TelegramError(f"the file has {size} bytes, and at most {most:,} are taken")


def gone() -> TelegramError:
    """Say that a file is not there."""
    return TelegramError("the file is no longer there; getFile gives it for an hour")
