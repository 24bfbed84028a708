"""The port: taken, refused, with a certificate of its own, and how it closes."""

import asyncio
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from pluggram.intake.webhook.address import Address
from pluggram.intake.webhook.certificate import public_part, tls
from pluggram.intake.webhook.errors import CannotListen, PortTaken
from pluggram.intake.webhook.limits import Limits
from tests.core.intake.webhook.posts import is_closed, listening, request, status, update


async def test_a_port_that_is_taken_is_one_sentence_and_75() -> None:
    async with listening() as site:
        with pytest.raises(PortTaken, match=f"another process listens on port {site.port} already") as caught:
            async with listening(address=Address("127.0.0.1", site.port)):
                pass
    assert caught.value.exit_code == 75


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no.such.host.invalid"])
async def test_an_address_of_another_machine_is_one_sentence_and_78(host: str) -> None:
    with pytest.raises(CannotListen, match="is no address of this machine") as caught:
        async with listening(address=Address(host, 0)):
            pass
    assert host in str(caught.value)
    assert caught.value.exit_code == 78


async def test_a_port_that_the_user_may_not_have_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> socket.socket:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(CannotListen, match="may not listen on port 443"):
        async with listening(address=Address("127.0.0.1", 443)):
            pass


def test_an_address_is_written_as_a_url() -> None:
    assert str(Address("::1", 8443)) == "http://[::1]:8443"
    assert str(Address("0.0.0.0", 8443, ssl.create_default_context())) == "https://0.0.0.0:8443"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    key, public = folder / "key.pem", folder / "public.pem"
    subprocess.run(
        ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
         "-x509", "-days", "2", "-out", public, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return public, key


async def test_an_own_certificate_serves_https_that_its_owner_can_verify(certificate: tuple[Path, Path]) -> None:
    async with listening(address=Address("127.0.0.1", 0, tls(*certificate))) as site:
        trust = ssl.create_default_context(cafile=str(certificate[0]))
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port, ssl=trust, server_hostname="localhost")
        writer.write(request())
        assert await status(reader) == 200
        writer.close()
        await writer.wait_closed()
        assert len(site.kept.arrivals) == 1


async def test_a_tls_handshake_that_drips_is_given_up(
    certificate: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(limits=Limits(seconds=0.1), address=Address("127.0.0.1", 0, tls(*certificate))) as site:
        for sent in (b"", b"\x16\x03\x01", request()):
            async with site.connection() as (reader, writer):
                writer.write(sent)
                assert await is_closed(reader)
    assert caplog.records == []


async def test_what_is_no_certificate_is_said_with_its_file(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    for public, key in ((wrong, certificate[1]), (certificate[0], wrong), (tmp_path / "none", certificate[1])):
        with pytest.raises(CannotListen, match=r"telegram\.webhook\.certificate"):
            tls(public, key)


def test_only_the_public_part_of_a_certificate_is_given_away(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(certificate[1].read_bytes() + certificate[0].read_bytes())
    tls(both, both)
    assert public_part(both) == certificate[0].read_bytes()


async def test_when_it_closes_no_one_new_comes_in_and_what_is_under_way_is_answered() -> None:
    async with listening() as site, site.connection() as (reader, writer):
        site.kept.ready.clear()
        async with site.connection() as (idle, _):
            writer.write(request() + request(update(8)))
            await site.kept.asked.wait()
            port = site.port
            site.listener.close()
            assert await is_closed(idle)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port)
        finishing = asyncio.create_task(site.listener.finish())
        site.kept.ready.set()
        assert await status(reader) == 200
        await finishing
        assert await is_closed(reader)
        assert [each["update_id"] for each in site.kept.arrivals if isinstance(each, dict)] == [7]


async def test_what_does_not_end_in_time_is_cut_off_without_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    async with listening() as site, site.connection() as (reader, writer):
        site.kept.ready.clear()
        writer.write(request())
        await site.kept.asked.wait()
        site.listener.close()
        site.listener.abort()
        await site.listener.finish()
        assert await status(reader) == 0
    assert caplog.records == []
