"""Names with several addresses, of which not all answer."""

import asyncio
import gc
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from weakref import ref

import pytest

from pluggram.http import HttpClient, NotConnected, TimedOut, dialing
from tests.core.http.servers import OK, saying, site
from tests.core.intake.until import until


def resolving(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    """Let the name a.b have these addresses."""
    loop = asyncio.get_running_loop()
    really = loop.getaddrinfo

    async def found(host: str, port: int, **more: Any) -> Sequence[tuple[Any, ...]]:
        if host != "a.b":
            return await really(host, port, **more)
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, 0, 0, "", (each, port)) for each in hosts]

    monkeypatch.setattr(loop, "getaddrinfo", found)


@asynccontextmanager
async def deaf(port: int) -> AsyncIterator[None]:
    """Listen on another address of this machine without ever taking anybody in."""
    with socket.create_server(("127.0.0.2", port), backlog=0) as full, socket.socket() as one, socket.socket() as two:
        for each in (one, two):
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        yield


async def test_the_next_address_is_tried_at_once_when_one_refuses(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialing, "HEAD_START", 60.0)
    resolving(monkeypatch, "::1", "127.0.0.3", "127.0.0.1")
    async with site(saying(OK)) as there:
        assert await client.at(f"http://a.b:{there.port}").request("GET", "/", seconds=5) == (200, b"ok")


async def test_the_next_address_is_tried_beside_one_that_keeps_silent(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialing, "HEAD_START", 0.05)
    resolving(monkeypatch, "127.0.0.2", "127.0.0.1")
    async with site(saying(OK)) as there, deaf(there.port):
        before = asyncio.all_tasks()
        assert await client.at(f"http://a.b:{there.port}").request("GET", "/", seconds=5) == (200, b"ok")
        await until(lambda: "_connected" not in str(asyncio.all_tasks() - before))


async def test_of_two_that_answer_one_is_left(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialing, "HEAD_START", 0.0)
    resolving(monkeypatch, "127.0.0.1", "127.0.0.1", "127.0.0.1")
    async with site(saying(OK)) as there:
        for _ in range(3):
            assert await client.at(f"http://a.b:{there.port}").request("GET", "/", seconds=5) == (200, b"ok")
        await until(lambda: there.ended == len(there.links) - 1)


async def test_families_take_turns() -> None:
    four, six = socket.AF_INET, socket.AF_INET6
    found = [(six, 1), (six, 2), (six, 3), (four, 4), (four, 5)]
    assert dialing.alternating(found) == [(six, 1), (four, 4), (six, 2), (four, 5), (six, 3)]


async def test_when_no_address_answers_that_is_told(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "::1", "127.0.0.3")
    with pytest.raises(NotConnected, match=r"no connection: a\.b:1: Connection refused"):
        await client.at("http://a.b:1").request("GET", "/", seconds=5)


async def test_no_longer_is_tried_than_there_is_time(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.2", "127.0.0.2")
    async with site(saying(OK)) as there, deaf(there.port):
        with pytest.raises(TimedOut) as caught:
            await client.at(f"http://a.b:{there.port}").request("GET", "/", seconds=0.4)
    assert not caught.value.sent


async def test_those_who_connect_at_once_look_the_name_up_together(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    loop = asyncio.get_running_loop()
    really = loop.getaddrinfo

    async def look(host: str, *given: Any, **more: Any) -> Any:
        looked.append(host)
        return await really(host, *given, **more)

    monkeypatch.setattr(loop, "getaddrinfo", look)
    async with site(saying(OK)) as there:
        server = client.at(there.url)
        calls = [asyncio.create_task(server.request("GET", "/", seconds=5)) for _ in range(20)]
        await asyncio.sleep(0)
        calls[0].cancel()
        await asyncio.wait(calls)
        assert [call.result() for call in calls[1:]] == [(200, b"ok")] * 19
    assert looked.count("localhost") == 1


async def test_nobody_complains_of_a_name_that_nobody_wants_any_more(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    go, looked = asyncio.Event(), asyncio.Event()

    async def look(*_given: object, **_more: object) -> None:
        await go.wait()
        looked.set()
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look)
    with pytest.raises(TimedOut):
        await client.at("http://a.b").request("GET", "/", seconds=0.02)
    [looking] = [ref(task) for task in asyncio.all_tasks() if "_resolved" in str(task)]
    go.set()
    await looked.wait()
    await until(lambda: gc.collect() >= 0 and looking() is None)
    assert not caplog.records


@pytest.mark.parametrize("name", ["no.such.host.invalid", "a" * 64, "a..b"])
async def test_a_name_that_nobody_knows_is_told(name: str, client: HttpClient) -> None:
    with pytest.raises(NotConnected, match=f"no connection: the name {name} cannot be resolved"):
        await client.at(f"http://{name}").request("GET", "/", seconds=5)


@pytest.mark.usefixtures("trusting")
async def test_ipv6_is_spoken_by_tls_too(client: HttpClient, tls: ssl.SSLContext) -> None:
    async with site(saying(OK), host="::1") as plain, site(saying(OK), host="::1", tls=tls) as secure:
        for scheme, there in (("http", plain), ("https", secure)):
            server = client.at(f"{scheme}://[::1]:{there.port}")
            assert await server.request("GET", "/", seconds=5) == (200, b"ok")
            assert f"Host: [::1]:{there.port}\r\n" in there.links[0].heads[0]
