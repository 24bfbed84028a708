"""Safe mode: of the plugins that bot.toml declares, only those that pluggram itself brings."""

from collections.abc import Iterable
from dataclasses import replace

from pluggram.config.plugin_table import PluginTable
from pluggram.installed import built_in

_REASON = "safe mode"


def only_built_in(tables: Iterable[PluginTable]) -> tuple[PluginTable, ...]:
    """Disable the plugins of other people; a built-in one is taken from pluggram, whoever else provides its name."""
    ours = built_in()
    modules = {entry.module for entry in ours.values()}
    safe: list[PluginTable] = []
    for table in tables:
        entry = ours.get(table.name) if table.use is None else None
        if entry is not None:
            safe.append(replace(table, use=entry.value))
        elif table.use is not None and table.use.partition(":")[0] in modules:
            safe.append(table)
        else:
            safe.append(replace(table, disabled=table.disabled or _REASON))
    return tuple(safe)


def left_out(tables: Iterable[PluginTable]) -> list[str]:
    """Name the plugins that only safe mode disables."""
    return [table.name for table in tables if table.disabled == _REASON]
