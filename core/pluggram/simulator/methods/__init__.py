"""The Bot API methods: one small function each, by topic, as strict as Telegram and in its words."""

from collections.abc import Mapping

from pluggram.simulator.errors import ApiError
from pluggram.simulator.methods import (
    chats,
    deleting,
    edits,
    files,
    forwarding,
    inline,
    me,
    media,
    messages,
    pinning,
    queries,
    sessions,
    updates,
    webhooks,
)
from pluggram.simulator.methods.call import Call
from pluggram.simulator.methods.known import KNOWN
from pluggram.simulator.methods.params import Params
from pluggram.simulator.model.bots import Bot, is_token
from pluggram.simulator.model.world import World

TOPICS = (
    updates, webhooks, sessions, me, messages, media, files, edits, deleting, forwarding, pinning, queries, inline,
    chats,
)  # fmt: skip
"""The modules whose METHODS make up the Bot API here."""

_METHODS = {name.lower(): method for topic in TOPICS for name, method in topic.METHODS.items()}


async def call_method(world: World, token: str, name: str, params: Mapping[str, object]) -> object:
    """Call a method by its name, in any case, and return its result. Raises ApiError."""
    bot = _authorised(world, token)
    if world.clock() < bot.logged_out_until:
        raise ApiError(400, "Logged out")
    bot.in_session = bot.in_session or name.lower() != "close"
    method = _METHODS.get(name.lower())
    if method is not None:
        return await method(Call(world, bot, Params(params)))
    if name.lower() in KNOWN:
        raise ApiError(501, f"Not Implemented: simulator: {name} is not supported yet")
    raise ApiError(404, "Not Found: method not found")


def _authorised(world: World, token: str) -> Bot:
    if not is_token(token):
        raise ApiError(401, "Unauthorized: invalid token specified")
    bot = world.bots.get(token) or world.stranger(token)
    if bot is None:
        raise ApiError(401, "Unauthorized")
    return bot
