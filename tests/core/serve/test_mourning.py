"""The owners hear of what was set aside, and not too often."""

import asyncio
import logging

import pytest

from pluggram.errors import Forbidden
from pluggram.reply import Reply
from pluggram.serve import mourning as module
from pluggram.serve.mourning import Mourning
from tests.core.intake.until import until


class Telegram:
    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []

    async def send(self, chat_id: int, reply: Reply) -> None:
        if chat_id == 3:
            raise Forbidden("Forbidden: bot was blocked by the user")
        self.sent.append((chat_id, reply.text))


async def test_each_owner_is_told_at_once_and_what_follows_together(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    gate = asyncio.Event()

    async def pause(seconds: float) -> None:
        await gate.wait()

    monkeypatch.setattr(module, "pause", pause)
    telegram = Telegram()
    told = Mourning(telegram.send, [1, 3, 2]).told
    told(7, "ValueError: broken")
    await until(lambda: len(telegram.sent) == 2)
    assert [owner for owner, _ in telegram.sent] == [1, 2]
    assert telegram.sent[0][1].startswith("An update could not be answered and is set aside:\nUpdate 7: ValueError")
    assert "owner 3 could not be told" in caplog.text
    for number in range(10, 18):
        told(number, "again")
    await asyncio.sleep(0)
    assert len(telegram.sent) == 2
    gate.set()
    await until(lambda: len(telegram.sent) == 4)
    text = telegram.sent[2][1]
    assert text.startswith("8 updates could not be answered and are set aside:\nUpdate 10: again\n")
    assert "... and 3 more" in text
    assert "pluggram inbox list" in text


async def test_without_owners_the_log_is_told(caplog: pytest.LogCaptureFixture) -> None:
    Mourning(Telegram().send, []).told(7, "because")
    assert "update 7 is set aside: because" in caplog.text


async def test_what_has_no_id_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    telegram = Telegram()
    Mourning(telegram.send, [1]).told(0, "it is no object")
    await until(lambda: len(telegram.sent) == 1)
    assert "Update without an id: it is no object" in telegram.sent[0][1]
    assert "update without an id is set aside" in caplog.text


async def test_however_much_is_set_aside_little_of_it_is_remembered() -> None:
    for owners in ([], [1]):
        mourning = Mourning(Telegram().send, owners)
        for number in range(1000):
            mourning.told(number, "because")
        assert len(mourning._lost) <= module.SHOWN
