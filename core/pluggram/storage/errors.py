"""What can go wrong with storage, in words for the person who can mend it."""

from pluggram.errors import PluggramError


class StorageError(PluggramError):
    """Storage could not do what was asked; the message names the file or server and what to do.

    Raised by a write, it means that the old value stands.
    """

    exit_code = 69


class StorageLocked(StorageError):
    """Another process has opened this storage, and its kind serves one process at a time."""

    exit_code = 75


class StorageUrlError(StorageError):
    """The storage URL of bot.toml cannot be understood."""

    exit_code = 78
