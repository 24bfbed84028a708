"""Plugins in files beside a bot.toml, or in installed wheels, and what becomes of them."""

import itertools
import zipfile
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.context import PluginState

GOOD = """
from pluggram import Context, Handler, Request, handler, hookimpl

class Plugin:
    '''A plugin that works.'''

    def __init__(self, context: Context) -> None:
        self.context = context

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler(r"/good", self.good, help="Be good", examples=["/good"])]

    async def good(self, request: Request) -> str:
        return f"good from {self.context.name}"
"""

MakeBot = Callable[..., Bot]
Install = Callable[..., None]

_modules = itertools.count(1)


@pytest.fixture
def make_bot(tmp_path: Path) -> MakeBot:
    """Make a bot of plugin files: `make_bot(one=source, two=source)`, a table each, in that order."""

    def make(strict: bool = False, tables: str = "", **sources: str) -> Bot:
        text = f'[bot]\nname = "testbot"\nstrict = {str(strict).lower()}\n[storage]\nurl = "memory:"\n'
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(dedent(source))
            text += f'[plugins.{name}]\nuse = "./{name}.py:Plugin"\n'
        path = tmp_path / "bot.toml"
        path.write_text(text + tables)
        return Bot(load(path, {}))

    return make


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install wheels: `install(hello=source)` makes one that provides the plugin `hello`, and unpacks it."""
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def unpack(distribution: str = "", **sources: str) -> None:
        for name, source in sources.items():
            wheel = _wheel(tmp_path, distribution or f"pluggram_{name}", name, dedent(source))
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(site)

    return unpack


def _wheel(folder: Path, distribution: str, plugin: str, source: str) -> Path:
    """Write a wheel (PyPA, binary distribution format): a module and what describes it."""
    module = f"{distribution}_{next(_modules)}"
    wheel = folder / f"{distribution}-1.0-py3-none-any.whl"
    described = f"{distribution}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{module}.py", source)
        archive.writestr(f"{described}/METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        archive.writestr(f"{described}/entry_points.txt", f"[pluggram.plugins]\n{plugin} = {module}:Plugin\n")
    return wheel


def state_of(bot: Bot, name: str) -> PluginState:
    return next(state for state in bot.plugins if state.name == name)


def message(text: str) -> dict[str, object]:
    sender = {"id": 1, "is_bot": False, "first_name": "Ann"}
    body = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "from": sender, "text": text}
    return {"update_id": 1, "message": body}
