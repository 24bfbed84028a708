"""`pluggram run` while Telegram misbehaves: it polls on, says once what is wrong, and once that it is over."""

import asyncio
import json
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pluggram.bot import Bot as OurBot
from pluggram.config import load
from pluggram.intake import polling
from pluggram.serve import Service
from pluggram.simulator import Bot, Chat, Telegram, User
from pluggram.simulator.faults import Fault, Page, Plan, Refused, Reset, Silence
from pluggram.simulator.http import serve
from pluggram.telegram import Client
from pluggram.telegram import client as client_module

from .conftest import Shell, line_with


@dataclass
class Scene:
    """A bot that runs, and a person who writes to it."""

    telegram: Telegram
    account: Bot
    process: Process
    ann: User
    chat: Chat

    async def asks(self, text: str = "/postno0001") -> str:
        """Write to the bot and wait for its answer."""
        said = self.ann.send(self.chat, text)

        await self.telegram.until(lambda: self.answers(said.id) != [], seconds=30)
        return self.answers(said.id)[0]

    def answers(self, after: int = 0) -> list[str]:
        """Give what the bot has said after a message."""
        return [each.text for each in self.chat.messages.values() if each.author is self.account and each.id > after]

    async def ended(self) -> list[str]:
        """Stop the bot, and give the warnings of its log."""
        self.process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(self.process.communicate(), 20)
        assert self.process.returncode == 0
        assert b"Traceback" not in err
        return [line for line in err.decode().splitlines() if "INFO" not in line]


@pytest.fixture
async def scene(shell: Shell) -> AsyncIterator[Scene]:
    telegram = Telegram()
    account, ann = telegram.bot("postbot"), telegram.user("Ann")
    async with serve(telegram) as url:
        environ = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        async with shell.running("run", environ=environ) as process:
            yield Scene(telegram, account, process, ann, telegram.private(ann, account))


def message(scene: Scene, text: str) -> Mapping[str, object]:
    """Give a message of Ann's, as an update has it."""
    person = {"id": scene.ann.id, "is_bot": False, "first_name": "Ann"}
    return {
        "message_id": 10**6,
        "from": person,
        "chat": {"id": scene.chat.id, "type": "private"},
        "date": 1,
        "text": text,
    }


async def happened(telegram: Telegram, plan: Plan) -> None:
    """Wait until a fault has happened as often as it was to."""
    await telegram.until(lambda: not plan.left, seconds=30)


FAULTS: Mapping[str, tuple[Fault, int]] = {
    "Bad Gateway": (Page(502), 3),
    "Internal Server Error": (Refused(500), 1),
    "does not know this token (401 Unauthorized)": (Refused(401), 1),
    "404 Not Found": (Refused(404), 1),
    "its answer is not JSON": (Page(200), 1),
    "is not JSON": (Page(200, ""), 1),
    "the connection broke off": (Reset(after=20, done=True), 1),
    "Flood control exceeded": (Refused(429, 1), 1),
}


async def test_each_fault_of_polling_is_overcome_and_told_in_two_lines(scene: Scene) -> None:
    for fault, times in FAULTS.values():
        plan = scene.telegram.faults.next("getUpdates", fault, times=times)
        scene.account.updates.release()
        await happened(scene.telegram, plan)
        await scene.asks()
    lines = await scene.ended()
    assert len(lines) == 2 * len(FAULTS)
    for said, began, ended in zip(FAULTS, lines[::2], lines[1::2], strict=True):
        assert "polling is interrupted: " in began
        assert said in began
        assert "polling goes on after " in ended


BROKEN = ("9" * 5000, "[" * 100_000 + "]" * 100_000, '"\n"', "NaN")


async def test_updates_that_cannot_be_decoded_hold_up_nobody_and_come_once(scene: Scene) -> None:
    await scene.asks()
    first = scene.account.updates.next_id
    broken = [f'{{"update_id": {first + number}, "message": {value}}}' for number, value in enumerate(BROKEN)]
    good = {"update_id": first + len(BROKEN), "message": message(scene, "/postno0042")}
    answer = ", ".join(["5", *broken, json.dumps(good)])
    scene.telegram.faults.next("getUpdates", Page(200, f'{{"ok": true, "result": [{answer}]}}'))
    scene.account.updates.next_id += len(broken) + 1
    scene.account.updates.release()
    await scene.telegram.until(lambda: "0042" in scene.answers()[-1], seconds=30)
    assert "0007" in await scene.asks("/postno0007")
    lines = await scene.ended()
    assert [line for line in lines if "is set aside" in line] == lines
    assert len(lines) == len(broken) + 1


async def test_silence_is_given_up_and_polling_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "POLL_GRACE", 0.2)
    monkeypatch.setattr(polling, "POLL_SECONDS", 0.3)
    telegram, stop = Telegram(), asyncio.Event()
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n[storage]\nurl = "memory:"\n')
    bot = OurBot(load(tmp_path / "bot.toml", {}))
    silence = telegram.faults.next("getUpdates", Silence())
    async with serve(telegram) as url, bot.serving(), Client(account.token, url) as client:
        bot.connect(client, client.username)
        serving = asyncio.create_task(Service(bot, client).run(stop))
        await telegram.until(lambda: not silence.left, seconds=30)
        ann.send(telegram.private(ann, account), "hello")
        await telegram.until(lambda: not len(account.updates), seconds=30)
        stop.set()
        await serving


async def test_another_copy_that_polls_is_named_once(scene: Scene) -> None:
    await scene.asks()
    for _ in range(3):
        await scene.telegram.until(lambda: scene.account.updates.polled, seconds=30)
        await scene.telegram.call(scene.account.token, "getUpdates", {})
    assert await scene.asks()
    lines = await scene.ended()
    assert len(lines) == 1
    assert "polling is interrupted: another copy is polling with this token" in lines[0]


async def test_a_webhook_that_somebody_sets_is_named_and_polling_goes_on_when_it_is_removed(scene: Scene) -> None:
    await scene.telegram.until(lambda: scene.account.updates.polled, seconds=30)
    call = scene.telegram.call
    await call(scene.account.token, "setWebhook", {"url": "https://example.org/hook"})
    assert "a webhook is set for this bot" in await line_with("polling is interrupted", scene.process)
    await call(scene.account.token, "deleteWebhook")
    assert await scene.asks()
    [line] = await scene.ended()
    assert "polling goes on after" in line
