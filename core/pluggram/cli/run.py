"""`pluggram run`: serve Telegram."""

import asyncio
import gc
import logging
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pluggram import logs
from pluggram.cli import loop
from pluggram.cli.options import safe_mode
from pluggram.config import Config, load
from pluggram.config.safe_mode import left_out
from pluggram.errors import PluggramError

if TYPE_CHECKING:
    from pluggram.bot import Bot
    from pluggram.bot.watchdog import Watchdog
    from pluggram.telegram import Client

logger = logging.getLogger("pluggram.run")

_STOPPING = (signal.SIGTERM, signal.SIGINT)

LAST_GRACE = 1.5
"""Seconds after `bot.shutdown_timeout` at which a process that still has not stopped is ended."""
MORE_OBJECTS = 20_000
"""So many new ones make Python look for garbage. By its own 700 it looks at every batch of updates, which are none:
measured, a seventh of the time of every answer."""
END_GRACE = 0.5
"""Seconds that Python may take to end when the bot has stopped."""


@click.command()
@safe_mode
@click.pass_obj
def command(config: Path | None, safe_mode: bool) -> None:
    """Serve Telegram until SIGTERM or Ctrl-C; a second one stops at once."""
    settings = load(config, safe_mode=safe_mode)
    token = settings.token()
    logs.configure(settings.log.level, settings.log.format)
    ended, code = threading.Event(), 1
    try:
        loop.run(_serve(settings, token, ended))
        code = 0
    except PluggramError as error:
        code = error.exit_code
        raise
    finally:
        ended.set()
        _end_soon(code)


async def _serve(config: Config, token: str, ended: threading.Event) -> None:
    gc.disable()  # until all is loaded, as in `pluggram.cli`
    from pluggram.bot import Bot  # measured: with the three below 0.5 s, which --help and completion do without
    from pluggram.cli.connecting import connect  # the same
    from pluggram.intake.sources import prove  # the same
    from pluggram.telegram import Client  # the same

    prove(config)
    bot = Bot(config)
    if names := left_out(config.plugins):
        logger.warning("safe mode: without %s", ", ".join(names))
    stop = _stop_on_signals(config.bot.shutdown_timeout + LAST_GRACE, ended, bot.watchdog)
    client = Client(token, config.telegram.base_url)
    try:
        if await connect(client, stop):
            await _answer(bot, client, stop)
    finally:
        await client.close()
    logger.info("stopped")


async def _answer(bot: "Bot", client: "Client", stop: asyncio.Event) -> None:
    from pluggram.serve import Service, configured_source, durable_inbox  # measured: as above

    bot.connect(client, client.username)
    async with durable_inbox(bot, client) as inbox, bot.serving():
        gc.freeze()  # measured: to look through what stays anyway took a tenth of the time of every answer
        gc.set_threshold(MORE_OBJECTS, 20, 50)
        gc.enable()
        logger.info("@%s is answering, on %s", client.username, loop.name_of(asyncio.get_running_loop()))
        for notice in bot.notices(client.me):
            logger.warning("%s", notice)
        await Service(bot, client, inbox, configured_source(bot, client)).run(stop)


def _stop_on_signals(patience: float, ended: threading.Event, watchdog: "Watchdog") -> asyncio.Event:
    """Give an event that the first SIGTERM or SIGINT sets; the second ends the process at once.

    `patience` seconds after the first the process ends too, unless all has `ended` by then, whatever a plugin does:
    these handlers are Python's and not the loop's, so that they run while a plugin blocks the loop.
    """
    stop = asyncio.Event()
    serving = asyncio.get_running_loop()

    def on_first(*_: object) -> None:
        for number in _STOPPING:
            signal.signal(number, signal.SIG_DFL)
        deadline = threading.Timer(patience, _give_up, (ended, watchdog))
        deadline.daemon = True
        deadline.start()
        with suppress(RuntimeError):  # the loop is closed: the bot has stopped already
            serving.call_soon_threadsafe(stop.set)

    for number in _STOPPING:
        signal.signal(number, on_first)
    return stop


def _end_soon(code: int) -> None:
    """End the process although Python waits at its end for threads of plugins that do not end."""
    deadline = threading.Timer(END_GRACE, os._exit, (code,))
    deadline.daemon = True
    deadline.start()


def _give_up(ended: threading.Event, watchdog: "Watchdog") -> None:
    """End the process from outside of the loop, and tell who keeps it busy, if it is not the loop that waits."""
    if ended.is_set():
        return
    who = watchdog.who()
    logger.critical("something has not let the bot stop in time, and is cut off%s", f": {who}" if who.place else "")
    logging.shutdown()
    os._exit(1)
