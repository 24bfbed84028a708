"""The configuration that is in effect, for people as TOML and for programs as JSON."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pluggram.cli.quiet import quietly
from pluggram.config import Config, PluginTable, load
from pluggram.config.as_toml import comment, table_lines
from pluggram.config.effective import Value, core_values, plugin_values, written_values
from pluggram.errors import PluggramError
from pluggram.plugins import PluginError, describe
from pluggram.plugins.reason import guarded


@dataclass(frozen=True, slots=True)
class _Table:
    """The values of one table. why: they are not checked, in words."""

    name: tuple[str, ...]
    values: list[Value]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A configuration and its tables, in the order in which they are shown."""

    config: Config
    tables: list[_Table]

    @classmethod
    def load(cls, path: Path | None, safe_mode: bool) -> "Shown":
        """Load the configuration and import its plugins for their defaults; raises ConfigError."""
        config = load(path, safe_mode=safe_mode)
        core: dict[str, list[Value]] = {}
        for value in core_values(config):
            core.setdefault(str(value.path[0]), []).append(value)
        with quietly():
            plugins = [_plugin(config, table) for table in config.plugins]
        return cls(config, [_Table((name,), values) for name, values in core.items()] + plugins)

    def as_toml(self) -> str:
        """Write it as a bot.toml that, secrets aside, means the same."""
        lines = [
            comment(f"What is in effect of {self.config.path}"),
            comment(f"The bot's data is in {self.config.data_folder}"),
        ]
        for table in self.tables:
            lines += ["", *table_lines(table.name, [table.why], table.values)]
        return "\n".join(lines)

    def as_json(self) -> str:
        """Write it as one JSON object."""
        shown = {
            "file": str(self.config.path),
            "data_folder": str(self.config.data_folder),
            "values": [_record(value) for table in self.tables for value in table.values],
            "unchecked": {table.name[-1]: table.why for table in self.tables if table.why},
        }
        return json.dumps(shown, indent=2, ensure_ascii=False, default=str)


def _plugin(config: Config, table: PluginTable) -> _Table:
    name = ("plugins", table.name)
    try:
        if table.disabled:
            raise PluginError(table.disabled)
        model = describe(table, config.folder).settings
        return _Table(name, guarded(lambda: list(plugin_values(config, table, model)), "while its settings were read"))
    except PluggramError as error:
        return _Table(name, list(written_values(config, table)), f"not checked, so values are hidden: {error}")


def _record(value: Value) -> dict[str, Any]:
    path = ".".join(str(part) for part in value.path)
    return {"key": path, "value": value.value, "source": value.source, "line": value.line}
