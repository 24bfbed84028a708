"""The inbox that bot.toml asks for."""

from contextlib import AbstractAsyncContextManager, nullcontext

from pluggram.bot import Bot
from pluggram.intake import Inbox, MemoryInbox
from pluggram.intake.intake import WAITING_PER_PLACE
from pluggram.serve.mourning import Mourning
from pluggram.telegram import Client


def durable_inbox(bot: Bot, client: Client) -> AbstractAsyncContextManager[Inbox]:
    """Open the inbox of a connected bot: on disk, or in memory when `telegram.delivery` says so.

    Raises StorageLocked when another process serves this bot, StorageError.
    """
    if bot.config.telegram.delivery == "memory":
        return nullcontext(memory_inbox(bot))
    # measured: 5 ms that a chat in the terminal does without
    from pluggram.intake.sqlite_inbox import SqliteInbox

    buried = Mourning(client.send_to, bot.owners).told
    return SqliteInbox(bot.config.data_folder, client.me.id, bot.config.telegram.inbox_limit, buried)


def memory_inbox(bot: Bot) -> MemoryInbox:
    """Make an inbox that ends with the process."""
    return MemoryInbox(bot.config.telegram.in_flight * WAITING_PER_PLACE)
