"""The bots that are put to the test: each a program of its own, told where everything is by its environment."""

import os
import socket
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pluggram.simulator import User
from tests.faults.work import DIGITS, JOURNAL

ROOT = Path(__file__).parents[2]
FOREIGN = ROOT / ".venv-clients" / "bin" / "python"

Transport = Literal["polling", "webhook"]
Delivery = Literal["durable", "memory"]

BOT_TOML = """
[bot]
name = "postbot"
owners = {owners}
[telegram]
base_url = "{url}"
in_flight = 64
menus = false
{telegram}
[storage]
url = "{storage}"
[log]
level = "warning"
[plugins.postno]
digits = {digits}
[plugins.links]
digits = {digits}
[plugins.work]
use = "tests.faults.working:Working"
"""
WEBHOOK = """updates = "webhook"
[telegram.webhook]
url = "http://127.0.0.1:{port}/telegram"
listen = "127.0.0.1"
port = {port}
secret = {{ env = "WEBHOOK_SECRET" }}
"""


@dataclass(frozen=True)
class Place:
    """Where a bot runs: a folder of its own, the Bot API that it talks to, and a port for its webhook."""

    folder: Path
    url: str
    token: str
    owners: Sequence[User]
    port: int = field(default_factory=lambda: _free_port())

    @property
    def journal(self) -> Path:
        """Where its handlers note their beginnings and ends."""
        return self.folder / "journal"

    @property
    def data(self) -> Path:
        """Where ours keeps its data."""
        return self.folder / "data" / "postbot"

    @property
    def environ(self) -> dict[str, str]:
        """What every bot is told."""
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT), "BOT_TOKEN": self.token,
            "TELEGRAM_URL": self.url, JOURNAL: str(self.journal), "PLUGGRAM_DATA_DIR": str(self.folder / "data"),
            "WEBHOOK_SECRET": "s3cret-of-the-simulated-webhook-0123456789",
        }  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """A bot and the way in which its updates come."""

    name: str
    transport: Transport
    command: Sequence[str] = (sys.executable, "-m", "pluggram", "run")
    more: Mapping[str, str] = field(default_factory=dict)

    def settle(self, place: Place) -> None:
        """Write what the bot needs in its folder before it is started for the first time."""

    @asynccontextmanager
    async def running(self, place: Place) -> AsyncIterator[Process]:
        """Run it meanwhile; then it is killed, if it has not gone already."""
        environ = {**place.environ, **self.more}
        if self.transport == "webhook":
            environ["PORT"] = str(place.port)
        with (place.folder / "log").open("ab") as log:
            process = await create_subprocess_exec(
                *self.command, cwd=place.folder, env=environ, stdin=DEVNULL, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@dataclass(frozen=True)
class Pluggram(Contender):
    """`pluggram run`, with the plugins postno, links and the one of this harness."""

    storage: str = "sqlite:bot.db"
    telegram: str = ""
    """More lines of the table [telegram]."""

    def settle(self, place: Place) -> None:
        """Write its bot.toml."""
        table = self.telegram + (WEBHOOK.format(port=place.port) if self.transport == "webhook" else "")
        owners = [owner.id for owner in place.owners]
        text = BOT_TOML.format(owners=owners, url=place.url, telegram=table, storage=self.storage, digits=DIGITS)
        (place.folder / "bot.toml").write_text(text)

    async def shell(self, place: Place, *arguments: str) -> str:
        """Run another of its commands on the same data and give what it printed. Raises RuntimeError."""
        command = (sys.executable, "-m", "pluggram", *arguments)
        process = await create_subprocess_exec(
            *command, cwd=place.folder, env=place.environ, stdin=DEVNULL, stdout=-1, stderr=-1
        )
        out, err = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {err.decode()}")
        return out.decode()


def ours(transport: Transport, storage: Literal["json", "sqlite"], delivery: Delivery) -> Pluggram:
    """Our own bot in one of its forms."""
    url = {"json": "json:data", "sqlite": "sqlite:bot.db"}[storage]
    return Pluggram(f"pluggram {delivery} {storage}", transport, storage=url, telegram=f'delivery = "{delivery}"\n')


def peers(transport: Transport) -> list[Contender]:
    """The bots of other libraries, as their documentation writes them."""
    ptb, aiogram = ([str(FOREIGN), str(Path(__file__).parent / "bots" / file)] for file in ("ptb.py", "aiogram3.py"))
    return [
        Contender("python-telegram-bot", transport, ptb),
        Contender("python-telegram-bot, concurrent", transport, ptb, {"CONCURRENT": "1"}),
        Contender("aiogram", transport, aiogram),
    ]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
