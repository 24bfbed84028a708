"""`pluggram run`: serve Telegram."""

import asyncio
import logging
import signal
from pathlib import Path

import click

from pluggram import logs
from pluggram.bot import Bot
from pluggram.config import Config, load
from pluggram.serve import Service
from pluggram.telegram import Client

logger = logging.getLogger("pluggram.run")

_STOPPING = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.pass_obj
def command(config: Path | None) -> None:
    """Serve Telegram until SIGTERM or Ctrl-C; a second one stops at once."""
    settings = load(config)
    token = settings.token()
    logs.configure(settings.log.level, settings.log.format, [token])
    asyncio.run(_serve(settings, token))


async def _serve(config: Config, token: str) -> None:
    bot = Bot(config)
    stop = _stop_on_signals()
    async with bot.serving(), Client(token, config.telegram.base_url) as client:
        bot.connect(client, client.username)
        logger.info("@%s is answering", client.username)
        await Service(bot, client).run(stop)
    logger.info("stopped")


def _stop_on_signals() -> asyncio.Event:
    """Give an event that the first SIGTERM or SIGINT sets; the second ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_first() -> None:
        stop.set()
        for number in _STOPPING:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in _STOPPING:
        loop.add_signal_handler(number, on_first)
    return stop
