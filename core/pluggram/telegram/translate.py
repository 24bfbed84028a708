"""From python-telegram-bot's errors to ours."""

from datetime import timedelta

from telegram import error as ptb

from pluggram.errors import FloodLimit, Forbidden, PollConflict, TelegramError, TokenRefused, Unreachable


def translate(error: ptb.TelegramError) -> TelegramError:
    """Say in our terms what python-telegram-bot raised, keeping Telegram's description."""
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
        return Unreachable(error.message)
    if error.message == "Invalid server response":
        return Unreachable("what answers is no Bot API: its answer is not JSON")
    return TelegramError(error.message)


def _seconds(error: ptb.RetryAfter) -> float:
    wait = error.retry_after  # a number now; python-telegram-bot will make it a timedelta
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _not_known(error: ptb.TelegramError) -> TelegramError:
    """Tell a refused token (401) from an address that is no Bot API (404).

    python-telegram-bot raises the same for both, with the token in its own words; Telegram's stand in the cause.
    """
    if "unauthorized" in str(error.__cause__ or error).lower():
        return TokenRefused("Telegram does not know this token (401 Unauthorized); @BotFather shows the right one")
    return Unreachable("nobody there speaks the Bot API (404 Not Found)")
