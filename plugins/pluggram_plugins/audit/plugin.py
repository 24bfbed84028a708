"""The plugin: what it answers, and how long it remembers."""

from dataclasses import dataclass, field
from datetime import timedelta

from pluggram import Context, Handler, hookimpl
from pluggram_plugins._audit import KEPT, Log
from pluggram_plugins.audit.history import History
from pluggram_plugins.audit.undo import Undo

_EVERY = 3600
_DROPPED_AT_ONCE = 100


class Audit:
    """Who changed what, and how to take it back."""

    @dataclass(frozen=True)
    class Settings:
        """`[plugins.audit]`: how much is remembered; what is older than either is forgotten."""

        keep: int = field(default=20_000, metadata={"ge": 100, "le": KEPT})
        """How many changes are remembered; an import counts as many as it changed."""
        days: int = field(default=365, metadata={"ge": 1, "le": 3650})
        """For how many days."""

    def __init__(self, context: Context) -> None:
        self._settings: Audit.Settings = context.settings
        self._log = Log(context.shared)
        self._history = History(context.bot, self._log)
        self._undo = Undo(context, self._log)
        context.every(_EVERY, self._forget)

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer admins, and nobody else."""
        return [*self._history.handlers(), *self._undo.handlers()]

    async def _forget(self) -> None:
        """Forget what is too old, so many entries each time."""
        await self._log.prune(self._settings.keep, _DROPPED_AT_ONCE)
        await self._log.prune_older(timedelta(days=self._settings.days), _DROPPED_AT_ONCE)
