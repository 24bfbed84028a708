"""`pluggram run` in a process of its own, to which the simulator posts updates over HTTP."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from pluggram.simulator import Bot, Telegram, User
from pluggram.simulator.http import serve

from .conftest import Shell

SECRET = "a-secret-of-some-length"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Place:
    """A Telegram that posts, and a bot.toml for what it posts to."""

    telegram: Telegram
    account: Bot
    ann: User
    shell: Shell
    port: int
    environ: Mapping[str, str]

    @property
    def answers(self) -> list[str]:
        messages = self.telegram.private(self.ann, self.account).messages.values()
        return [message.text for message in messages if message.author is self.account]

    def say(self, text: str) -> None:
        self.ann.send(self.telegram.private(self.ann, self.account), text)

    async def post(self, text: str) -> int:
        """Post a message of Ann's as Telegram does, always under the same update_id, and give the answer's status."""
        chat = {"id": self.ann.id, "type": "private", "first_name": "Ann"}
        message = {"message_id": 1, "date": 1, "chat": chat, "from": {**chat, "is_bot": False}, "text": text}
        async with httpx.AsyncClient(trust_env=False) as client:
            response = await client.post(
                f"http://127.0.0.1:{self.port}/hook",
                json={"update_id": 1, "message": message},
                headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
            )
        return response.status_code

    async def answered(self, count: int) -> None:
        await self.telegram.until(lambda: len(self.answers) >= count, seconds=30)

    async def stop(self, process: asyncio.subprocess.Process) -> str:
        """Stop it as a supervisor does, see that all is well, and give its log."""
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0
        return err.decode()


@asynccontextmanager
async def placed(shell: Shell) -> AsyncIterator[Place]:
    telegram, port = Telegram(), free_port()
    account = telegram.bot("postbot")
    async with serve(telegram) as url:
        shell.config.write_text(
            f'[bot]\nname = "postbot"\n[telegram]\nbase_url = "{url}"\nupdates = "webhook"\n'
            f'[telegram.webhook]\nurl = "http://127.0.0.1:{port}/hook"\nport = {port}\n'
            "[plugins.postno]\n[plugins.health]\nshow = []\n"
        )
        environ = {"BOT_TOKEN": account.token, "WEBHOOK_SECRET": SECRET}
        yield Place(telegram, account, telegram.user("Ann"), shell, port, environ)


async def test_what_is_posted_is_answered_once_and_a_restart_answers_what_came_meanwhile(shell: Shell) -> None:
    async with placed(shell) as place:
        for number in range(20):
            place.say(f"/postno{number:04}")
        async with shell.running("run", environ={**place.environ, "PLUGGRAM__LOG__LEVEL": "debug"}) as process:
            await place.answered(20)
            place.say("/health")
            await place.answered(21)
            assert await place.post("/postno0099") == await place.post("/postno0099") == 200
            log = await place.stop(process)
        place.say("/postno0020")
        async with shell.running("run", environ=place.environ) as process:
            await place.answered(23)
            assert await place.post("/postno0099") == 200
            await place.stop(process)
        assert not place.account.updates
    asked = [answer for answer in place.answers if "Healthy" not in answer]
    assert [
        number for number, answer in zip([*range(20), 99, 20], asked, strict=True) if f"{number:04}" not in answer
    ] == []
    assert place.answers[20].startswith("✅ Healthy")
    assert place.account.webhook is not None
    assert place.account.webhook.secret_token == SECRET
    assert f"waiting for updates at http://127.0.0.1:{place.port}" in log
    assert SECRET not in log
    assert place.account.token not in log


SLOW = """
import asyncio
import os
from pluggram import handler, hookimpl

class Slow:
    def __init__(self, context):
        pass

    @hookimpl
    def handlers(self):
        return [handler("/slow", self.slow)]

    async def slow(self, request):
        if "HANG" in os.environ:
            await asyncio.Event().wait()
        return "answered after all"
"""


async def test_an_update_is_on_disk_before_it_is_answered_with_200(shell: Shell) -> None:
    async with placed(shell) as place:
        (shell.folder / "slow.py").write_text(SLOW)
        shell.config.write_text(shell.config.read_text() + '[plugins.slow]\nuse = "./slow.py:Slow"\n')
        place.say("/slow")
        async with shell.running("run", environ={**place.environ, "HANG": "yes"}) as process:
            await place.telegram.until(lambda: not place.account.updates, seconds=30)
            process.kill()
            await process.wait()
        assert place.answers == []
        async with shell.running("run", environ=place.environ):
            await place.answered(1)
        assert place.answers == ["answered after all"]


async def test_without_a_secret_it_refuses_to_start_and_says_how_to_make_one(shell: Shell) -> None:
    async with placed(shell) as place:
        done = await shell.run("run", environ={**place.environ, "WEBHOOK_SECRET": ""})
    assert done.code == 78
    assert "secrets.token_urlsafe(32)" in done.err
    assert "telegram.webhook.secret" in done.err
    assert "Traceback" not in done.err
    assert place.account.webhook is None


async def test_a_port_that_is_taken_is_one_sentence_and_75(shell: Shell) -> None:
    async with placed(shell) as place:
        with socket.create_server(("127.0.0.1", place.port)):
            done = await shell.run("run", environ=place.environ)
    assert done.code == 75
    assert f"another process listens on port {place.port} already (telegram.webhook.port)" in done.err
    assert "Traceback" not in done.err


async def test_check_says_how_the_webhook_stands(shell: Shell) -> None:
    async with placed(shell) as place:
        done = await shell.run("check", "--online", environ=place.environ)
    assert done.code == 0
    assert f"ok       webhook   http://127.0.0.1:{place.port}/hook is to arrive at http://127.0.0.1" in done.out
    assert "none is set at Telegram; pluggram run sets it" in done.out
