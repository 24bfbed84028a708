"""The contract between pluggram and its plugins: every hook, and the moment it is called.

A hook is a plain `def`, marked with `@hookimpl`, that returns data or async callables. Plugins are called in the
order of bot.toml, each on its own: one that raises is quarantined and disturbs no other.
"""

from collections.abc import Awaitable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pluggy

from pluggram.access import Authorizer
from pluggram.handlers import AnyTelegramHandler, Handler
from pluggram.probes import Check, Reading
from pluggram.request import Request
from pluggram.storage import BackendFactory

if TYPE_CHECKING:
    import click

API_VERSION = 1
"""The version of this contract. A plugin that sets `api_version` to a newer one is quarantined."""

hookspec = pluggy.HookspecMarker("pluggram")
hookimpl = pluggy.HookimplMarker("pluggram")

Outcome = Literal["answered", "silent", "usage", "denied", "paused", "failed", "timeout"]

FAILURES = frozenset({"failed", "timeout"})
"""The outcomes that are the handler's own failure."""


@dataclass(frozen=True, slots=True)
class Handled:
    """How one request went.

    plugin: the table whose handler took it. outcome: answered; silent (it returned None); usage (an argument did
    not convert); denied (not for this person); paused (it did not run, for it keeps failing and is switched off);
    failed (it raised `error`); timeout. seconds: from the match to the end of the handler.
    """

    plugin: str
    handler: Handler
    request: Request
    outcome: Outcome
    seconds: float
    error: BaseException | None = None


class Hooks:
    """Every hook a plugin may implement."""

    @hookspec
    def handlers(self) -> Sequence[Handler]:  # type: ignore[empty-body]
        """Say what the plugin answers. Called once, after all plugins are built."""

    @hookspec
    def telegram_handlers(self) -> Sequence[AnyTelegramHandler]:  # type: ignore[empty-body]
        """Give handlers made for python-telegram-bot, to be served as they are. Called once, before `handlers`."""

    @hookspec
    def lifespan(self) -> AbstractAsyncContextManager[None]:  # type: ignore[empty-body]
        """Give what surrounds the plugin's life: entered after the storage is open, left before it is closed."""

    @hookspec
    def authorize(self) -> Authorizer:  # type: ignore[empty-body]
        """Have a say in who may use what: give an async callable (request, handler) -> bool.

        Called once at start; the callable is asked before each answer, and for each thing that help and menus list.
        False from any plugin, or an exception, denies. What the handler's `access` denies it cannot allow.
        """

    @hookspec
    def handled(self, event: Handled) -> None:
        """Take note of how a request went. Called after each, on the event loop: it must not block."""

    @hookspec
    def chat_migrated(self, old: int, new: int) -> Awaitable[object] | None:
        """Move what the plugin keeps of a group that has become a supergroup from its old id to the new one.

        What is awaited may be given back. Called again until it has ended without an error, also after a restart, and
        so perhaps once more for the same group: what is moved already must stay as it is.
        """

    @hookspec
    def checks(self) -> Mapping[str, Check]:  # type: ignore[empty-body]
        """Offer checks of whether the plugin works: async callables by name, such as `{"api": self.reachable}`.

        Called once at start; a check is asked whenever somebody wants to know, and may take 5 s. It gives None or ""
        when all is well, else a sentence that people in chat may read.
        """

    @hookspec
    def metrics(self) -> Mapping[str, Reading]:  # type: ignore[empty-body]
        """Offer numbers that are measured when somebody asks: callables by name, such as `{"links": links.count}`.

        Called once at start. A reading gives a number, or an awaitable of one; a plain one runs on the event loop and
        must not block. What happens again and again is counted by `context.count` instead.
        """

    @hookspec
    def commands(self) -> Sequence["click.Command"]:  # type: ignore[empty-body]
        """Offer commands for the shell, as `pluggram <table name> <command>`.

        Called by the command line only, before the storage is opened; it is open while a command runs, which uses
        `store.sync`.
        """

    @hookspec
    def storage_backends(self) -> Mapping[str, BackendFactory]:  # type: ignore[empty-body]
        """Offer storage backends by the scheme of their URL. Called before the storage is opened."""
