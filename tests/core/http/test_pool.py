"""Connections that are kept, lost, limited, given up."""

import asyncio

import pytest

from pluggram.http import BrokenOff, HttpClient, NotConnected, TimedOut, TooLarge, pool
from tests.core.http.servers import OK, Link, saying, site
from tests.core.intake.until import until


async def silent(link: Link) -> None:
    await link.asked()
    await link.reader.read()


async def test_a_call_ends_in_time_and_its_connection_is_closed(client: HttpClient) -> None:
    async with site(silent) as there:
        with pytest.raises(TimedOut, match="it has not answered in time") as caught:
            await client.at(there.url).request("POST", "/secret", seconds=0.05)
        await until(lambda: there.ended == 1)
    assert caught.value.sent


async def test_an_answer_that_drips_ends_in_time(client: HttpClient) -> None:
    async def drip(link: Link) -> None:
        await link.asked()
        await link.say(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        while True:
            await link.say(b" ")

    async with site(drip) as there:
        with pytest.raises(TimedOut):
            await client.at(there.url).request("POST", "/", seconds=0.1)


async def test_who_gives_up_waiting_breaks_the_connection_off(client: HttpClient) -> None:
    async with site(silent) as there:
        call = asyncio.create_task(client.at(there.url).request("POST", "/", seconds=5))
        await until(lambda: there.links and there.links[0].heads)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await until(lambda: there.ended == 1)


async def test_a_connection_that_the_server_has_closed_is_not_used_again(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "QUIET", 0.0)

    async def once(link: Link) -> None:
        await link.asked()
        await link.say(OK)

    async with site(once) as there:
        server = client.at(there.url)
        for _ in range(3):
            assert await server.request("POST", "/", seconds=5) == (200, b"ok")
            await until(lambda: there.ended == len(there.links))
        assert len(there.links) == 3


async def test_a_kept_connection_that_breaks_at_the_next_call_is_told_and_nothing_is_sent_twice(
    client: HttpClient,
) -> None:
    async def second_breaks(link: Link) -> None:
        await link.asked()
        await link.say(OK)
        await link.asked()
        link.reset()

    async with site(second_breaks) as there:
        server = client.at(there.url)
        await server.request("POST", "/", seconds=5)
        with pytest.raises(BrokenOff, match="the connection broke off") as caught:
            await server.request("POST", "/", seconds=5)
        assert caught.value.sent
        assert [len(link.heads) for link in there.links] == [2]
        assert await server.request("POST", "/", seconds=5) == (200, b"ok")


async def test_callers_side_by_side_have_a_connection_each(client: HttpClient) -> None:
    together = asyncio.Barrier(50)

    async def meet(link: Link) -> None:
        await link.asked()
        await together.wait()
        await link.say(OK)

    async with site(meet) as there:
        server = client.at(there.url)
        answers = await asyncio.gather(*(server.request("POST", "/", seconds=5) for _ in range(50)))
    assert answers == [(200, b"ok")] * 50


async def test_who_comes_when_all_connections_are_busy_waits_in_order() -> None:
    client = HttpClient(connections=1)
    async with site(saying(OK)) as there:
        server = client.at(there.url)
        await asyncio.gather(*(server.request("POST", f"/{number}", seconds=5) for number in range(20)))
        await client.close()
    (link,) = there.links
    assert [head.split()[1] for head in link.heads] == [f"/{number}" for number in range(20)]


async def test_who_waits_for_a_connection_waits_no_longer_than_said() -> None:
    client = HttpClient(connections=1)
    async with site(silent) as there:
        server = client.at(there.url)
        first = asyncio.create_task(server.request("POST", "/", seconds=5))
        await until(lambda: there.links)
        with pytest.raises(TimedOut) as caught:
            await server.request("POST", "/", seconds=0.05)
        assert not caught.value.sent
        await client.close()
        with pytest.raises(BrokenOff):
            await first


async def test_nobody_there_is_no_connection_and_says_so(client: HttpClient) -> None:
    async with site(saying(OK)) as there:
        pass
    with pytest.raises(NotConnected, match=r"no connection: .*refused") as caught:
        await client.at(there.url).request("POST", "/secret", seconds=5)
    assert not caught.value.sent
    assert "secret" not in str(caught.value)


async def test_no_more_is_taken_than_the_caller_wants(client: HttpClient) -> None:
    async with site(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", b"x" * 100)) as there:
        server = client.at(there.url)
        with pytest.raises(TooLarge, match="more than 99 bytes"):
            await server.request("GET", "/", seconds=5, most=99)
        assert await server.request("GET", "/", seconds=5, most=100) == (200, b"x" * 100)


async def test_after_closing_it_connects_anew(client: HttpClient) -> None:
    async with site(saying(OK)) as there:
        server = client.at(there.url)
        await server.request("POST", "/", seconds=5)
        await client.close()
        assert await server.request("POST", "/", seconds=5) == (200, b"ok")
        assert len(there.links) == 2
