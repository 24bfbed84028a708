"""`pluggram run` before Telegram answers."""

import asyncio
import signal
import socket
from collections.abc import Mapping

import pytest

from pluggram.simulator import Telegram
from pluggram.simulator.faults import Page, Refused, Silence
from pluggram.simulator.http import serve

from .conftest import Shell, line_with

TOKEN = "123456789:" + "A" * 35
WITH_LIFESPAN = """
from contextlib import asynccontextmanager
from pathlib import Path
from pluggram import Context, hookimpl

class Early:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def lifespan(self):
        @asynccontextmanager
        async def surrounding():
            Path("began").touch()
            yield
        return surrounding()
"""


def environ(url: str, token: str = TOKEN) -> Mapping[str, str]:
    return {"BOT_TOKEN": token, "PLUGGRAM__TELEGRAM__BASE_URL": url}


@pytest.fixture
def port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number: int = taken.getsockname()[1]
    return number


async def test_telegram_out_of_reach_is_waited_for_and_plugins_begin_only_when_it_is_there(
    shell: Shell, port: int
) -> None:
    telegram = Telegram()
    account, ann = telegram.bot("postbot"), telegram.user("Ann")
    (shell.folder / "early.py").write_text(WITH_LIFESPAN)
    shell.config.write_text(shell.config.read_text() + '\n[plugins.early]\nuse = "./early.py:Early"\n')
    async with shell.running("run", environ=environ(f"http://127.0.0.1:{port}", account.token)) as process:
        line = await line_with("", process)
        assert f"the bot is not connected yet: http://127.0.0.1:{port} (telegram.base_url): " in line
        assert not (shell.folder / "began").exists()
        telegram.faults.next("getMe", Page(502))
        telegram.faults.next("getMe", Page(200, ""))
        async with serve(telegram, port=port):
            ann.send(telegram.private(ann, account), "/start")
            await telegram.until(lambda: account.updates.polled and not len(account.updates), seconds=30)
            assert (shell.folder / "began").exists()
            process.send_signal(signal.SIGTERM)
            _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    first, second, *_ = err.decode().splitlines()
    assert "the bot is connected after " in first
    assert "@postbot is answering" in second


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_wait_with_0(number: int, shell: Shell, port: int) -> None:
    async with shell.running("run", environ=environ(f"http://127.0.0.1:{port}")) as process:
        await line_with("not connected yet", process)
        process.send_signal(number)
        _, err = await asyncio.wait_for(process.communicate(), 5)
    assert process.returncode == 0
    assert err.decode().split()[-1] == "stopped"


async def test_a_signal_ends_a_call_that_is_not_answered(shell: Shell) -> None:
    telegram = Telegram()
    account = telegram.bot("postbot")
    silence = telegram.faults.next("getMe", Silence())
    async with serve(telegram) as url, shell.running("run", environ=environ(url, account.token)) as process:
        await telegram.until(lambda: not silence.left, seconds=30)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0


async def test_a_token_that_stays_refused_is_said_at_once_tried_on_and_then_the_end(shell: Shell) -> None:
    async with serve(Telegram()) as url:
        done = await shell.run_impatiently(0.5, "run", environ={**environ(url), "PLUGGRAM__LOG__LEVEL": "debug"})
    assert done.code == 78
    said = "Telegram does not know this token (401 Unauthorized); @BotFather shows the right one"
    assert done.err.count(f"the bot is not connected yet: {said}. It is tried for 0 s, and then this process ends") == 1
    assert done.err.splitlines()[-1] == f"Error: {said}"
    assert "Traceback" not in done.err
    assert TOKEN not in done.err + done.out


async def test_a_token_that_is_refused_once_is_no_reason_to_end(shell: Shell) -> None:
    telegram = Telegram()
    account = telegram.bot("postbot")
    telegram.faults.next("getMe", Refused(401))
    async with serve(telegram) as url, shell.running("run", environ=environ(url, account.token)) as process:
        assert "It is tried for 60 s" in await line_with("not connected yet", process)
        await telegram.until(lambda: account.updates.polled, seconds=30)
