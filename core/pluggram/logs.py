"""Logging for people and machines; no secret passes, at any level, not in a traceback either."""

import json
import logging
import sys
import threading
import time
from typing import Literal

from pluggram.masks import mask

Format = Literal["text", "json"]

logger = logging.getLogger("uncaught")

_TALKATIVE = ("httpx", "httpcore", "telegram")


class _Masking(logging.Formatter):
    """Formats a record, even one whose arguments do not fit, and masks the secrets in what comes out."""

    converter = staticmethod(time.gmtime)

    def __init__(self, as_json: bool) -> None:
        super().__init__("%(asctime)sZ %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        try:
            record.getMessage()
        except Exception as error:  # Python would print it itself, with the arguments as they are
            record.msg, record.args = "%s (its arguments %r do not fit: %s)", (record.msg, record.args, error)
        return mask(self._json(record) if self._as_json else super().format(record))

    def _json(self, record: logging.LogRecord) -> str:
        entry = {
            "time": f"{self.formatTime(record, self.datefmt)}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def configure(level: str, format: Format) -> None:
    """Log to standard error from `level` on, as text or as one JSON object a line, with every secret masked.

    What Python would print itself is logged too: warnings, and exceptions that nobody has caught. Libraries that log
    URLs (which hold the token) are kept to warnings.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Masking(format == "json"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _log_uncaught(error, "the main thread")
    threading.excepthook = lambda failed: _log_uncaught(failed.exc_value, getattr(failed.thread, "name", "a thread"))
    sys.unraisablehook = lambda failed: _log_uncaught(
        failed.exc_value, getattr(failed.object, "__qualname__", type(failed.object).__name__)
    )


def _log_uncaught(error: BaseException | None, where: str) -> None:
    if not isinstance(error, SystemExit):
        logger.critical("an exception that nobody has caught, in %s", where, exc_info=error)
