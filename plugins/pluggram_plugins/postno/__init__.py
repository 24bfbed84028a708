"""Answer /postno0042 with the link of post 0042, in the chat with the bot and, inline, in any other."""

from pluggram_plugins.postno.plugin import Postno

__all__ = ["Postno"]
