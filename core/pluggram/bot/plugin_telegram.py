"""Telegram as one plugin is given it, which makes what it sends to many chats its own."""

from collections.abc import Mapping

from pluggram.bot.broadcasts import Broadcasts
from pluggram.bot.connection import Connection
from pluggram.broadcasts import Broadcast, Chats
from pluggram.reply import Reply


class PluginTelegram:
    """What a plugin finds under `context.telegram`."""

    def __init__(self, plugin: str, connection: Connection, broadcasts: Broadcasts) -> None:
        self._plugin = plugin
        self._broadcasts = broadcasts
        self.call = connection.call
        self.send = connection.send

    async def broadcast(self, name: str, chats: Chats, answer: str | Reply) -> Broadcast:
        """Begin to send to many chats, or find what was begun under this name."""
        return await self._broadcasts.begin(self._plugin, name, chats, answer)

    @property
    def broadcasts(self) -> Mapping[str, Broadcast]:
        """The broadcasts of this plugin by name."""
        return self._broadcasts.of(self._plugin)
