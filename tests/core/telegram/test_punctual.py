"""Every call over HTTP ends."""

import asyncio

import pytest

from pluggram.errors import Unreachable
from pluggram.parts import File
from pluggram.telegram import Client, punctual
from tests.core.telegram.doors import TOKEN
from tests.core.telegram.dripping import HEAD, answering


@pytest.mark.parametrize(("limit", "file"), [("CALL_LIMIT", None), ("UPLOAD_LIMIT", File("a.txt", b"x"))])
async def test_a_call_whose_answer_drips_is_given_up(
    limit: str, file: File | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(punctual, limit, 0.3)
    endless = answering(HEAD + b"Content-Length: 999999\r\n\r\n", b'{"ok":true,', forever=b" ")
    async with endless as url, Client(TOKEN, url) as client:
        with pytest.raises(Unreachable, match="it has not answered in time"):
            await asyncio.wait_for(client.call("sendDocument", {"chat_id": 1, "document": file or "id"}), 5)
