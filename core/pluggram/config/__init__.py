"""bot.toml: found, read, overridden by the environment, validated; every error names file, line and key.

`pluggram.config.locate` alone answers `--help`: so the names below are resolved when used.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pluggram.config.loaded import Config
    from pluggram.config.loader import load
    from pluggram.config.plugin_table import PluginTable
    from pluggram.config.problem import ConfigError, Problem
    from pluggram.config.settings import validate_settings
    from pluggram.config.tables import BotTable, LogTable, StorageTable, TelegramTable
    from pluggram.config.webhook import WebhookTable

__all__ = [
    "BotTable",
    "Config",
    "ConfigError",
    "LogTable",
    "PluginTable",
    "Problem",
    "StorageTable",
    "TelegramTable",
    "WebhookTable",
    "load",
    "validate_settings",
]

_MODULES = {
    "Config": "loaded",
    "ConfigError": "problem",
    "PluginTable": "plugin_table",
    "Problem": "problem",
    "load": "loader",
    "WebhookTable": "webhook",
    "validate_settings": "settings",
}


if not TYPE_CHECKING:  # a type checker knows the names above, and that there are no others

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = importlib.import_module(f"{__name__}.{_MODULES.get(name, 'tables')}")
        return getattr(module, name)
