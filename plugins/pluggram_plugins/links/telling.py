"""How single links, and failures to store them, are told."""

import logging

from pluggram import Json, StorageError
from pluggram_plugins._link import Link, LinkError, masked

logger = logging.getLogger(__name__)


def described(value: Json) -> str:
    """Tell all that is stored of a link."""
    try:
        link = Link.read(value)
    except LinkError as why:
        return f"not usable ({why}): {masked(value)}"
    parts = [link.url]
    if link.title:
        parts.append(f"“{link.title}”")
    if link.by is not None:
        parts.append(f"set by {link.by}")
    if link.at:
        parts.append(f"on {link.at[:10]}")
    return ", ".join(parts)


def not_saved(what: str, error: StorageError | ValueError) -> str:
    """Tell that nothing was stored, and put the reason into the log."""
    logger.error("%s: nothing was changed: %s", what, error)
    why = f" ({error.reason})" if isinstance(error, StorageError) and error.reason else ""
    return f"Not saved: the storage failed{why}, and what was there before stands. More is in the bot's log."
