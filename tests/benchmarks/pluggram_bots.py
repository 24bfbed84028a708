"""Our own bot in its forms: `pluggram run` with the shipped bot.toml, which has all built-in plugins."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.benchmarks.contenders import Contender, Place
from tests.benchmarks.environments import ROOT, lean
from tests.benchmarks.work import SECRET, digits, links

BODY = {"PLUGGRAM__TELEGRAM__WEBHOOK__REPLY_IN_WEBHOOK": "true"}
WEBHOOK = {
    "PLUGGRAM__TELEGRAM__UPDATES": "webhook",
    "PLUGGRAM__TELEGRAM__WEBHOOK__URL": "https://example.org/telegram",
}
STORAGES = {"json": "json:data", "sqlite": "sqlite:bot.db"}
BUILT_IN = 7
"""How many plugins the shipped bot.toml declares."""
OLD_HANDLER = """
[plugins.old]
use = "tests.benchmarks.plugins.old_handler:OldHandler"
"""


@dataclass(frozen=True)
class Pluggram(Contender):
    """tables: what stands in bot.toml besides, or, with the first plugin in it, instead of the plugins there."""

    tables: str = ""
    storage: str = "sqlite"

    def environ(self, place: Place) -> dict[str, str]:
        ours = _environ(place.folder / "bot.toml", place.folder / "data", self.storage, place.posts)
        ours |= {"PLUGGRAM__TELEGRAM__BASE_URL": place.url, "WEBHOOK_SECRET": SECRET}
        return ours | (WEBHOOK if self.webhook else {}) | super().environ(place)

    def settle(self, place: Place) -> None:
        super().settle(place)
        shutil.copytree(_data(self.storage, place.folder.parent, place.posts), place.folder / "data")
        shipped = (ROOT / "bot.toml").read_text()
        (place.folder / "bot.toml").write_text(shipped + self.tables)


def pluggram(delivery: str, storage: str = "sqlite", webhook: bool = False, **how: str) -> Pluggram:
    """Give one form. how: its name, when it has one of its own, and its tables."""
    name = how.get("name") or f"pluggram-{delivery}-{storage}" + ("-webhook" if webhook else "")
    return Pluggram(name, program, webhook, _delivered(delivery), tables=how.get("tables", ""), storage=storage)


def program() -> tuple[str, ...]:
    """Give what runs all of them."""
    return (lean(), "-m", "pluggram", "run")


def ours() -> list[Contender]:
    """All forms that are compared with others."""
    old = {"PLUGGRAM__PLUGINS__POSTNO__ENABLED": "false"}
    return [
        *(pluggram(delivery, storage) for delivery in ("memory", "durable") for storage in STORAGES),
        *(pluggram(delivery, webhook=True) for delivery in ("memory", "durable")),
        Pluggram("pluggram-memory-sqlite-webhook-body", program, True, _delivered("memory") | BODY),
        *(
            Pluggram(f"pluggram-ptb-handler-{delivery}", program, more=old | _delivered(delivery), tables=OLD_HANDLER)
            for delivery in ("memory", "durable")
        ),
    ]


def _delivered(delivery: str) -> dict[str, str]:
    return {"PLUGGRAM__TELEGRAM__DELIVERY": delivery}


def _environ(config: Path, data: Path, storage: str, posts: int) -> dict[str, str]:
    width = str(digits(posts))
    return {"PATH": os.environ["PATH"], "PLUGGRAM_CONFIG": str(config), "PLUGGRAM_DATA_DIR": str(data),
            "PLUGGRAM__STORAGE__URL": STORAGES[storage], "PLUGGRAM__PLUGINS__POSTNO__DIGITS": width,
            "PLUGGRAM__PLUGINS__LINKS__DIGITS": width}  # fmt: skip


@cache
def _data(storage: str, folder: Path, posts: int) -> Path:
    """Make a data folder with the links in it, once."""
    made = folder / f"data-{storage}-{posts}"
    made.mkdir()
    file = made / "links.json"
    file.write_text(json.dumps(links(posts)))
    importing = [lean(), "-m", "pluggram", "links", "import", str(file), "--apply"]
    environ = _environ(ROOT / "bot.toml", made, storage, posts) | {"HOME": str(made)}
    subprocess.run(importing, env=environ, check=True, stdout=subprocess.DEVNULL)
    return made
