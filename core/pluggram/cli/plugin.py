"""`pluggram <table name> ...`: the commands that a plugin offers for the shell."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from pluggram.bot import Bot
from pluggram.cli.quiet import quietly
from pluggram.config import load


class PluginGroup(click.Group):
    """A plugin's commands; they run with the storage open, its event loop on a thread of its own."""

    def __init__(self, bot: Bot, name: str) -> None:
        super().__init__(name, help=next(state.summary for state in bot.plugins if state.name == name))
        self._bot = bot
        for command in bot.commands(name):
            self.add_command(command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with _storing(self._bot):
            return super().invoke(ctx)


def group(config: Path | None, name: str) -> click.Group:
    """Load the bot and give the commands of one plugin.

    Raises PluginError when the plugin does not work, ConfigError when bot.toml does not.
    """
    with quietly():
        return PluginGroup(Bot(load(config), strict=False), name)


@contextmanager
def _storing(bot: Bot) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="storage", daemon=True)
    thread.start()
    storing = bot.storing()
    try:
        asyncio.run_coroutine_threadsafe(storing.__aenter__(), loop).result()
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(storing.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
