"""Calls over HTTP: every one of them ends."""

import asyncio

import pytest

from pluggram.errors import Unreachable
from pluggram.parts import File
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
