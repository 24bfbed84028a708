"""The source of updates that bot.toml asks for."""

from collections.abc import Callable

from pluggram.bot import Bot
from pluggram.intake import Source, Taker, source_of
from pluggram.telegram import Client

KEPT_WEBHOOK = "core.webhook"
"""The namespace that remembers which webhook was set."""


def configured_source(bot: Bot, client: Client) -> Callable[[Taker], Source]:
    """Give what makes the source of a connected bot, once there is who takes its updates."""

    def make(taker: Taker) -> Source:
        kept, me = bot.store(KEPT_WEBHOOK), client.me.id
        return source_of(bot.config, client, taker, lambda: bot.allowed_updates, bot.pulse, kept, me)

    return make
