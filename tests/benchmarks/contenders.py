"""Who is measured: each a program in a process of its own, told where everything is by its environment."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.benchmarks.work import SECRET, TOKEN, links

ROOT = Path(__file__).parents[2]
BOTS = Path(__file__).parent / "bots"
OURS = sys.executable
FOREIGN = str(ROOT / ".venv-clients" / "bin" / "python")
WEBHOOK = {
    "PLUGGRAM__TELEGRAM__UPDATES": "webhook",
    "PLUGGRAM__TELEGRAM__WEBHOOK__URL": "https://example.org/telegram",
}


@dataclass(frozen=True)
class Place:
    """Where a bot runs: a folder of its own, the Bot API that it talks to, and a port for its webhook."""

    folder: Path
    url: str
    posts: int
    port: int = field(default_factory=lambda: _free_port())

    @property
    def environ(self) -> dict[str, str]:
        """What every bot is told."""
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT), "BOT_TOKEN": TOKEN,
            "TELEGRAM_URL": self.url, "LINKS": str(self.folder / "links.json"),
        }  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """A bot. webhook: whether its updates are posted to it, else it polls."""

    name: str
    command: Sequence[str]
    webhook: bool = False
    more: Mapping[str, str] = field(default_factory=dict)

    def environ(self, place: Place) -> dict[str, str]:
        """What this bot is told."""
        port = {"PORT": str(place.port)} if self.webhook else {}
        return place.environ | port | dict(self.more)

    def settle(self, place: Place) -> None:
        """Write what the bot needs in its folder before it is started."""
        (place.folder / "links.json").write_text(json.dumps(links(place.posts)))


@dataclass(frozen=True)
class Pluggram(Contender):
    """`pluggram run` with the shipped bot.toml, which has all built-in plugins."""

    def environ(self, place: Place) -> dict[str, str]:
        ours = {"PLUGGRAM_CONFIG": str(ROOT / "bot.toml"), "PLUGGRAM_DATA_DIR": str(place.folder / "data"),
                "PLUGGRAM__TELEGRAM__BASE_URL": place.url, "WEBHOOK_SECRET": SECRET}  # fmt: skip
        webhook = WEBHOOK | {"PLUGGRAM__TELEGRAM__WEBHOOK__PORT": str(place.port)} if self.webhook else {}
        return super().environ(place) | ours | webhook

    def settle(self, place: Place) -> None:
        super().settle(place)
        made = _data(self.more["PLUGGRAM__STORAGE__URL"], place.folder.parent, place.posts)
        shutil.copytree(made, place.folder / "data")


@cache
def _data(storage: str, folder: Path, posts: int) -> Path:
    """Make a data folder with the links in it, once."""
    made = folder / f"data-{storage.partition(':')[0]}-{posts}"
    made.mkdir()
    (made / "links.json").write_text(json.dumps(links(posts)))
    environ = {"PATH": os.environ["PATH"], "HOME": str(made), "PLUGGRAM_CONFIG": str(ROOT / "bot.toml"),
               "PLUGGRAM_DATA_DIR": str(made), "PLUGGRAM__STORAGE__URL": storage}  # fmt: skip
    importing = ("-m", "pluggram", "links", "import", str(made / "links.json"), "--apply")
    subprocess.run([OURS, *importing], env=environ, check=True, stdout=subprocess.DEVNULL)
    return made


def _ours(delivery: str, storage: str, webhook: bool = False) -> Pluggram:
    url = {"json": "json:data", "sqlite": "sqlite:bot.db"}[storage]
    name = f"pluggram-{delivery}-{storage}" + ("-webhook" if webhook else "")
    more = {"PLUGGRAM__TELEGRAM__DELIVERY": delivery, "PLUGGRAM__STORAGE__URL": url}
    return Pluggram(name, (OURS, "-m", "pluggram", "run"), webhook, more)


def contenders() -> list[Contender]:
    """Name all of them; the first one is what the others are compared with."""
    limit = (OURS, "-m", "tests.benchmarks.bots.limit")
    ptb = (OURS, "-m", "tests.benchmarks.bots.ptb")
    return [
        Contender("limit", limit),
        *(_ours(delivery, storage) for delivery in ("memory", "durable") for storage in ("json", "sqlite")),
        Contender("ptb-8", ptb, more={"CONCURRENT": "8"}),
        Contender("limit-webhook", limit, True, {"WEBHOOK": "call"}),
        Contender("limit-webhook-body", limit, True, {"WEBHOOK": "body"}),
        *(_ours(delivery, "sqlite", webhook=True) for delivery in ("memory", "durable")),
    ]


def chosen(only: str) -> list[Contender]:
    """Name those whose name begins with one of these; none: all of them. Raises ValueError when there is none."""
    wanted = tuple(filter(None, only.split(",")))
    begins = tuple(f"{name}-" for name in wanted)
    found = [each for each in contenders() if not wanted or each.name in wanted or each.name.startswith(begins)]
    if not found:
        raise ValueError(f"there is no contender {only}; there are {', '.join(each.name for each in contenders())}")
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
