"""`pluggram simulator`: a Telegram on this machine, for bots of any library and language."""

import asyncio
import errno
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TextIO

import click

from pluggram.cli.loop import new_loop
from pluggram.errors import PluggramError
from pluggram.simulator import Bot, SimulatorError, Telegram
from pluggram.simulator.calls import Called
from pluggram.simulator.lines import from_keyboard, from_stream
from pluggram.simulator.live import LiveTerminal

TOKEN = "1234567890:pluggram-simulator-token-0123456789"  # of the shape that @BotFather gives
"""The token of the bot, if none is given: no secret, for it opens nothing."""

_GUIDE = """\
Telegram, simulated, at {url}
{bots}
python-telegram-bot  Application.builder().token(TOKEN).base_url("{url}/bot").base_file_url("{url}/file/bot")
aiogram              Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base("{url}")))
pyTelegramBotAPI     apihelper.API_URL, apihelper.FILE_URL = "{url}/bot{{0}}/{{1}}", "{url}/file/bot{{0}}/{{1}}"
grammY               new Bot(TOKEN, {{ client: {{ apiRoot: "{url}" }} }})
pluggram             PLUGGRAM__TELEGRAM__BASE_URL={url} pluggram run

A line you type goes to @{username}; !help says what else there is. Programs: {url}/simulator/
It ends with {ending}."""


class PortTaken(PluggramError):
    """Another process listens on the port already."""

    exit_code = 75


@click.command()
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--token", "tokens", multiple=True, metavar="TOKEN", help="A bot's token; again for another bot.")
@click.option("--username", "usernames", multiple=True, metavar="NAME", help="The bot's username; again likewise.")
@click.option("--any-token", is_flag=True, help="Let every other well-formed token be a new bot's.")
@click.option("--quiet", is_flag=True, help="Do not tell each call of the Bot API.")
def command(port: int, tokens: Sequence[str], usernames: Sequence[str], any_token: bool, quiet: bool) -> None:
    """Serve a simulated Telegram on this machine, and talk to the bots that connect to it.

    A line is a message to the first bot, at a keyboard or from a pipe. Needs no bot.toml.
    """
    telegram = Telegram()
    telegram.takes_any_token = any_token
    given = tokens or (TOKEN,)
    names = [*usernames, *_usernames(len(given))[len(usernames) :]]
    if len(names) > len(given):
        raise click.UsageError("there are more of --username than of --token")
    try:
        bots = [telegram.bot(name, token=token) for name, token in zip(names, given, strict=True)]
    except SimulatorError as error:
        raise click.UsageError(f"--token: {error}") from None
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_Session(telegram, bots, shown=TOKEN if not tokens else "", quiet=quiet).run(port))


class _Session:
    """The simulator from its start to its end."""

    def __init__(self, telegram: Telegram, bots: Sequence[Bot], *, shown: str, quiet: bool) -> None:
        self._telegram, self._bots, self._shown, self._quiet = telegram, bots, shown, quiet
        self._by_hand = _at_keyboard()
        self._terminal = LiveTerminal(
            telegram,
            bots[0],
            person=telegram.user("Admin", username="admin"),
            read=from_keyboard() if self._by_hand else from_stream(_lines()),
            out=sys.stdout,
            colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
            prompts=self._by_hand,
        )

    async def run(self, port: int) -> None:
        """Serve until a signal comes, or `!quit`, or Ctrl-D at a keyboard; a second signal ends the process."""
        stop = _stop_on_signals()
        async with AsyncExitStack() as serving:
            url = await self._serve(serving, port)
            click.echo(self._guide(url), err=not self._by_hand)
            talking = asyncio.create_task(self._terminal.run())
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait((talking, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set() and not talking.result() and not self._by_hand:
                await stop.wait()
            stopped.cancel()
            talking.cancel()
            await asyncio.wait((talking, stopped))

    async def _serve(self, serving: AsyncExitStack, port: int) -> str:
        try:
            from pluggram.simulator.http import serve  # only where pluggram[web] is installed
        except ModuleNotFoundError as error:
            raise PluggramError(f"the simulator needs {error.name}: pip install 'pluggram[web]'") from None
        try:
            return await serving.enter_async_context(serve(self._telegram, port=port, log=self._log))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(f"port {port} is taken; --port takes another, --port 0 a free one") from None

    def _guide(self, url: str) -> str:
        bots = "\n".join(self._introduced(bot) for bot in self._bots) + "\n"
        ending = "Ctrl-C" if self._by_hand else "SIGTERM or a line !quit"
        return _GUIDE.format(url=url, bots=bots, username=self._bots[0].username, ending=ending)

    def _introduced(self, bot: Bot) -> str:
        return f"@{bot.username}  token {bot.token if bot.token == self._shown else 'as given'}"

    def _log(self, called: Called) -> None:
        line = "" if self._quiet else called.told()
        if line and self._by_hand:
            self._terminal.note(line)
        elif line:
            click.echo(line, err=True)


def _at_keyboard() -> bool:
    """Tell whether a person can type: not so in the background, where the first look at the keyboard would stop us."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (AttributeError, OSError):  # Windows, or a terminal that controls nobody
        return True


def _lines() -> TextIO:
    """Return where lines come from if not from a person: a pipe, or nothing."""
    return io.StringIO() if sys.stdin is None or sys.stdin.isatty() else sys.stdin


def _usernames(count: int) -> list[str]:
    return ["test_bot", *(f"test_{number}_bot" for number in range(2, count + 1))]


def _stop_on_signals() -> asyncio.Event:
    """Give an event that the first SIGTERM or SIGINT sets."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def on_first() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_first)
    return stop
