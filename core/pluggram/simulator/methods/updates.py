"""Methods by which a bot receives updates (Bot API, Getting updates)."""

from contextlib import suppress

from pluggram.simulator.errors import ApiError
from pluggram.simulator.methods.call import Call, Method
from pluggram.simulator.model.updates import DEFAULT_TYPES

MAX_TIMEOUT = 50
"""Seconds that a long poll hangs at most, whatever the bot asks for."""


async def get_updates(call: Call) -> object:
    """Return updates from the offset on, waiting for the first up to `timeout` seconds."""
    params = call.params
    with suppress(ApiError):  # Telegram does not refuse what it cannot read here
        kinds = params.json("allowed_updates", "allowed updates")
        if isinstance(kinds, list):
            call.bot.updates.allow(kinds)
    seconds = params.integer("timeout", 0, 0, MAX_TIMEOUT)
    return await call.bot.updates.poll(params.integer("offset"), params.integer("limit", 100, 1, 100), seconds)


async def delete_webhook(call: Call) -> object:
    """Drop the pending updates if asked to; there is no webhook to delete."""
    if call.params.boolean("drop_pending_updates"):
        call.bot.updates.clear()
    return True


async def get_webhook_info(call: Call) -> object:
    """Return how many updates wait; the url is empty while the bot polls."""
    info = {"url": "", "has_custom_certificate": False, "pending_update_count": len(call.bot.updates)}
    if call.bot.updates.allowed == DEFAULT_TYPES:
        return info
    return info | {"allowed_updates": sorted(call.bot.updates.allowed)}


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
