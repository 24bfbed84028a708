"""Calls over HTTP: every one of them ends, and none takes another's place."""

import asyncio

import pytest

from pluggram.errors import Unreachable
from pluggram.parts import File
from pluggram.simulator import Telegram
from pluggram.simulator.faults import Silence
from pluggram.simulator.http import serve
from pluggram.telegram import Client, client, over_http
from tests.core.telegram.doors import TOKEN
from tests.core.telegram.dripping import HEAD, answering


@pytest.mark.parametrize("file", [None, File("a.txt", b"x")])
async def test_a_call_whose_answer_drips_is_given_up(file: File | None, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = answering(HEAD + b"Content-Length: 999999\r\n\r\n", b'{"ok":true,', forever=b" ")
    async with endless as url, Client(TOKEN, url) as connected:
        monkeypatch.setattr(client, "READ_TIMEOUT", 0.2)
        monkeypatch.setattr(over_http, "UPLOAD_TIMEOUT", 0.2)
        with pytest.raises(Unreachable, match="it has not answered in time"):
            await asyncio.wait_for(connected.call("sendDocument", {"chat_id": 1, "document": file or "id"}), 5)


async def test_a_download_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_http, "DOWNLOAD_TIMEOUT", 0.2)
    endless = answering(HEAD + b"Content-Length: 999\r\n\r\n", b"x", forever=b"x")
    async with endless as url:
        transport = over_http.OverHttp(url, TOKEN)
        with pytest.raises(Unreachable, match="could not be fetched: it has not answered in time"):
            await asyncio.wait_for(transport.fetch("documents/file_0", 999), 5)
        await transport.close()


async def test_calls_that_hang_hold_up_neither_each_other_nor_a_poll() -> None:
    telegram = Telegram()
    account = telegram.bot("testbot")
    async with serve(telegram) as url, Client(account.token, url) as connected:
        silence = telegram.faults.next("sendMessage", Silence(), times=100)
        calls = [asyncio.create_task(connected.call("sendMessage", {"chat_id": n, "text": "x"})) for n in range(100)]
        await telegram.until(lambda: not silence.left)
        assert await connected.get_updates(None, 0, ["message"]) == []
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)


async def test_a_poll_does_not_wait_until_a_call_has_left_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_http, "CONNECTIONS", 1)
    telegram = Telegram()
    account = telegram.bot("testbot")
    async with serve(telegram) as url, Client(account.token, url) as connected:
        silence = telegram.faults.next("sendMessage", Silence())
        call = asyncio.create_task(connected.call("sendMessage", {"chat_id": 1, "text": "x"}))
        await telegram.until(lambda: not silence.left)
        assert await connected.get_updates(None, 0, ["message"]) == []
        call.cancel()
