"""A Telegram that fits in a process: a strict Bot API over one model, behind several doors.

In process: `Telegram.call`. Over HTTP: `pluggram.simulator.http`. In a terminal: `pluggram.simulator.terminal`.
"""

from pluggram.simulator.errors import Answer, ApiError, JsonObject, SimulatorError
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.people import User
from pluggram.simulator.telegram import Telegram
from pluggram.simulator.upload import Upload

__all__ = ["Answer", "ApiError", "Bot", "Chat", "JsonObject", "Message", "SimulatorError", "Telegram", "Upload", "User"]
