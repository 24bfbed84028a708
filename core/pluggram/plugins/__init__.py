"""Finds the plugins that bot.toml names, builds and registers each on its own, quarantines what fails."""

from pluggram.plugins.describe import Described, describe
from pluggram.plugins.lifespan import Lifespan
from pluggram.plugins.manager import Plugins
from pluggram.plugins.reason import PluginError

__all__ = ["Described", "Lifespan", "PluginError", "Plugins", "describe"]
