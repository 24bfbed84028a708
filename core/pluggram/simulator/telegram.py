"""Telegram in a process: the world, and the Bot API into it."""

import copy
from collections.abc import Mapping

from pluggram.simulator.errors import Answer, ApiError, Noted
from pluggram.simulator.methods import call_method
from pluggram.simulator.model.world import World


class Telegram(World):
    """A whole Telegram: people, bots and chats, and the Bot API in `call`, the one door of all bots."""

    async def call(self, token: str, method: str, params: Mapping[str, object] | None = None) -> Answer:
        """Call a Bot API method as HTTP would and return its status and JSON body; refusals are answers too."""
        try:
            result = await call_method(self, token, method, params or {})
        except ApiError as error:
            return error.answer()
        if isinstance(result, Noted):
            return Answer(200, {"ok": True, "result": result.result, "description": result.description})
        return Answer(200, {"ok": True, "result": copy.deepcopy(result)})

    def download(self, token: str, file_path: str) -> bytes:
        """Return a file's bytes as `/file/bot<token>/<file_path>` does. Raises ApiError 404 until getFile opened it."""
        bot = self.bots.get(token)
        if bot is None or file_path not in bot.opened:
            raise ApiError(404, "Not Found")
        return bot.opened[file_path].content
