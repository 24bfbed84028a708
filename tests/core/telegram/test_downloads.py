"""Downloads from Bot API servers that are odd: sizes untold or wrong, bodies without end, files on a disk."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from pluggram import logs
from pluggram.errors import TelegramError, Unreachable
from pluggram.telegram.downloads import Source, download
from pluggram.telegram.over_http import OverHttp
from tests.core.telegram.doors import TOKEN

FILE = b"0042,https://example.org\r\n"


@asynccontextmanager
async def server(response: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Answer every request with these bytes, on loopback; yield the address and the requests."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(response)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", asked


async def fetched(source: Source, file: Any, most: int = 1000) -> bytes:
    async def call(method: str, parameters: Mapping[str, Any]) -> Any:
        assert (method, parameters) == ("getFile", {"file_id": "f"})
        return file

    return await download(call, source, "f", most)


def page(status: str, *headers: str, body: bytes = FILE) -> bytes:
    head = "\r\n".join((f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""))
    return head.encode() + body


async def test_a_file_is_fetched_from_the_server_that_is_named_for_calls() -> None:
    async with server(page("200 OK")) as (url, asked):
        got = await fetched(OverHttp(url, TOKEN).fetch, {"file_size": len(FILE), "file_path": "documents/file_0.csv"})
    assert got == FILE
    assert asked[0].startswith(f"GET /file/bot{TOKEN}/documents/file_0.csv HTTP/1.1\r\n".encode())
    assert b"\r\nAccept-Encoding: identity\r\n" in asked[0]


async def test_a_file_that_is_too_large_is_not_asked_for() -> None:
    async with server(page("200 OK")) as (url, asked):
        with pytest.raises(TelegramError, match="the file has 1,001 bytes, and at most 1,000 are taken"):
            await fetched(OverHttp(url, TOKEN).fetch, {"file_size": 1001, "file_path": "x"})
    assert asked == []


@pytest.mark.parametrize("told", [{}, {"file_size": 10}, {"file_size": "many"}])
async def test_a_file_that_turns_out_to_be_too_large_is_left_in_the_middle(told: dict[str, object]) -> None:
    async with server(page("200 OK", body=b"x" * 5_000_000)) as (url, _):
        with pytest.raises(TelegramError, match="the file has more bytes, and at most 1,000 are taken"):
            await fetched(OverHttp(url, TOKEN).fetch, told | {"file_path": "x"})


@pytest.mark.parametrize(
    ("response", "kind", "said"),
    [
        (page("404 Not Found"), TelegramError, "no longer there"),
        (page("502 Bad Gateway"), Unreachable, "HTTP 502"),
        (page("302 Found", "Location: http://127.0.0.1:9/x"), Unreachable, "HTTP 302"),
        (page("200 OK", "Content-Length: 1000"), Unreachable, "broke off|does not speak HTTP"),
        (b"nonsense\r\n\r\n", Unreachable, "broke off|does not speak HTTP"),
    ],
)
async def test_what_goes_wrong_is_told_without_the_token(response: bytes, kind: type[TelegramError], said: str) -> None:
    async with server(response) as (url, _):
        with pytest.raises(kind, match=said) as failed:
            await fetched(OverHttp(url, TOKEN).fetch, {"file_path": "x"})
    assert type(failed.value) is kind
    assert failed.value.__cause__ is None
    assert TOKEN not in str(failed.value)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Log everything to standard error, and mask nothing."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("debug", "text")
    yield capsys
    root.handlers[:], root.level = handlers, level


async def test_no_log_tells_the_address_of_a_file(logged: pytest.CaptureFixture[str]) -> None:
    for response in (page("200 OK"), page("404 Not Found")):
        async with server(response) as (url, asked):
            with suppress(TelegramError):
                await fetched(OverHttp(url, TOKEN).fetch, {"file_path": "x"})
        assert TOKEN.encode() in asked[0]
    assert TOKEN not in logged.readouterr().err


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://[", "no scheme"])
async def test_a_server_that_is_not_there_is_unreachable(address: str) -> None:
    with pytest.raises(Unreachable, match="could not be fetched") as failed:
        await fetched(OverHttp(address, TOKEN).fetch, {"file_path": "x"})
    assert TOKEN not in str(failed.value)


async def test_a_local_server_has_the_file_on_this_disk(tmp_path: Path) -> None:
    path, source = tmp_path / "file_0.csv", OverHttp("http://127.0.0.1:9", TOKEN).fetch
    path.write_bytes(FILE)
    assert await fetched(source, {"file_path": str(path)}) == FILE
    assert await fetched(source, {"file_path": str(path)}, most=len(FILE)) == FILE
    with pytest.raises(TelegramError, match="has more bytes, and at most 5"):
        await fetched(source, {"file_path": str(path)}, most=5)
    with pytest.raises(TelegramError, match=r"on its own disk, as .*/gone\.csv: No such file"):
        await fetched(source, {"file_path": str(tmp_path / "gone.csv")})


async def test_more_than_telegram_gives_bots_is_said_to_be_so() -> None:
    async def call(method: str, parameters: Mapping[str, Any]) -> Any:
        raise TelegramError("Bad Request: file is too big")

    with pytest.raises(TelegramError, match="at most 20 MB"):
        await download(call, OverHttp("http://127.0.0.1:9", TOKEN).fetch, "f", 1000)


@pytest.mark.parametrize("file", [None, [], {}, {"file_path": 5}])
async def test_an_answer_that_names_no_file_is_an_error(file: object) -> None:
    with pytest.raises(TelegramError, match=r"of the file|where the file is"):
        await fetched(OverHttp("http://127.0.0.1:9", TOKEN).fetch, file)
