"""What goes out and what comes in, when they get in each other's way."""

import asyncio
import socket
import struct
import tracemalloc

import pytest

from pluggram.http import BrokenOff, HttpClient, HttpError, TimedOut
from tests.core.http.servers import OK, Link, saying, site
from tests.core.intake.until import until

LARGE = 20_000_000
"""Bytes that no buffer of the system holds."""


async def silent(link: Link) -> None:
    await link.reader.readuntil(b"\r\n\r\n")
    await asyncio.get_running_loop().create_future()


async def test_an_answer_may_come_before_all_is_sent(client: HttpClient) -> None:
    async def refuse(link: Link) -> None:
        await link.reader.readuntil(b"\r\n\r\n")
        await link.say(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        await link.reader.read(-1)

    async with site(refuse) as there:
        server = client.at(there.url)
        for number in range(2):
            assert await server.request("POST", "/", content=[b"x" * LARGE], seconds=10) == (413, b"no")
            await until(lambda: there.ended == len(there.links))
            assert there.ended == number + 1


@pytest.mark.parametrize("in_parts", [True, False])
async def test_an_upload_waits_for_who_takes_it_in_and_ends_in_time(in_parts: bool, client: HttpClient) -> None:
    async with site(silent) as there:
        tracemalloc.start()
        part = b"x" * LARGE
        before = tracemalloc.get_traced_memory()[0]
        with pytest.raises(TimedOut):
            await client.at(there.url).request("POST", "/", content=[part, part] if in_parts else part, seconds=0.5)
        assert tracemalloc.get_traced_memory()[1] < before + LARGE / 4
        tracemalloc.stop()


async def test_an_upload_whose_caller_is_gone_ends(client: HttpClient) -> None:
    async with site(silent) as there:
        call = asyncio.create_task(client.at(there.url).request("POST", "/", content=[b"x" * LARGE], seconds=10))
        await until(lambda: there.links)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_a_server_that_breaks_off_an_upload_is_told(client: HttpClient) -> None:
    async def cut(link: Link) -> None:
        await link.reader.readuntil(b"\r\n\r\n")
        link.reset()

    async with site(cut) as there:
        with pytest.raises(BrokenOff, match="the connection broke off"):
            await client.at(there.url).request("POST", "/", content=[b"x" * LARGE], seconds=10)


async def test_what_answers_unasked_is_not_used_again(client: HttpClient) -> None:
    async with site(saying(OK, OK)) as there:
        server = client.at(there.url)
        for number in range(3):
            assert await server.request("POST", "/", seconds=5) == (200, b"ok")
            await until(lambda: there.ended == len(there.links))
            assert there.ended == number + 1


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nConnection: close\r\n", b"HTTP/1.0 200 OK\r\n"])
async def test_a_server_that_wants_to_close_is_left(head: bytes, client: HttpClient) -> None:
    async with site(saying(head + b"Content-Length: 2\r\n\r\nok")) as there:
        server = client.at(there.url)
        for _ in range(2):
            assert await server.request("POST", "/", seconds=5) == (200, b"ok")
        assert len(there.links) == 2


async def test_an_answer_may_end_with_its_connection(client: HttpClient) -> None:
    async def say_all(link: Link) -> None:
        await link.asked()
        await link.say(b"HTTP/1.1 200 OK\r\n\r\nfirst ", b"last")

    async with site(say_all) as there:
        assert await client.at(there.url).request("GET", "/", seconds=5) == (200, b"first last")


async def test_an_answer_that_is_packed_is_told_also_at_the_end_of_its_connection(client: HttpClient) -> None:
    async def say_all(link: Link) -> None:
        await link.asked()
        await link.say(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", b"x")

    async with site(say_all) as there:
        with pytest.raises(BrokenOff, match=r"has packed its answer \(br\), unasked"):
            await client.at(there.url).request("GET", "/", seconds=5)


async def test_an_answer_that_should_end_with_its_connection_does_not_end_by_a_reset(client: HttpClient) -> None:
    async def reset(link: Link) -> None:
        await link.asked()
        await link.say(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        link.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.reset()

    async with site(reset) as there:
        with pytest.raises(BrokenOff, match="the connection broke off"):
            await client.at(there.url).request("GET", "/", seconds=5)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_half_an_answer_is_none(said: bytes, client: HttpClient) -> None:
    async def half(link: Link) -> None:
        await link.asked()
        await link.say(said)

    async with site(half) as there:
        with pytest.raises(BrokenOff, match="the connection broke off"):
            await client.at(there.url).request("POST", "/", seconds=5)


async def test_what_does_not_speak_http_is_told_and_left(client: HttpClient) -> None:
    async def ssh(link: Link) -> None:
        await link.say(b"SSH-2.0-OpenSSH_9.6\r\n")
        await link.reader.read()

    async with site(ssh) as there:
        with pytest.raises(HttpError, match="does not speak HTTP"):
            await client.at(there.url).request("POST", "/", seconds=5)
        await until(lambda: there.ended == 1)
