"""A talk with the bot in the terminal: the real bot, plugins and storage over a simulated Telegram."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from pluggram import __version__, logs
from pluggram.bot import Bot
from pluggram.cli.loop import new_loop
from pluggram.cli.quiet import quietly
from pluggram.config import Config, load
from pluggram.config.safe_mode import left_out
from pluggram.errors import PluggramError
from pluggram.serve import KEPT_MENUS, Service
from pluggram.simulator import Telegram, User
from pluggram.simulator.lines import ReadLine, from_keyboard, from_stream
from pluggram.simulator.terminal import Terminal
from pluggram.storage import Backend, Storage, Store, open_backend
from pluggram.telegram import Client


def talk(config: Path | None, sandbox: bool, safe_mode: bool) -> None:
    """Talk with the bot until there is nothing more to say; raises ConfigError and PluginsRefused."""
    settings = load(config, safe_mode=safe_mode)
    logs.configure("warning", settings.log.format)
    # Ctrl-C ends a chat as Ctrl-D does
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_Session(settings, sandbox).run())


class _Session:
    """One chat from the first line to the last."""

    def __init__(self, config: Config, sandbox: bool) -> None:
        self._sandbox = sandbox
        self._telegram = Telegram()
        self._account = self._telegram.bot(_username(config.bot.name), first_name=config.bot.name)
        self._admin = self._telegram.user("Admin")
        with quietly():  # the welcome says how each plugin fares
            self._bot = Bot(config, owners=[self._admin.id], simulated=True)

    async def run(self) -> None:
        async with Client(self._account.token, "http://simulator", door=self._telegram) as client:
            self._bot.connect(client, client.username)
            async with self._bot.serving(await self._copy() if self._sandbox else None) as backend:
                await self._talk(Service(self._bot, client, kept_menus=await self._forgetful()), backend)

    async def _talk(self, service: Service, backend: Backend) -> None:
        stop = asyncio.Event()
        serving = asyncio.create_task(service.run(stop))

        async def settled() -> None:
            answered = asyncio.create_task(self._answered(service))
            await asyncio.wait((answered, serving), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                answered.cancel()
                serving.result()
            await answered

        by_hand = sys.stdin.isatty()
        for line in self._welcome(backend):
            click.echo(line, err=not by_hand)
        terminal = Terminal(
            self._telegram,
            self._account,
            admin=self._admin,
            make_admin=self._make_owner,
            settled=settled,
            read=self._keyboard() if by_hand else from_stream(sys.stdin),
            out=sys.stdout,
            colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
            prompts=by_hand,
        )
        try:
            await settled()
            await terminal.run()
        finally:
            stop.set()
            await serving

    def _keyboard(self) -> ReadLine:
        """Begin as people do at Telegram, with /start, if the bot answers it."""
        return _beginning("/start", from_keyboard()) if self._bot.finds("/start") else from_keyboard()

    async def _answered(self, service: Service) -> None:
        """Wait until the bot has fetched, confirmed and answered all that was said."""
        await self._telegram.until(lambda: not self._account.updates, seconds=60)
        await service.settled()

    async def _copy(self) -> Backend:
        """Copy the bot's storage into memory."""
        copy = await open_backend("memory:", self._bot.config.data_folder)
        async with self._bot.storing() as original:
            for namespace in await original.namespaces():
                await copy.put_many(namespace, dict(await original.items(namespace)))
        return copy

    async def _forgetful(self) -> Store:
        """Make a store for what concerns this session's Telegram only."""
        storage = Storage()
        storage.attach(await open_backend("memory:", self._bot.config.data_folder))
        return storage.store(KEPT_MENUS)

    def _make_owner(self, person: User) -> None:
        self._bot.add_owner(person.id)

    def _shell_commands(self, plugin: str) -> Iterator[str]:
        try:
            names = "|".join(command.name or "" for command in self._bot.commands(plugin))
            yield f"In your shell: pluggram {plugin} {names} (--help says how)"
        except PluggramError as error:
            yield f"Plugin {plugin} offers no commands for the shell: {error}"

    def _welcome(self, backend: Backend) -> Iterator[str]:
        kept = "a copy of its storage; nothing is kept" if self._sandbox else f"its own storage: {backend.location}"
        yield f"pluggram {__version__}: {self._bot.name} without Telegram, on {kept}"
        yield "You are Admin and may do everything; !help says how to be someone else. Ctrl-D ends the chat."
        if names := left_out(self._bot.config.plugins):
            yield f"Safe mode: without {', '.join(names)}"
        for state in self._bot.plugins:
            if state.status in ("quarantined", "missing"):
                yield f"Plugin {state.name} is {state.status}: {state.reason}"
            elif "commands" in state.hooks:
                yield from self._shell_commands(state.name)
        for notice in backend.notices:
            yield f"Storage: {notice}"


def _beginning(line: str, read: ReadLine) -> ReadLine:
    """Say one line, then what is read."""
    first = [line]

    async def begin(prompt: str) -> str | None:
        return first.pop() if first else await read(prompt)

    return begin


def _username(name: str) -> str:
    return name.replace("-", "_") if name.lower().endswith("bot") else f"{name.replace('-', '_')}_bot"
