"""Methods by which a bot moves to another Bot API server (Bot API, Using a local Bot API server)."""

from pluggram.simulator.errors import ApiError
from pluggram.simulator.methods.call import Call, Method

LOGGED_OUT = 600
"""Seconds after logOut in which the bot is not let in again (Bot API, logOut)."""


async def log_out(call: Call) -> object:
    """Log the bot out of this server: its webhook and its updates are gone."""
    call.bot.logged_out_until = call.world.clock() + LOGGED_OUT
    call.bot.webhook = None
    call.bot.updates.clear()
    call.bot.updates.interrupt(ApiError(400, "Logged out"))
    return True


async def close(call: Call) -> object:
    """Close the bot's session; its next call opens another. Without one it is refused."""
    if not call.bot.in_session:
        raise ApiError(400, "Bad Request: the bot has already been closed")
    call.bot.in_session = False
    call.bot.updates.interrupt(ApiError(500, "Internal Server Error: restart"))
    return True


METHODS: dict[str, Method] = {"logOut": log_out, "close": close}
