"""Telegram in a process: the world, and the Bot API into it."""

import copy
import time
from collections.abc import Mapping

from pluggram.simulator.errors import Answer, ApiError, Noted
from pluggram.simulator.faults import ANY, Faults, Plan
from pluggram.simulator.methods import call_method
from pluggram.simulator.model.world import Clock, World


class Telegram(World):
    """A whole Telegram: people, bots and chats, and the Bot API in `call`, the one door of all bots.

    `faults` makes calls go wrong on request.
    """

    def __init__(self, clock: Clock = time.time) -> None:
        super().__init__(clock)
        self.faults = Faults(on_plan=self._end_polls, clock=clock)

    async def call(self, token: str, method: str, params: Mapping[str, object] | None = None) -> Answer:
        """Call a Bot API method as HTTP would and return its status and JSON body; refusals are answers too.

        Raises `faults.Interrupted` where a fault that was asked for breaks the connection.
        """
        given = params or {}
        fault = self.faults.take(self.bots.get(token), method, given)
        if fault is None:
            return await self._answer(token, method, given)
        self.wake()
        return await fault.play(lambda: self._answer(token, method, given))

    async def _answer(self, token: str, method: str, params: Mapping[str, object]) -> Answer:
        try:
            result = await call_method(self, token, method, params)
        except ApiError as error:
            return error.answer()
        if isinstance(result, Noted):
            return Answer(200, {"ok": True, "result": result.result, "description": result.description})
        return Answer(200, {"ok": True, "result": copy.deepcopy(result)})

    def _end_polls(self, plan: Plan) -> None:
        """Let polls that hang come back empty, so that the next one meets the fault at once."""
        if plan.method in (ANY, "getupdates"):
            for bot in self.bots.values():
                bot.updates.release()

    def download(self, token: str, file_path: str) -> bytes:
        """Return a file's bytes as `/file/bot<token>/<file_path>` does. Raises ApiError 404 until getFile opened it."""
        bot = self.bots.get(token)
        if bot is None or file_path not in bot.opened:
            raise ApiError(404, "Not Found")
        return bot.opened[file_path].content
