"""The plugins of one bot: each found, built and called on its own, in the order of bot.toml."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pluggram.config import Config, PluginTable, validate_settings
from pluggram.context import Context, PluginState
from pluggram.handlers import Handler
from pluggram.hooks import Handled
from pluggram.plugins.find import find
from pluggram.plugins.reason import PluginError, reason
from pluggram.plugins.register import check_hooks, check_version, new_manager
from pluggram.storage import BackendFactory

if TYPE_CHECKING:
    import click

logger = logging.getLogger("pluggram.plugins")

T = TypeVar("T")
MakeContext = Callable[[str, Any], Context]


class Plugins:
    """Loads what bot.toml declares and calls its hooks, each by a typed method; nobody else calls pluggy.

    A plugin that raises, whenever it is called, is quarantined with its reason; `states` tells.
    """

    def __init__(self, config: Config, context: MakeContext, only: Sequence[str] | None = None) -> None:
        self._config = config
        self._context = context
        self._manager = new_manager()
        self._states: dict[str, PluginState] = {}
        for table in config.plugins:
            if only is None or table.name in only:
                self._states[table.name] = self._load(table)

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
        if self._manager.has_plugin(name):
            self._manager.unregister(name=name)
        logger.error("plugin %s is quarantined: %s", name, why)

    def handlers(self, name: str) -> list[Handler]:
        """Ask one plugin for what it answers."""
        handlers = list(self._call(name, "handlers") or ())
        for handler in handlers:
            if not isinstance(handler, Handler):
                raise PluginError(f"its hook 'handlers' returned {handler!r}; each must be made by handler(...)")
        return handlers

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
        return list(self._call(name, "commands") or ())

    def storage_backends(self) -> dict[str, BackendFactory]:
        """Ask all plugins for storage backends, by scheme; the first to name a scheme has it."""
        backends: dict[str, BackendFactory] = {}
        for name, offered in self._each("storage_backends"):
            if not isinstance(offered, Mapping):
                self.quarantine(name, "its hook 'storage_backends' must return a mapping of scheme to factory")
                continue
            for scheme, factory in offered.items():
                backends.setdefault(scheme, factory)
        return backends

    def listeners(self) -> list[tuple[str, Callable[[Handled], object]]]:
        """Resolve the `handled` hook to plain callables, with the name of each one's plugin."""
        return [
            (impl.plugin_name, _listener(impl.function, bool(impl.argnames)))
            for impl in sorted(self._manager.hook.handled.get_hookimpls(), key=self._order)
        ]

    def _order(self, implementation: Any) -> int:
        return list(self._states).index(implementation.plugin_name)

    def _load(self, table: PluginTable) -> PluginState:
        state = PluginState(table.name, "active", source=table.use or "")
        if not table.enabled:
            return replace(state, status="disabled", reason="enabled = false in bot.toml")
        try:
            source = find(table, self._config.folder)
            state = replace(state, source=source.name, version=source.version)
            factory = _guarded(source.load, "while it was imported")
            state = replace(state, summary=(getattr(factory, "__doc__", None) or "").strip().partition("\n")[0])
            return replace(state, hooks=self._build(table, factory))
        except Exception as error:
            missing = isinstance(error, PluginError) and error.missing
            logger.error("plugin %s is %s: %s", table.name, "missing" if missing else "quarantined", reason(error))
            return replace(state, status="missing" if missing else "quarantined", reason=reason(error))

    def _build(self, table: PluginTable, factory: Any) -> tuple[str, ...]:
        check_version(factory)
        settings = validate_settings(self._config, table, getattr(factory, "Settings", None))
        plugin = _guarded(lambda: factory(self._context(table.name, settings)), "while it was built")
        hooks = _guarded(lambda: check_hooks(plugin, table.name), "while its hooks were read")
        self._manager.register(plugin, table.name)
        return hooks

    def _call(self, name: str, hook: str) -> Any:
        plugin = self._manager.get_plugin(name)
        others = [other for other in self._manager.get_plugins() if other is not plugin]
        caller = self._manager.subset_hook_caller(hook, others)
        return next(iter(_guarded(caller, f"in its hook '{hook}'")), None)

    def _each(self, hook: str) -> Iterator[tuple[str, Any]]:
        for name in self.active:
            try:
                result = self._call(name, hook)
            except PluginError as error:
                self.quarantine(name, str(error))
            else:
                if result is not None:
                    yield name, result


def _guarded(call: Callable[[], T], doing: str) -> T:
    """Call a plugin's code: whatever it raises, sys.exit() too, comes out as a PluginError."""
    try:
        return call()
    except (KeyboardInterrupt, PluginError):
        raise
    except BaseException as error:
        raise PluginError(reason(error, doing)) from error


def _listener(function: Callable[..., object], takes_event: bool) -> Callable[[Handled], object]:
    return function if takes_event else lambda _event: function()
