"""What can go wrong with storage, in words for the person who can mend it."""

import errno

from pluggram.errors import PluggramError

_REASONS = {
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "its disk is full",
    errno.EFBIG: "its disk is full",
    errno.EROFS: "its disk can only be read",
    errno.EACCES: "it may not write its files",
    errno.EPERM: "it may not write its files",
    errno.EIO: "its disk fails",
}
_SQLITE_REASONS = {
    "SQLITE_FULL": "its disk is full",
    "SQLITE_READONLY": "it may not write its files",
    "SQLITE_IOERR": "its disk fails",
    "SQLITE_CORRUPT": "its file is damaged",
    "SQLITE_NOTADB": "its file is damaged",
    "SQLITE_BUSY": "another program has been writing for too long",
}


class StorageError(PluggramError):
    """Storage could not do what was asked; the message names the file or server and what to do.

    Raised by a write, it means that the old value stands.
    """

    exit_code = 69

    @property
    def reason(self) -> str:
        """What is wrong, in words that people in chat may read ("its disk is full"); empty if that is not known."""
        error: BaseException | None = self
        while isinstance(error, StorageError):
            error = error.__cause__
        name = str(getattr(error, "sqlite_errorname", None))
        known = next((reason for start, reason in _SQLITE_REASONS.items() if name.startswith(start)), "")
        return _REASONS.get(error.errno or 0, "") if isinstance(error, OSError) else known


class StorageLocked(StorageError):
    """Another process has opened this storage, and its kind serves one process at a time."""

    exit_code = 75


class StorageUrlError(StorageError):
    """The storage URL of bot.toml cannot be understood."""

    exit_code = 78
