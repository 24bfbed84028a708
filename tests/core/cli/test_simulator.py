"""`pluggram simulator` in a process of its own, with bots that call it over HTTP."""

import asyncio
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import termios
from asyncio.subprocess import Process
from collections.abc import Iterator, Sequence

import httpx
import pytest
from telegram import Bot

from pluggram.simulator import Telegram
from pluggram.simulator.http import serve
from tests.core.cli.conftest import Shell

TOKEN = "1234567890:pluggram-simulator-token-0123456789"


async def read_until(process: Process, pattern: str) -> re.Match[str]:
    """Read standard error up to the line in which the pattern is found."""
    assert process.stderr
    async with asyncio.timeout(30):
        while line := (await process.stderr.readline()).decode():
            if found := re.search(pattern, line):
                return found
    raise AssertionError(f"it ended without {pattern}")


async def base_url(process: Process) -> str:
    return (await read_until(process, r"at (http://127\.0\.0\.1:\d+)$"))[1]


async def say(process: Process, line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n".encode())
    await process.stdin.drain()


async def heard(process: Process) -> str:
    assert process.stdout
    return (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()


async def test_a_bot_answers_the_lines_of_a_pipe_and_each_call_is_told_without_the_token(shell: Shell) -> None:
    async with shell.running("simulator", "--port", "0") as process:
        url = await base_url(process)
        assert (await read_until(process, "@test_bot  token (.+)"))[1] == TOKEN
        await say(process, "/start")
        async with Bot(TOKEN, base_url=f"{url}/bot") as bot:
            [update] = await bot.get_updates(timeout=20)
            assert update.message
            assert update.message.text == "/start"
            await bot.get_updates(offset=update.update_id + 1)
            await bot.send_message(update.message.chat.id, "hello")
        assert await heard(process) == "hello"
        told = (await read_until(process, ".*sendMessage.*"))[0]
        assert re.fullmatch(r"@test_bot sendMessage chat \d+: 200 ok", told)
        await say(process, "!quit")
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert process.stderr
        assert TOKEN not in (await process.stderr.read()).decode()


async def test_our_own_bot_runs_on_it_with_the_token_that_it_prints(shell: Shell) -> None:
    async with shell.running("simulator", "--port", "0", "--quiet") as process:
        url = await base_url(process)
        token = (await read_until(process, "@test_bot  token (.+)"))[1]
        environ = {"BOT_TOKEN": token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        assert "knows this bot as @test_bot" in (await shell.run("check", "--online", environ=environ)).out
        async with shell.running("run", environ=environ):
            await say(process, "/postno0042")
            assert (await heard(process)).startswith("Post 0042 was not found")


async def test_programs_drive_it_by_the_control_door(shell: Shell) -> None:
    async with shell.running("simulator", "--port", "0", "--quiet") as process, httpx.AsyncClient() as client:
        url = await base_url(process)
        sent = (await client.post(f"{url}/simulator/send", json={"text": "/help"})).json()
        async with Bot(TOKEN, base_url=f"{url}/bot") as bot:
            await bot.send_message(sent["result"]["chat"]["id"], "helpful")
        after = {"after": sent["last_event"]}
        [event] = (await client.post(f"{url}/simulator/events", json=after)).json()["result"]
        assert event["message"]["text"] == "helpful"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_on_when_its_input_ends_and_ends_with_0_at_a_signal(shell: Shell, number: int) -> None:
    async with shell.running("simulator", "--port", "0") as process, httpx.AsyncClient() as client:
        url = await base_url(process)
        assert process.stdin
        process.stdin.close()
        poll = asyncio.create_task(client.get(f"{url}/bot{TOKEN}/getUpdates?timeout=50", timeout=60))
        await client.post(f"{url}/simulator/wait", json={"seconds": 20}, timeout=30)
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert (await poll).json()["description"] == "Internal Server Error: restart"
        assert process.stderr
        assert b"Traceback" not in await process.stderr.read()


async def test_several_bots_and_if_wanted_any(shell: Shell) -> None:
    given = ["--token", "42:a", "--username", "one_bot", "--token", "43:b", "--any-token"]
    async with shell.running("simulator", "--port", "0", *given) as process, httpx.AsyncClient() as client:
        url = await base_url(process)
        assert (await read_until(process, "@one_bot .*"))[0] == "@one_bot  token as given"
        for token, name in (("42:a", "one_bot"), ("43:b", "test_2_bot"), ("44:c", "bot_44_bot")):
            assert (await client.get(f"{url}/bot{token}/getMe")).json()["result"]["username"] == name
        assert (await client.get(f"{url}/bot42:other/getMe")).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--token", "nonsense"], "--token: a bot's token is its id, a colon and a secret"),
        (["--token", "42:a", "--token", "42:b"], "--token: the token of bot 42 is taken"),
        (["--username", "a", "--username", "b"], "more of --username than of --token"),
        (["--port", "99999"], "--port"),
    ],
)
async def test_what_is_wrong_on_the_command_line_is_said(shell: Shell, arguments: list[str], words: str) -> None:
    done = await shell.run("simulator", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


async def test_a_port_that_is_taken_is_one_sentence_and_75(shell: Shell) -> None:
    async with serve(Telegram()) as url:
        port = url.rpartition(":")[2]
        done = await shell.run("simulator", "--port", port)
    assert done.code == 75
    assert done.err == f"Error: port {port} is taken; --port takes another, --port 0 a free one\n"


async def test_without_what_it_needs_it_says_how_to_get_it(shell: Shell) -> None:
    (shell.folder / "starlette.py").write_text('raise ModuleNotFoundError("No module", name="starlette")')
    done = await shell.run("simulator", environ={"PYTHONPATH": str(shell.folder)})
    assert done.code == 1
    assert done.err == "Error: the simulator needs starlette: pip install 'pluggram[web]'\n"


async def test_it_needs_no_bot_toml(shell: Shell) -> None:
    shell.config.unlink()
    async with shell.running("simulator", "--port", "0") as process:
        assert await base_url(process)


COMMAND = [sys.executable, "-m", "pluggram", "simulator", "--port", "0"]


class Keyboard:
    """A command at a terminal of its own."""

    def __init__(self, shell: Shell, command: Sequence[str] = COMMAND) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command,
            cwd=shell.folder, env=shell.environ | {"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)
        self.seen = ""

    async def sees(self, pattern: str) -> re.Match[str]:
        while not (found := re.search(pattern, self.seen)):
            self.seen += (await asyncio.to_thread(self._read)).decode()
        self.seen = self.seen[found.end() :]
        return found

    def _read(self) -> bytes:
        assert select.select([self._ours], [], [], 30)[0], f"nothing more comes than {self.seen!r}"
        return os.read(self._ours, 10_000)

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    async def ends(self) -> int:
        return await asyncio.to_thread(self._process.wait, 20)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


@pytest.fixture
def keyboard(shell: Shell) -> Iterator[Keyboard]:
    keyboard = Keyboard(shell)
    yield keyboard
    keyboard.close()


async def test_at_a_keyboard_what_the_bot_does_comes_above_what_is_being_typed(keyboard: Keyboard) -> None:
    url = (await keyboard.sees(r"at (http://127\.0\.0\.1:\d+)\s"))[1]
    await keyboard.sees(r"Admin \(private\)> ")
    keyboard.type("/start\n")
    async with Bot(TOKEN, base_url=f"{url}/bot") as bot:
        [update] = await bot.get_updates(timeout=20)
        keyboard.type("half a li")
        await keyboard.sees("half a li")
        assert update.message
        await bot.send_message(update.message.chat.id, "hello")
    await keyboard.sees(r"@test_bot sendMessage chat \d+: 200 ok")
    await keyboard.sees(r"test_bot: \S*hello\r\n.*Admin \(private\)> \S*half a li")
    keyboard.type("\x15\x04")
    assert await keyboard.ends() == 0


async def test_in_the_background_of_a_terminal_it_serves_without_looking_at_the_keyboard(shell: Shell) -> None:
    script = f"set -m; {shlex.join(COMMAND)} & pid=$!; read line; kill $pid; wait $pid; echo ended with $?"
    keyboard = Keyboard(shell, ["bash", "-c", script])
    try:
        url = (await keyboard.sees(r"at (http://127\.0\.0\.1:\d+)\s"))[1]
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{url}/bot{TOKEN}/getMe")).status_code == 200
        keyboard.type("\n")
        assert await keyboard.sees("ended with 0")
    finally:
        keyboard.close()
