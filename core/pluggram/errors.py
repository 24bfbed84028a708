"""Errors that a person can act on, with the exit code of the process that meets them."""

from pluggram.masks import mask


class PluggramError(Exception):
    """An error that its reader can mend: printed as one message, without a traceback.

    `exit_code` follows sysexits.h: 1 crash, 2 usage, 69 unreachable, 75 another copy runs, 78 configuration.
    """

    exit_code = 1

    def __str__(self) -> str:
        """The message, with every secret masked."""
        return mask(super().__str__())


class TelegramError(PluggramError):
    """Telegram refused a call; the text is Telegram's own description.

    new_chat_id: where the chat went, when it became a supergroup (Bot API, ResponseParameters).
    """

    def __init__(self, description: str, *, new_chat_id: int | None = None) -> None:
        super().__init__(description)
        self.new_chat_id = new_chat_id


class Unreachable(TelegramError):
    """The Bot API did not answer, or answered that it cannot now; trying again may help."""

    exit_code = 69


class FloodLimit(TelegramError):
    """Telegram asks to wait (Bot API, 429 Too Many Requests). retry_after: seconds."""

    exit_code = 69

    def __init__(self, description: str, retry_after: float) -> None:
        super().__init__(description)
        self.retry_after = retry_after


class Forbidden(TelegramError):
    """The bot may not do this there (403): somebody has blocked it, removed it or never written to it."""


class TokenRefused(TelegramError):
    """Telegram does not know the token (401)."""

    exit_code = 78


class PollConflict(TelegramError):
    """Another copy polls with this token, or a webhook is set (409)."""

    exit_code = 75
