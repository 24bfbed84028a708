"""The bot itself: its plugins, its router, its storage, its permissions, and one door for every update."""

from pluggram.bot.bot import Bot, PluginsRefused

__all__ = ["Bot", "PluginsRefused"]
