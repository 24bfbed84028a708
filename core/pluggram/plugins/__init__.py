"""Finds the plugins that bot.toml names, builds and registers each on its own, quarantines what fails."""

from pluggram.plugins.lifespan import Lifespan
from pluggram.plugins.manager import Plugins
from pluggram.plugins.reason import PluginError

__all__ = ["Lifespan", "PluginError", "Plugins"]
