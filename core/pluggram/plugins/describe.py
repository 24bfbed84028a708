"""What a plugin says of itself before it is built: a line about it, and the class of its settings."""

from dataclasses import dataclass
from pathlib import Path

from pluggram.config import PluginTable
from pluggram.plugins.find import find
from pluggram.plugins.reason import guarded
from pluggram.plugins.register import settings_class


@dataclass(frozen=True, slots=True)
class Described:
    """A plugin that was imported, and not built. settings: None when it takes none."""

    summary: str
    settings: type | None


def describe(table: PluginTable, folder: Path) -> Described:
    """Import the plugin that the table names; relative files lie in `folder`. Raises PluginError."""
    factory = guarded(find(table, folder).load, "while it was imported")
    summary = guarded(lambda: summary_of(factory), "while its docstring was read")
    return Described(summary, guarded(lambda: settings_class(factory), "while its Settings were read"))


def summary_of(factory: object) -> str:
    """Give the first line of its docstring."""
    doc = getattr(factory, "__doc__", None)
    return doc.strip().partition("\n")[0] if isinstance(doc, str) else ""
