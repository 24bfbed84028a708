"""The plugins of one bot: each found, built and called on its own, in the order of bot.toml."""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from pluggram.access import Authorizer
from pluggram.config import Config, PluginTable, validate_settings
from pluggram.context import Context, PluginState
from pluggram.handlers import AnyTelegramHandler, Handler, TelegramErrorHandler, TelegramHandler, is_telegram_handler
from pluggram.hooks import Handled
from pluggram.installed import Provided, installed
from pluggram.plugins.describe import summary_of
from pluggram.plugins.find import find
from pluggram.plugins.owners import Owners
from pluggram.plugins.reason import PluginError, guarded, reason
from pluggram.plugins.register import Callers, check_version, register, settings_class
from pluggram.probes import Check, Reading, check_name
from pluggram.storage import BackendFactory

if TYPE_CHECKING:
    import click

logger = logging.getLogger("pluggram.plugins")

T = TypeVar("T")
MakeContext = Callable[[str, Any], Context]

_FOR_TELEGRAM = "a handler of python-telegram-bot, a TelegramHandler or a TelegramErrorHandler"


class Plugins:
    """Loads what bot.toml declares and calls its hooks, each by a typed method; nobody else calls pluggy.

    `load` builds them; until then there is none. A plugin that raises, whenever it is called, is quarantined with its
    reason; `states` tells.
    """

    def __init__(self, config: Config, context: MakeContext) -> None:
        self._config = config
        self._context = context
        self._callers: dict[str, Callers] = {}
        self._states: dict[str, PluginState] = {}
        self.owners = Owners()

    def load(self) -> None:
        """Find and build every declared plugin; one that is being built sees those before it."""
        known = cache(installed)
        for table in self._config.plugins:
            self._states[table.name] = self._load(table, known)

    @property
    def states(self) -> list[PluginState]:
        """Every declared plugin, in the order of bot.toml."""
        return list(self._states.values())

    @property
    def active(self) -> list[str]:
        """The names of the plugins that work, in the order of bot.toml."""
        return [state.name for state in self._states.values() if state.status == "active"]

    def quarantine(self, name: str, why: str) -> None:
        """Take a plugin out of service and remember why."""
        self._states[name] = replace(self._states[name], status="quarantined", reason=why)
        self._callers.pop(name, None)
        logger.error("plugin %s is quarantined: %s", name, why)

    def handlers(self, name: str) -> list[Handler]:
        """Ask one plugin for what it answers."""
        return self._list(name, "handlers", lambda item: isinstance(item, Handler), "made by handler(...)")

    def lifespan(self, name: str) -> AbstractAsyncContextManager[None] | None:
        """Ask one plugin for what surrounds its life."""
        lifespan = self._call(name, "lifespan")
        if lifespan is not None and not isinstance(lifespan, AbstractAsyncContextManager):
            raise PluginError(
                f"its hook 'lifespan' returned {type(lifespan).__name__}; return an async context manager"
            )
        return lifespan

    def commands(self, name: str) -> "list[click.Command]":
        """Ask one plugin for its commands for the shell."""
        from click import Command  # the command line has loaded it; a bot that only serves does without

        return self._list(name, "commands", lambda item: isinstance(item, Command), "a click command")

    def storage_backends(self) -> dict[str, BackendFactory]:
        """Ask all plugins for storage backends, by scheme; the first to name a scheme has it."""
        backends: dict[str, BackendFactory] = {}
        for name in self.active:
            try:
                backends = self._backends(name) | backends
            except PluginError as error:
                self.quarantine(name, str(error))
        return backends

    def _backends(self, name: str) -> dict[str, BackendFactory]:
        offered = self._call(name, "storage_backends") or {}
        if isinstance(offered, Mapping) and all(isinstance(s, str) and callable(f) for s, f in offered.items()):
            return dict(offered)
        raise PluginError("its hook 'storage_backends' must return a mapping of URL scheme to a callable (url, folder)")

    def checks(self) -> list[tuple[str, str, Check]]:
        """Ask all plugins for their checks: plugin, name, check."""
        return self._named("checks")

    def readings(self) -> list[tuple[str, str, Reading]]:
        """Ask all plugins for what they measure: plugin, name, reading."""
        return self._named("metrics")

    def _named(self, hook: str) -> list[tuple[str, str, Any]]:
        """Ask all plugins for callables by name; one that gives something else is quarantined."""
        found: list[tuple[str, str, Any]] = []
        for plugin in self.active:
            try:
                offered = self._call(plugin, hook, _callables) or {}
                found += [(plugin, name, function) for name, function in offered.items()]
            except PluginError as error:
                self.quarantine(plugin, str(error))
        return found

    def listeners(self) -> list[tuple[str, Callable[[Handled], object]]]:
        """Resolve the `handled` hook to plain callables, with the name of each one's plugin."""
        return [
            (name, _listener(implementation.function, bool(implementation.argnames)))
            for name, callers in self._callers.items()
            for implementation in (callers["handled"].get_hookimpls() if "handled" in callers else ())
        ]

    def authorizers(self) -> list[tuple[str, Authorizer]]:
        """Ask all plugins for their say in who may use what; one that gives something else is quarantined."""
        found: list[tuple[str, Authorizer]] = []
        for name in self.active:
            try:
                found += [(name, authorizer)] if (authorizer := self._authorizer(name)) else []
            except PluginError as error:
                self.quarantine(name, str(error))
        return found

    def _authorizer(self, name: str) -> Authorizer | None:
        authorizer: Authorizer | None = self._call(name, "authorize")
        if authorizer is None or callable(authorizer):
            return authorizer
        raise PluginError(f"its hook 'authorize' returned {authorizer!r}; return an async callable (request, handler)")

    def movers(self) -> dict[str, Callable[[int, int], Any]]:
        """Name the plugins that move what they keep of a chat, with what moves it: the hook `chat_migrated`."""
        return {
            name: partial(_moved, callers["chat_migrated"])
            for name, callers in self._callers.items()
            if "chat_migrated" in callers
        }

    def telegram_handlers(self) -> dict[str, list[AnyTelegramHandler]]:
        """Ask all plugins for handlers made for python-telegram-bot; the names of those that give some, in order."""
        found: dict[str, list[AnyTelegramHandler]] = {}
        for name in self.active:
            try:
                if handlers := self._list(name, "telegram_handlers", _is_for_telegram, _FOR_TELEGRAM):
                    found[name] = handlers
            except PluginError as error:
                self.quarantine(name, str(error))
        return found

    def _load(self, table: PluginTable, known: Callable[[], Mapping[str, list[Provided]]]) -> PluginState:
        state = PluginState(table.name, "active", source=table.use or "")
        if table.disabled:
            return replace(state, status="disabled", reason=table.disabled)
        try:
            source = find(table, self._config.folder, known)
            state = replace(state, source=source.name, version=source.version)
            factory = guarded(source.load, "while it was imported")
            state = replace(state, summary=guarded(lambda: summary_of(factory), "while its docstring was read"))
            return replace(state, hooks=tuple(sorted(self._build(table, factory))))
        except Exception as error:
            missing = isinstance(error, PluginError) and error.missing
            logger.error("plugin %s is %s: %s", table.name, "missing" if missing else "quarantined", reason(error))
            return replace(state, status="missing" if missing else "quarantined", reason=reason(error))

    def _build(self, table: PluginTable, factory: Any) -> Callers:
        guarded(lambda: check_version(factory), "while its api_version was read")
        kind = guarded(lambda: settings_class(factory), "while its Settings were read")
        settings = guarded(lambda: validate_settings(self._config, table, kind), "while its settings were validated")
        plugin = guarded(lambda: factory(self._context(table.name, settings)), "while it was built")
        self.owners.add(table.name, factory, plugin)
        self._callers[table.name] = guarded(lambda: register(plugin, table.name), "while its hooks were read")
        return self._callers[table.name]

    def _list(self, name: str, hook: str, fits: Callable[[Any], bool], described: str) -> list[Any]:
        def taken(offered: Any) -> list[Any]:
            items = list(offered or ())
            for item in items:
                if not fits(item):
                    raise PluginError(f"its hook '{hook}' returned {item!r}; each must be {described}")
            return items

        return self._call(name, hook, taken) or []

    def _call(self, name: str, hook: str, taken: Callable[[Any], Any] = lambda offered: offered) -> Any:
        """Call one plugin's hook; `taken` makes of its result what is needed, where what it raises is the plugin's."""
        caller = self._callers[name].get(hook)
        return guarded(lambda: taken(next(iter(caller()), None)), f"in its hook '{hook}'") if caller else None


def _callables(offered: Any) -> dict[str, Any]:
    """Take what a hook gives as callables by name; raises TypeError or ValueError for anything else."""
    if offered is not None and not isinstance(offered, Mapping):
        raise TypeError(f"{type(offered).__name__} is no mapping of names to callables")
    for name, function in (offered or {}).items():
        if not callable(function):
            raise TypeError(f"{check_name(name)} is {function!r}; it must be callable without arguments")
    return {check_name(name): function for name, function in (offered or {}).items()}


def _moved(caller: Callable[..., Any], old: int, new: int) -> Any:
    return next(iter(caller(old=old, new=new)), None)


def _listener(function: Callable[..., object], takes_event: bool) -> Callable[[Handled], object]:
    return function if takes_event else lambda _event: function()


def _is_for_telegram(item: object) -> bool:
    return isinstance(item, TelegramHandler | TelegramErrorHandler) or is_telegram_handler(item)
