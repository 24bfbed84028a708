"""From python-telegram-bot's errors to ours."""

from datetime import timedelta

from telegram import error as ptb

from pluggram.errors import FloodLimit, Forbidden, PollConflict, TelegramError, TokenRefused, Unreachable

GONE_AT_ONCE = "sent message was immediately deleted"
"""What Telegram says, with a 500, of a message that it has sent and another bot has deleted (telegram-bot-api)."""

_PAGE = ". Parsing the server response b"
"""How python-telegram-bot's words go on before all of an answer that is no JSON."""

_BROKEN = {
    "Timed out": "it has not answered in time",
    "httpx.ConnectError": "no connection",
    "httpx.ReadError": "the connection broke off",
    "httpx.RemoteProtocolError": "the connection broke off",
    "httpx.WriteError": "the connection broke off",
}


def translate(error: ptb.TelegramError) -> TelegramError:
    """Say in our terms what python-telegram-bot raised, keeping Telegram's description, but no page of a proxy's."""
    error.message = error.message.partition(_PAGE)[0]
    if isinstance(error, ptb.RetryAfter):
        return FloodLimit(error.message, _seconds(error))
    if isinstance(error, ptb.ChatMigrated):
        return TelegramError(error.message, new_chat_id=error.new_chat_id)
    if isinstance(error, (ptb.InvalidToken, ptb.EndPointNotFound)):
        return _not_known(error)
    if isinstance(error, ptb.Forbidden):
        return Forbidden(error.message)
    if isinstance(error, ptb.Conflict):
        return PollConflict(error.message)
    if isinstance(error, ptb.NetworkError) and not isinstance(error, ptb.BadRequest):
        if GONE_AT_ONCE in error.message.lower():
            return TelegramError(error.message)
        if isinstance(error.__cause__, TypeError) and "JSON" in str(error.__cause__):
            return TelegramError(f"it cannot be written as JSON: {error.__cause__}")
        return Unreachable(_plain(error.message))
    if error.message == "Invalid server response":
        return Unreachable("what answers is no Bot API: its answer is not JSON")
    return TelegramError(error.message)


def _seconds(error: ptb.RetryAfter) -> float:
    wait = error.retry_after  # a number now; python-telegram-bot will make it a timedelta
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _plain(message: str) -> str:
    """Say what the transport says, without the names of its classes."""
    name, _, more = message.partition(": ")
    return ": ".join(filter(None, (_BROKEN.get(name, name), more)))


def _not_known(error: ptb.TelegramError) -> TelegramError:
    """Tell a refused token (401) from an address that is no Bot API (404).

    python-telegram-bot raises the same for both, with the token in its own words; Telegram's stand in the cause.
    """
    said = str(error.__cause__ or error).lower()
    if _PAGE.lower() in said:
        return Unreachable("what answers is no Bot API: its answer is not JSON")
    if "unauthorized" in said:
        return TokenRefused("Telegram does not know this token (401 Unauthorized); @BotFather shows the right one")
    return Unreachable("nobody there speaks the Bot API (404 Not Found)")
