"""Files that people have sent, fetched; never more bytes than was said (Bot API, getFile)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from pluggram.errors import TelegramError, Unreachable
from pluggram.telegram.in_process import Door
from pluggram.telegram.tls import trusted

TIMEOUT = 30.0
"""Seconds without a byte after which a download is given up."""

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
        raise _too_large(f"{size:,}", most)
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


def over_http(base_url: str, token: str) -> Source:
    """Fetch files from where a Bot API server keeps them: over HTTP, or on this disk if it was started with --local."""

    async def fetch(path: str, most: int) -> bytes:
        if path.startswith("/"):
            return await asyncio.to_thread(_from_disk, Path(path), most)
        try:
            return await _streamed(f"{base_url}/file/bot{token}/{path}", most)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"the file could not be fetched: {type(error).__name__}") from None

    return fetch


def in_process(door: Door, token: str) -> Source:
    """Fetch files from a Bot API in this process."""

    async def fetch(path: str, most: int) -> bytes:
        try:
            content = door.download(token, path)
        except Exception:  # each door has its own way to say that there is none
            raise _gone() from None
        if len(content) > most:
            raise _too_large(f"{len(content):,}", most)
        return content

    return fetch


async def _streamed(url: str, most: int) -> bytes:
    content = bytearray()
    async with (
        httpx.AsyncClient(timeout=TIMEOUT, verify=trusted()) as client,
        client.stream("GET", url, headers=_AS_IT_IS) as response,
    ):
        if response.status_code == httpx.codes.NOT_FOUND:
            raise _gone()
        if response.status_code != httpx.codes.OK:
            raise Unreachable(f"the file could not be fetched: HTTP {response.status_code}")
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > most:
                raise _too_large("more", most)
    return bytes(content)


_AS_IT_IS = {"Accept-Encoding": "identity"}


def _from_disk(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise TelegramError(f"the Bot API server keeps the file on its own disk, as {path}: {error.strerror}") from None
    if len(content) > most:
        raise _too_large("more", most)
    return content


def _too_large(size: str, most: int) -> TelegramError:
    return TelegramError(f"the file has {size} bytes, and at most {most:,} are taken")


def _gone() -> TelegramError:
    return TelegramError("the file is no longer there; getFile gives it for an hour")
