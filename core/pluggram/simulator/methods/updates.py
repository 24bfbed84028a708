"""Methods by which a bot receives updates (Bot API, Getting updates)."""

from pluggram.simulator.errors import ApiError
from pluggram.simulator.methods.call import Call, Method, allow_updates

MAX_TIMEOUT = 50
"""Seconds that a long poll hangs at most, whatever the bot asks for."""

_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(call: Call) -> object:
    """Return updates from the offset on, waiting for the first up to `timeout` seconds."""
    if call.bot.webhook is not None:
        raise ApiError(409, _WEBHOOK)
    params = call.params
    allow_updates(call)
    seconds = params.integer("timeout", 0, 0, MAX_TIMEOUT)
    return await call.bot.updates.poll(params.integer("offset"), params.integer("limit", 100, 1, 100), seconds)


METHODS: dict[str, Method] = {"getUpdates": get_updates}
