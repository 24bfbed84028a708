"""Connections that are kept, lost, limited, given up."""

import asyncio
import gc
from typing import Any

import pytest

from pluggram.http import BrokenOff, HttpClient, NotConnected, TimedOut, TooLarge, pool
from pluggram.http.connection import Connection
from tests.core.http.servers import OK, Link, saying, site
from tests.core.intake.until import until


async def silent(link: Link) -> None:
    await link.asked()
    await link.reader.read()


async def test_a_call_ends_in_time_and_its_connection_is_closed(client: HttpClient) -> None:
    async def once(link: Link) -> None:
        await link.asked()
        await link.say(OK)
        await silent(link)

    async with site(once) as there:
        server = client.at(there.url)
        await server.request("POST", "/", seconds=5)
        with pytest.raises(TimedOut, match="it has not answered in time") as caught:
            await server.request("POST", "/secret", seconds=0.05)
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
        call = asyncio.create_task(client.at(there.url).request("POST", "/", seconds=60))
        await until(lambda: there.links and there.links[0].heads)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await until(lambda: there.ended == 1)


async def test_a_connection_that_the_server_has_closed_is_not_used_again(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "QUIET", -1.0)

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


async def test_a_connection_that_nobody_uses_is_closed_and_forgotten(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.05)
    async with site(saying(OK)) as there:
        await client.at(there.url).request("POST", "/", seconds=1)
        await until(lambda: there.ended == 1)
        gc.collect()
        assert not [each for each in gc.get_objects() if isinstance(each, Connection)]
        assert (await client.at(there.url).request("POST", "/", seconds=5))[0] == 200


async def test_who_waits_takes_the_place_of_a_connection_that_broke() -> None:
    client = HttpClient(connections=1)

    async def first_breaks(link: Link) -> None:
        while True:
            await link.asked()
            if link.number == 0:
                return link.reset()
            await link.say(OK)

    async with site(first_breaks) as there:
        server = client.at(there.url)
        calls = [server.request("POST", "/", seconds=5) for _ in range(3)]
        first, *others = await asyncio.gather(*calls, return_exceptions=True)
        assert isinstance(first, BrokenOff)
        assert others == [(200, b"ok")] * 2
        await client.close()


async def test_who_waits_may_leave_the_line() -> None:
    client = HttpClient(connections=1)
    go = asyncio.Event()

    async def slow(link: Link) -> None:
        while True:
            await link.asked()
            await go.wait()
            await link.say(OK)

    async with site(slow) as there:
        server = client.at(there.url)
        calls = [asyncio.create_task(server.request("POST", f"/{number}", seconds=5)) for number in range(4)]
        await until(lambda: there.links and there.links[0].heads)
        calls[1].cancel()
        go.set()
        await asyncio.wait(calls)
        assert [call.cancelled() for call in calls] == [False, True, False, False]
        assert [head.split()[1] for head in there.links[0].heads] == ["/0", "/2", "/3"]
        await client.close()


@pytest.mark.parametrize("breaks", [False, True], ids=["connection", "leave to open one"])
async def test_who_leaves_the_line_with_something_in_hand_passes_it_on(
    breaks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = HttpClient(connections=1)

    async def behave(link: Link) -> None:
        while True:
            head, _ = await link.asked()
            if breaks and "/first" in head:
                return link.reset()
            await link.say(OK)

    handed = pool.Pool._one_to_spare if breaks else pool.Pool._freed

    def hand(*given: Any) -> None:
        handed(*given)
        second.cancel()  # it has been handed something, and does not run before this

    monkeypatch.setattr(pool.Pool, handed.__name__, hand)
    async with site(behave) as there:
        server = client.at(there.url)
        first, second, third = (
            asyncio.create_task(server.request("POST", f"/{name}", seconds=5)) for name in ("first", "second", "third")
        )
        await asyncio.wait([first, second, third])
        assert second.cancelled()
        assert third.result() == (200, b"ok")
        assert isinstance(first.exception(), BrokenOff) is breaks
        await client.close()


async def test_a_short_call_behind_a_long_one_ends_in_time(client: HttpClient) -> None:
    async with site(silent) as there:
        server = client.at(there.url)
        long = asyncio.create_task(server.request("POST", "/", seconds=60))
        await until(lambda: there.links)
        with pytest.raises(TimedOut):
            await server.request("POST", "/", seconds=0.05)
        long.cancel()


async def test_when_nobody_is_there_all_who_wait_learn_it() -> None:
    client = HttpClient(connections=1)
    async with site(saying(OK)) as there:
        pass
    server = client.at(there.url)
    errors = await asyncio.gather(*(server.request("POST", "/", seconds=5) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in errors] == [NotConnected] * 3


async def test_closing_ends_all_calls_wherever_they_are() -> None:
    client = HttpClient(connections=2)

    async def slow(link: Link) -> None:
        await link.asked()
        await link.reader.read()

    async with site(slow) as there:
        server = client.at(there.url)
        busy = asyncio.create_task(server.request("POST", "/", seconds=5))
        await until(lambda: there.links and there.links[0].heads)
        opening, waiting = (asyncio.create_task(server.request("POST", "/", seconds=5)) for _ in range(2))
        await asyncio.sleep(0)
        await client.close()
        assert isinstance((await asyncio.gather(busy, return_exceptions=True))[0], BrokenOff)
        errors = await asyncio.gather(opening, waiting, return_exceptions=True)
        assert [type(error) for error in errors] == [NotConnected] * 2
        await until(lambda: there.ended == len(there.links))


async def test_closing_twice_at_once_ends(client: HttpClient) -> None:
    async with site(saying(OK)) as there:
        await client.at(there.url).request("POST", "/", seconds=5)
        async with asyncio.timeout(5):
            await asyncio.gather(client.close(), client.close())


async def test_many_calls_need_few_timers(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    timers = []
    loop = asyncio.get_running_loop()
    really = loop.call_at

    def call_at(*given: Any, **more: Any) -> asyncio.TimerHandle:
        timers.append(given)
        return really(*given, **more)

    async with site(saying(OK)) as there:
        server = client.at(there.url)
        await server.request("POST", "/", seconds=5)
        monkeypatch.setattr(loop, "call_at", call_at)
        await asyncio.gather(*(server.request("POST", "/", seconds=6) for _ in range(100)))
        await server.request("POST", "/", seconds=60)
    assert not [each for each in timers if "_look" in str(each)]


def test_what_is_named_but_not_called_opens_nothing() -> None:
    HttpClient().at("https://localhost:1")
