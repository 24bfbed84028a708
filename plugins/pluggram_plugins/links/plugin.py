"""The plugin: what it answers, and what it offers in the shell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

from pluggram import Check, Context, Handler, Reading, hookimpl
from pluggram_plugins._audit import Log
from pluggram_plugins._link import DIGITS, NAMESPACE, NAMESPACE_NAME
from pluggram_plugins.links.commands import commands
from pluggram_plugins.links.confirming import Confirming
from pluggram_plugins.links.editing import Editing
from pluggram_plugins.links.files import Files
from pluggram_plugins.links.listing import Listing
from pluggram_plugins.links.removing import Removing


class Links:
    """Add, remove, list and find the links of posts."""

    @dataclass(frozen=True)
    class Settings:
        """`[plugins.links]`."""

        digits: int = field(default=4, metadata=DIGITS)
        """How many digits a number has; the same as postno's."""
        namespace: str = field(default=NAMESPACE, metadata=NAMESPACE_NAME)
        """Where the links are stored; the same as postno's."""

    def __init__(self, context: Context) -> None:
        settings: Links.Settings = context.settings
        self._links, self._digits = context.shared(settings.namespace), settings.digits
        self._log = Log(context.shared)
        confirming = Confirming(context.store, self._links, self._log, context.bot)
        self._parts = (
            Editing(self._links, self._digits, self._log, context.bot),
            Removing(self._links, self._digits, self._log, context.bot, confirming),
            Listing(self._links, self._digits),
            Files(context.name, self._links, self._digits, confirming),
            confirming,
        )

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer admins, and nobody else."""
        return [handler for part in self._parts for handler in part.handlers()]

    @hookimpl
    def commands(self) -> Sequence[click.Command]:
        """Offer import and export."""
        return commands(self._links, self._digits, self._log)

    @hookimpl
    def checks(self) -> Mapping[str, Check]:
        """Look whether the links can be read."""
        return {"readable": self._look}

    @hookimpl
    def metrics(self) -> Mapping[str, Reading]:
        """Tell how many links there are."""
        return {"links": self._links.count}

    async def _look(self) -> None:
        await self._links.items(limit=1)
