"""A plugin's own settings: its table, validated by the class that the plugin names."""

from contextlib import suppress
from dataclasses import is_dataclass
from typing import TypeVar, overload

from pluggram.config.loaded import Config
from pluggram.config.plain import Unsure, plain
from pluggram.config.plugin_table import PluginTable
from pluggram.config.problem import ConfigError, Problem

T = TypeVar("T")


@overload
def validate_settings(config: Config, table: PluginTable, kind: type[T]) -> T: ...
@overload
def validate_settings(config: Config, table: PluginTable, kind: None) -> None: ...
@overload
def validate_settings(config: Config, table: PluginTable, kind: type[T] | None) -> T | None: ...
def validate_settings(config: Config, table: PluginTable, kind: type[T] | None) -> T | None:
    """Make an instance of the plugin's dataclass or pydantic model from the settings in `table`; None without one.

    A key that the class does not know is an error, whatever a model says of extra keys, unless it says
    `extra="allow"`: then its keys are free. Raises ConfigError with all that is wrong.
    """
    if kind is None:
        if problems := _takes_none(config, table):
            raise ConfigError(problems)
        return None
    if is_dataclass(kind):
        with suppress(Unsure):
            return plain(kind, table.settings)
    # measured: 60 ms, for models, and for what is not plainly right
    from pluggram.config.explain import checked_settings

    return checked_settings(config, table, kind)


def _takes_none(config: Config, table: PluginTable) -> list[Problem]:
    return [
        config.document.problem(
            ("plugins", table.name, key),
            found="a key",
            expected=f"none but `use` and `enabled`: the plugin `{table.name}` takes no settings",
            hint="remove it",
        )
        for key in table.settings
    ]
