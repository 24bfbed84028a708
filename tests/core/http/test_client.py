"""Requests out, answers in."""

import tracemalloc

import pytest

from pluggram.http import HttpClient, NotConnected
from tests.core.http.servers import OK, Link, saying, site


async def test_a_post_is_answered(client: HttpClient) -> None:
    async with site(saying(OK)) as there:
        server = client.at(f"{there.url}/prefix/")
        assert await server.request("POST", "/x", content=b"{}", content_type="a/b", seconds=5) == (200, b"ok")
    (head,) = there.links[0].heads
    assert head.startswith("POST /prefix/x HTTP/1.1\r\n")
    assert f"Host: localhost:{there.port}\r\n" in head
    assert "Content-Type: a/b\r\n" in head
    assert "Content-Length: 2\r\n" in head


async def test_one_connection_carries_call_after_call(client: HttpClient) -> None:
    async with site(saying(OK)) as there:
        server = client.at(there.url)
        for _ in range(3):
            assert await server.request("GET", "/", seconds=5) == (200, b"ok")
        assert [len(link.heads) for link in there.links] == [3]


async def test_parts_are_sent_one_after_the_other(client: HttpClient) -> None:
    received = []

    async def keep(link: Link) -> None:
        while True:
            received.append((await link.asked())[1])
            await link.say(OK)

    async with site(keep) as there:
        server = client.at(there.url)
        parts = [b"a" * 20_000_000, b"", b"b", b"c" * 65_536]
        assert await server.request("POST", "/", content=parts, seconds=5) == (200, b"ok")
        assert await server.request("POST", "/", content=b"d" * 200_000, seconds=5) == (200, b"ok")
        assert await server.request("POST", "/", seconds=5) == (200, b"ok")
        assert len(there.links) == 1
    assert received == [b"".join(parts), b"d" * 200_000, b""]


@pytest.mark.parametrize("url", ["ftp://a", "a.b", "http://", "http://a:x", "http://[::1", "http://a:99999"])
async def test_what_is_no_address_is_told_at_the_request(url: str, client: HttpClient) -> None:
    server = client.at(url)
    with pytest.raises(NotConnected, match="no connection: "):
        await server.request("GET", "/", seconds=5)


async def test_odd_signs_of_a_path_are_quoted_and_no_line_comes_in_by_it(client: HttpClient) -> None:
    async with site(saying(OK)) as there:
        await client.at(there.url).request("GET", "/a b\r\nX: y/ä?q=%20", seconds=5)
    assert there.links[0].heads[0].startswith("GET /a%20b%0D%0AX:%20y/%C3%A4?q=%20 HTTP/1.1\r\n")


async def test_however_many_paths_there_are_they_take_no_more_memory(client: HttpClient) -> None:
    async with site(saying(OK)) as there:
        server = client.at(there.url)
        tracemalloc.start()
        for number in range(1_500):
            await server.request("GET", f"/{number:010000}", seconds=5)
            there.links[0].heads.clear()
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
        tracemalloc.stop()
