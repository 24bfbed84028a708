"""Why the webhook cannot listen, for the person who can mend it."""

from pluggram.errors import PluggramError


class PortTaken(PluggramError):
    """Another process listens on the webhook's port already."""

    exit_code = 75


class CannotListen(PluggramError):
    """The webhook cannot listen where bot.toml says, or not with that certificate."""

    exit_code = 78
