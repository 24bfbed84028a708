"""`pluggram <table name> ...`: the commands that a plugin offers for the shell."""

import asyncio
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from pluggram.bot import Bot
from pluggram.cli.quiet import quietly
from pluggram.config import load

P = ParamSpec("P")
R = TypeVar("R")


def group(config: Path | None, name: str) -> click.Group:
    """Load the bot and give the commands of one plugin; each runs with the storage open, `--help` does without.

    Raises PluginError when the plugin does not work, ConfigError when bot.toml does not.
    """
    with quietly():
        bot = Bot(load(config), strict=False)
        commands = bot.commands(name)
    for command in commands:
        _open_storage_for(command, bot)
    summary = next(state.summary for state in bot.plugins if state.name == name)
    return click.Group(name, commands, help=summary)


def _open_storage_for(command: click.Command, bot: Bot) -> None:
    if command.callback is not None:
        command.callback = _storing_around(command.callback, bot)
    for nested in command.commands.values() if isinstance(command, click.Group) else ():
        _open_storage_for(nested, bot)


def _storing_around(callback: Callable[P, R], bot: Bot) -> Callable[P, R]:
    @functools.wraps(callback)
    def with_storage(*args: P.args, **kwargs: P.kwargs) -> R:
        with _storing(bot):
            return callback(*args, **kwargs)

    return with_storage


@contextmanager
def _storing(bot: Bot) -> Iterator[None]:
    """Open the storage, its event loop on a thread of its own."""
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
