"""Whom it believes to be who he says."""

import ssl
from pathlib import Path

import pytest

from pluggram.http import HttpClient, NotConnected
from pluggram.http.certificates import trusted
from tests.core.http.servers import OK, Link, saying, site


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    trusted.cache_clear()


def test_the_certificates_are_read_once_and_each_server_must_show_one_that_is_trusted() -> None:
    context = trusted()
    assert trusted() is context
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert len(context.get_ca_certs()) > 50


def test_a_folder_of_certificates_may_be_named_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert trusted().get_ca_certs() == []
    trusted.cache_clear()


async def test_certificates_that_are_not_there_are_told_with_their_variable(
    client: HttpClient, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    async with site(saying(OK), tls=tls) as there:
        with pytest.raises(NotConnected, match=r"none\.pem \(SSL_CERT_FILE in the environment\): No such file"):
            await client.at(there.url).request("GET", "/", seconds=5)


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_a_server_that_proves_who_it_is_is_spoken_to(name: str, client: HttpClient, tls: ssl.SSLContext) -> None:
    async with site(saying(OK), tls=tls) as there:
        server = client.at(f"https://{name}:{there.port}")
        for _ in range(3):
            assert await server.request("POST", "/", content=b"x" * 300_000, seconds=5) == (200, b"ok")
        assert len(there.links) == 1


@pytest.mark.usefixtures("trusting")
async def test_a_certificate_of_somebody_else_is_refused(client: HttpClient, somebody_else: ssl.SSLContext) -> None:
    async with site(saying(OK), tls=somebody_else) as there:
        with pytest.raises(NotConnected, match="the certificate of localhost is not to be trusted: Hostname mismatch"):
            await client.at(there.url).request("POST", "/", seconds=5)
        assert not any(link.heads for link in there.links)


async def test_a_certificate_that_nobody_vouches_for_is_refused(client: HttpClient, tls: ssl.SSLContext) -> None:
    async with site(saying(OK), tls=tls) as there:
        with pytest.raises(NotConnected, match="the certificate of localhost is not to be trusted: unable to get"):
            await client.at(there.url).request("POST", "/", seconds=5)


async def test_a_server_without_tls_is_told(client: HttpClient) -> None:
    async def puzzled(link: Link) -> None:
        await link.reader.read(1)
        await link.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with site(puzzled) as there:
        with pytest.raises(NotConnected, match="localhost does not speak TLS with us: wrong version number"):
            await client.at(f"https://localhost:{there.port}").request("POST", "/", seconds=5)
