"""From python-telegram-bot's errors to ours."""

from datetime import timedelta

from telegram import error as ptb

from pluggram.errors import FloodLimit, PollConflict, TelegramError, TokenRefused, Unreachable


def translate(error: ptb.TelegramError) -> TelegramError:
    """Say in our terms what python-telegram-bot raised, keeping Telegram's description."""
    if isinstance(error, ptb.RetryAfter):
        wait = error.retry_after
        return FloodLimit(error.message, wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, ptb.ChatMigrated):
        return TelegramError(error.message, new_chat_id=error.new_chat_id)
    if isinstance(error, (ptb.InvalidToken, ptb.EndPointNotFound)):
        # python-telegram-bot's own words hold the token
        return TokenRefused(
            "the token is refused (401 Unauthorized), or nobody there speaks the Bot API (404 Not Found)"
        )
    if isinstance(error, ptb.Conflict):
        return PollConflict(error.message)
    if isinstance(error, ptb.NetworkError) and not isinstance(error, ptb.BadRequest):
        return Unreachable(error.message)
    return TelegramError(error.message)
