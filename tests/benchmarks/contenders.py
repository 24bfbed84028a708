"""Who is measured: each a program in a process of its own, told where everything is by its environment."""

import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.environments import ROOT, foreign, lean, node
from tests.benchmarks.work import SECRET, TOKEN, links

BOTS = "tests.benchmarks.bots"


@dataclass(frozen=True)
class Place:
    """Where a bot runs: a folder of its own, the Bot API that it talks to, and a port for its webhook.

    authority: the certificate that the API's is signed with, where that one speaks TLS.
    """

    folder: Path
    url: str
    posts: int
    authority: Path | None = None
    port: int = field(default_factory=lambda: _free_port())

    @property
    def environ(self) -> dict[str, str]:
        """What every bot is told."""
        trusted = {name: str(self.authority) for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS") if self.authority}
        return trusted | {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT), "NODE_ENV": "production",
            "BOT_TOKEN": TOKEN, "TELEGRAM_URL": self.url, "SECRET": SECRET, "POSTS": str(self.posts),
            "LINKS": str(self.folder / "links.json"),
        }  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """A bot. webhook: whether its updates are posted to it, else it polls.

    most: so many updates tell what it costs; a slow one would take all day with those that a fast one needs.
    """

    name: str
    program: Callable[[], Sequence[str]]
    webhook: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    most: int = 1_000_000

    def environ(self, place: Place) -> dict[str, str]:
        """What this bot is told."""
        port = {"PORT": str(place.port)} if self.webhook else {}
        return place.environ | port | dict(self.more)

    def settle(self, place: Place) -> None:
        """Write what the bot needs in its folder before it is started."""
        (place.folder / "links.json").write_text(json.dumps(links(place.posts)))


def limits() -> list[Contender]:
    """What can be done at all."""
    return [
        Contender("limit", _ours("limit")),
        Contender("limit-webhook", _ours("limit"), True, {"WEBHOOK": "call"}),
        Contender("limit-webhook-body", _ours("limit"), True, {"WEBHOOK": "body"}),
    ]


def peers() -> list[Contender]:
    """The bots of other libraries."""
    grammy = lambda: (node(), str(Path(__file__).parent / "bots" / "grammy.mjs"))  # noqa: E731
    return [
        *_both("grammy", grammy),
        Contender("grammy-ordered", grammy, more={"ORDERED": "1"}),
        *_both("telebot", _theirs("telebot4"), most=10_000),
        *_both("aiogram", _theirs("aiogram3"), most=5_000),
        *_both("ptb-8", _theirs("ptb"), {"CONCURRENT": "8"}, most=2_000),
        *_both("ptb-256", _theirs("ptb"), {"CONCURRENT": "256"}, most=2_000),
        Contender("old", _theirs("old"), most=300),
    ]


BARE = Contender("ptb-bare", lambda: (lean(), "-m", f"{BOTS}.bare_ptb"))
"""python-telegram-bot without a handler, in the same environment as ours: how it starts, and what it needs at rest."""


def _both(
    name: str, program: Callable[[], Sequence[str]], more: Mapping[str, str] | None = None, most: int = 1_000_000
) -> list[Contender]:
    given = more or {}
    return [Contender(name, program, False, given, most), Contender(f"{name}-webhook", program, True, given, most)]


def _ours(bot: str) -> Callable[[], Sequence[str]]:
    return lambda: (lean(), "-m", f"{BOTS}.{bot}")


def _theirs(bot: str) -> Callable[[], Sequence[str]]:
    return lambda: (foreign(), "-m", f"{BOTS}.{bot}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
