"""Bot: its plugins, its router and its storage; `feed(update)` is the one door for every update."""

import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from pluggram.access import ADMINS, Permissions, Roles
from pluggram.bot.allowed import allowed_updates
from pluggram.bot.backlog import PATIENCE, Backlog
from pluggram.bot.broadcasts import Broadcasts
from pluggram.bot.connection import Connection
from pluggram.bot.counters import Counters
from pluggram.bot.jobs import Jobs
from pluggram.bot.menus import Menus
from pluggram.bot.migrations import Migrations, Mover
from pluggram.bot.moves import Moves
from pluggram.bot.notices import notices
from pluggram.bot.plugin_telegram import PluginTelegram
from pluggram.bot.ptb import PtbHandlers, PtbPlugin, answer_in_order
from pluggram.bot.pulse import Pulse
from pluggram.bot.strays import Strays
from pluggram.bot.watch import Watch
from pluggram.bot.watchdog import Watchdog
from pluggram.config import Config
from pluggram.context import Context, Declaration, PluginState
from pluggram.edge import Edge, Me, RawUpdate
from pluggram.errors import PluggramError
from pluggram.handlers import Access
from pluggram.plugins import Lifespan, PluginError, Plugins
from pluggram.plugins.reason import reason
from pluggram.probes import CheckResult, Lag, Metric
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.router import Answering, Circuits, Route, Router, clashes
from pluggram.storage import Backend, Storage, StorageError, Store, open_backend

if TYPE_CHECKING:
    import click

logger = logging.getLogger("pluggram.bot")


class PluginsRefused(PluggramError):
    """`strict = true`, and a plugin failed."""

    exit_code = 78


class Bot:
    """One bot, fully separate from any other in the process.

    owners: user ids besides those in the config.
    strict: in place of what the config says, for those who want to see a bot with failed plugins.
    simulated: its Telegram is not the real one, so that the broadcasts in its storage must not go on there.
    Building it imports and builds the plugins; `async with bot.serving(...)` opens the storage and the plugins'
    lifespans. Raises PluginsRefused when it is strict and a plugin failed.
    """

    def __init__(
        self,
        config: Config,
        *,
        owners: Collection[int] = (),
        strict: bool | None = None,
        simulated: bool = False,
    ) -> None:
        self.config = config
        self._strict = config.bot.strict if strict is None else strict
        self._connection = Connection()
        self._storage = Storage()
        self.pulse = Pulse()
        self._counters = Counters()
        self._circuits = Circuits()
        self._jobs = Jobs(lambda plugin: plugin in self._plugins.active)
        self._kept = Storage() if simulated else self._storage
        self._migrations = Migrations(self._kept.store("core.migrations"), self._movers)
        self._broadcasts = Broadcasts(self._kept.store, self._connection, lambda plugin: plugin in self._plugins.active)
        self._roles = Roles({*config.bot.owners, *owners}, self._storage.store(ADMINS), self._connection.administrators)
        self.menus = Menus(self, self._roles.people)
        self._plugins = Plugins(config, self._context)
        self.watchdog = Watchdog(self._plugins.owners.blame)
        self._strays = Strays(self._plugins.owners.blame)
        self._router = Router(())
        self._declarations: Sequence[Declaration] = ()
        self._ptb: PtbHandlers | None = None
        self._plugins.load()
        self._backends = self._plugins.storage_backends()
        self._authorizers = self._plugins.authorizers()
        self._watch = self._watching()
        self._telegram_handlers = self._plugins.telegram_handlers()
        self._router = Router(self._declare())
        self._refuse_if_strict()
        self._resolve()

    @property
    def name(self) -> str:
        """The name in bot.toml."""
        return self.config.bot.name

    @property
    def username(self) -> str:
        """The user name on Telegram, without @; empty before the bot is connected."""
        return self._connection.username

    @property
    def owners(self) -> frozenset[int]:
        """The user ids of the owners."""
        return self._roles.owners

    @property
    def plugins(self) -> Sequence[PluginState]:
        """Every plugin that bot.toml declares, in its order."""
        return self._plugins.states

    @property
    def declarations(self) -> Sequence[Declaration]:
        """Every handler of every active plugin, in the order of matching."""
        return self._declarations

    @property
    def allowed_updates(self) -> Sequence[str]:
        """The kinds of update that the active plugins can answer; never empty."""
        return self._allowed

    @property
    def uptime(self) -> float:
        """Seconds since the bot started."""
        return self.pulse.uptime

    @property
    def poll_age(self) -> float | None:
        """Seconds since updates were last fetched from Telegram; None before the first time."""
        return self.pulse.poll_age

    @property
    def lag(self) -> Lag:
        """How late the event loop comes to what is due."""
        return self.watchdog.lag

    async def check(self) -> Sequence[CheckResult]:
        """Ask the bot's own probes and every plugin's checks; never raises what they raise."""
        return await self._watch.check()

    async def metrics(self) -> Sequence[Metric]:
        """Take what the plugins count and measure; never raises what they raise."""
        return await self._watch.metrics()

    @property
    def ptb_plugins(self) -> Sequence[PtbPlugin]:
        """What active plugins offer of handlers made for python-telegram-bot, in the order of bot.toml."""
        return [
            PtbPlugin(name, handlers, self._storage.store(f"telegram.{name}"))
            for name, handlers in self._telegram_handlers.items()
            if name in self._plugins.active
        ]

    async def permits(self, request: Request, declaration: Declaration) -> bool:
        """Whether the one who asked may use a handler: by role, and by what plugins say to it."""
        return await self._permissions.refusal(request, declaration.handler) is None

    async def has_role(self, request: Request, access: Access) -> bool:
        """Whether the one who asked has this role or a higher one."""
        return await self._roles.has(request, access)

    def deep_link(self, command: str) -> str | None:
        """Give the link that sends this command when it is opened, `t.me/<bot>?start=...`; None when there is none."""
        payload = self._router.payload(command)
        return f"https://t.me/{self.username}?start={payload}" if payload and self.username else None

    def finds(self, text: str) -> Declaration | None:
        """Find the declaration that would answer this text, access aside; None when only a fallback would."""
        match = self._router.find(Request({}, "message", text, {}))
        if match is None or match.groups is None or match.route.handler.fallback:
            return None
        return Declaration(match.route.plugin, match.route.handler)

    def refresh_menus(self, user_id: int | None = None) -> None:
        """Have Telegram's command menus follow: that of a person whose role has changed, or all."""
        self.menus.refresh(user_id)

    def notices(self, me: Me) -> Iterator[str]:
        """Say what plugins want of Telegram and will not get, as the bot's account is set up."""
        return notices(self._router.routes, me)

    def commands(self, name: str) -> "list[click.Command]":
        """Give the commands for the shell that a plugin offers.

        Raises PluginError with the reason when the plugin is not active or its hook fails.
        """
        for state in self.plugins:
            if state.name == name and state.status != "active":
                raise PluginError(f"plugin {name} is {state.status}: {state.reason}")
        return self._plugins.commands(name)

    async def feed(self, update: RawUpdate, *, redelivered: bool = False) -> Reply | None:
        """Answer a raw update; None when nobody answers it. Never raises for what an update or a plugin does."""
        return await self.answer(self.read(update, redelivered=redelivered))

    def read(self, update: RawUpdate, *, redelivered: bool = False) -> Request:
        """Read a raw update, to be answered by `answer`."""
        return Request.of_any(update, self._connection.edge, redelivered)

    async def answer(self, request: Request, waiting: Callable[[], object] = lambda: None) -> Reply | None:
        """Answer what `read` has read, as `feed` does. waiting: called when that is not done at once."""
        if self._migrations.concern(request):
            waiting()
            await self._migrations.tried()
        match = self._router.find(request)
        if self._ptb is not None and (candidates := self._ptb.candidates(request.raw)) is not None:
            return await answer_in_order(candidates, request, match, self._answering, waiting)
        return await self._answering.answer(match, request, waiting) if match is not None else None

    @property
    def moves(self) -> Moves:
        """The ids that groups had, and those that they have since they are supergroups."""
        return self._migrations.moves

    async def migrated(self, old: int, new: int) -> None:
        """Have every plugin move what it keeps of a group that has become a supergroup.

        It is remembered when this ends, and most of it moved; what fails is tried again, also after a restart.
        """
        self.moves.add(old, new)
        await self._migrations.tried()

    @asynccontextmanager
    async def storing(self, backend: Backend | None = None) -> AsyncIterator[Backend]:
        """Open the storage that the config names, or take `backend`, for the plugins' stores.

        Raises StorageError.
        """
        if backend is None:
            backend = await open_backend(self.config.storage.url, self.config.data_folder, self._backends)
        self._storage.attach(backend)
        try:
            yield backend
        finally:
            await self._storage.close()

    @asynccontextmanager
    async def serving(self, backend: Backend | None = None) -> AsyncIterator[Backend]:
        """Open the storage and the plugins' lifespans; a plugin whose lifespan fails is quarantined."""
        async with self.storing(backend) as opened, self.watchdog.watching(), self._strays.caught():
            if self._kept is not self._storage:
                self._kept.attach(await open_backend("memory:", self.config.data_folder))
            with suppress(StorageError):  # it is tried again, and told, when they go on
                await self._broadcasts.load()
            entered: list[tuple[str, Lifespan]] = []
            await self._migrations.load()
            try:
                for name in self._plugins.active:
                    await self._enter(name, entered)
                self._refuse_if_strict()
                async with self._broadcasts.running(), self._jobs.running(), self._migrations.running():
                    yield opened
            finally:
                for name, lifespan in reversed(entered):
                    await self._leave(name, lifespan)

    def store(self, namespace: str) -> Store:
        """A namespace of the bot's storage, for what is remembered beside the plugins."""
        return self._storage.store(namespace)

    def add_owner(self, user_id: int) -> None:
        """Make someone an owner for as long as this process runs."""
        self._roles.owners |= {user_id}
        self.refresh_menus(user_id)

    def connect(self, edge: Edge, username: str) -> None:
        """Tell the bot who it is on Telegram and how its requests reach it."""
        self._connection.attach(edge, username)
        self._router.username = username

    def watch_backlog(self, backlog: Backlog) -> None:
        """Let checks and metrics tell of what waits to be answered."""
        self._watch.backlog = backlog
        self._watch.patience = self.config.telegram.handler_timeout + PATIENCE

    def add_ptb_handlers(self, ptb: PtbHandlers) -> None:
        """Let handlers made for python-telegram-bot have updates too, from now on.

        Raises PluginsRefused when the bot is strict and a plugin has failed, as one does whose handlers cannot be
        served.
        """
        self._refuse_if_strict()
        self._ptb = ptb
        self._resolve()
        self._migrations.look()

    def lose(self, name: str, error: PluginError) -> None:
        """Go on without a plugin that has failed while the bot serves."""
        self._plugins.quarantine(name, str(error))
        self._router = self._router.keeping(self._plugins.active, self.username)
        if self._ptb is not None:
            self._ptb.drop(name)
        self._resolve()
        self.refresh_menus()

    def _watching(self) -> Watch:
        left = self._broadcasts.left
        return Watch(self._plugins, self._storage, self._counters, self.pulse, self._circuits, self.watchdog, left)

    def _context(self, name: str, settings: Any) -> Context:
        return Context(
            name,
            settings,
            self._storage.store(f"plugin.{name}"),
            self,
            PluginTelegram(name, self._connection, self._broadcasts),
            self._storage.store,
            partial(self._jobs.add, name),
            partial(self._counters.add, name),
        )

    def _movers(self) -> Mapping[str, Mover]:
        ptb = self._ptb.movers if self._ptb is not None else {}
        return self._plugins.movers() | {f"telegram.{name}": mover for name, mover in ptb.items()}

    def _declare(self) -> list[Route]:
        routes: list[Route] = []
        for name in self._plugins.active:
            try:
                routes += [Route.compile(name, handler) for handler in self._plugins.handlers(name)]
            except Exception as error:
                self._plugins.quarantine(name, reason(error, "while its handlers were made ready"))
        refused = clashes(routes)
        for name, why in refused.items():
            self._plugins.quarantine(name, f"it clashes with a plugin before it: {why}")
        return [route for route in routes if route.plugin not in refused] if refused else routes

    def _refuse_if_strict(self) -> None:
        failed = [state for state in self.plugins if state.status in ("quarantined", "missing")]
        if self._strict and failed:
            lines = "\n".join(f"  [plugins.{state.name}] {state.status}: {state.reason}" for state in failed)
            raise PluginsRefused(f"bot.strict = true in {self.config.path}, and not every plugin works:\n{lines}")

    async def _enter(self, name: str, entered: list[tuple[str, Lifespan]]) -> None:
        try:
            surrounding = self._plugins.lifespan(name)
            if surrounding is not None:
                lifespan = Lifespan(name, surrounding, partial(self.lose, name))
                await lifespan.enter()
                entered.append((name, lifespan))
        except PluginError as error:
            self.lose(name, error)

    async def _leave(self, name: str, lifespan: Lifespan) -> None:
        try:
            await lifespan.leave(self.config.bot.shutdown_timeout)
        except PluginError as error:
            logger.error("plugin %s failed at the end of its lifespan: %s", name, error)

    def _resolve(self) -> None:
        """Make what requests pass through, and what is declared, that of the plugins that work now."""
        active = self._plugins.active
        ptb = {*(self._ptb.updates if self._ptb is not None else ()), *(("message",) if self._plugins.movers() else ())}
        self._declarations = tuple(Declaration(route.plugin, route.handler) for route in self._router.routes)
        self._allowed = allowed_updates((route.handler for route in self._router.routes), ptb)
        self._permissions = Permissions(self._roles, [each for each in self._authorizers if each[0] in active])
        limit = self.config.telegram.handler_timeout
        self._answering = Answering(self._permissions.asked, limit, self._plugins.listeners(), self._circuits)
