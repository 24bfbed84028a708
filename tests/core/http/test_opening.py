"""Through proxies, by TLS, in time."""

import ssl

import pytest

from pluggram.http import HttpClient, NotConnected, TimedOut, opening
from tests.core.http.proxy import proxy
from tests.core.http.servers import OK, Link, saying, site

ME = "Basic bWU6cEBzcw=="


async def test_a_proxy_of_plain_http_is_told_the_whole_address(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(saying(OK)) as there, proxy(authorization=ME) as between:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:p%40ss@localhost:{between.port}")
        server = client.at(f"{there.url}/base")
        for _ in range(2):
            assert await server.request("POST", "/x", content=b"y", seconds=5) == (200, b"ok")
    assert between.links[0].heads[0].startswith(f"POST {there.url}/base/x HTTP/1.1\r\n")


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("secure", [False, True], ids=["plain proxy", "proxy with TLS"])
async def test_tls_goes_through_a_proxy_that_cannot_read_it(
    secure: bool, client: HttpClient, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(saying(OK), tls=tls) as there, proxy(authorization=ME, tls=tls if secure else None) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url.replace("://", "://me:p%40ss@"))
        server = client.at(there.url)
        for _ in range(3):
            assert await server.request("POST", "/x", content=b"z" * 300_000, seconds=5) == (200, b"ok")
    ((head,),) = (link.heads for link in between.links)
    to = f"localhost:{there.port}"
    assert head == f"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\nProxy-Authorization: {ME}\r\n\r\n"
    assert len(there.links) == 1
    assert "Proxy" not in there.links[0].heads[0]


@pytest.mark.usefixtures("trusting")
async def test_behind_a_proxy_too_a_server_must_prove_who_it_is(
    client: HttpClient, somebody_else: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(saying(OK), tls=somebody_else) as there, proxy() as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url)
        with pytest.raises(NotConnected, match="the certificate of localhost is not to be trusted: Hostname mismatch"):
            await client.at(there.url).request("POST", "/", seconds=5)


@pytest.mark.usefixtures("trusting")
async def test_a_proxy_with_tls_must_prove_who_it_is(
    client: HttpClient, somebody_else: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy(tls=somebody_else) as between:
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{between.port}")
        with pytest.raises(
            NotConnected, match=r"certificate of 127\.0\.0\.1 is not to be trusted: IP address mismatch"
        ):
            await client.at("https://example.org").request("POST", "/", seconds=5)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", r"\(HTTPS_PROXY\) wants another user and password"),
        (b"HTTP/1.1 403 Not\xff here\r\n\r\n", r"\(HTTPS_PROXY\) refuses to connect to example\.org:443: 403 Not"),
        (b"HTTP/1.0 502\r\n\r\n", r"\(HTTPS_PROXY\) refuses to connect to example\.org:443: 502$"),
        (b"SSH-2.0-x\r\n\r\n", r"\(HTTPS_PROXY\) does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000, r"\(HTTPS_PROXY\) does not speak HTTP"),
        (b"", r"\(HTTPS_PROXY\) has closed the connection"),
        (b"HTTP/1.1 200 OK\r\n\r\n", r"example\.org has closed the connection"),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad\r\n\r\n", r"example\.org (does not speak TLS|has closed the)"),
    ],
)
async def test_a_proxy_that_does_not_hand_on_is_told_without_its_password(
    said: bytes, words: str, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(link: Link) -> None:
        await link.asked()
        await link.say(said)
        if len(said) > 1_000:
            await link.reader.read()

    async with site(refuse) as between:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@localhost:{between.port}")
        with pytest.raises(NotConnected, match=words) as caught:
            await client.at("https://example.org").request("POST", "/", seconds=5)
    assert not caught.value.sent
    assert "secret" not in str(caught.value)


async def test_a_proxy_that_is_not_there_is_named(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxy() as between:
        pass
    monkeypatch.setenv("HTTPS_PROXY", between.url)
    with pytest.raises(NotConnected, match=rf"the proxy localhost:{between.port} \(HTTPS_PROXY\).*refused"):
        await client.at("https://example.org").request("POST", "/", seconds=5)


async def test_socks_is_refused_at_the_request(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://localhost:1080")
    with pytest.raises(NotConnected, match="ALL_PROXY in the environment names a proxy of socks5://"):
        await client.at("https://example.org").request("POST", "/", seconds=5)


@pytest.mark.parametrize("limit", ["seconds", "SECONDS"])
async def test_who_does_not_shake_hands_is_given_up_in_time(
    limit: str, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(link: Link) -> None:
        await link.reader.read()

    if limit == "SECONDS":
        monkeypatch.setattr(opening, "SECONDS", 0.1)
    async with site(silent) as there:
        server = client.at(f"https://localhost:{there.port}")
        with pytest.raises(TimedOut) as caught:
            await server.request("POST", "/", seconds=0.1 if limit == "seconds" else 50)
    assert not caught.value.sent
