"""Logging for people and machines, a line for each thing that happens."""

import json
import logging
import re
import sys
import threading
import time
from typing import Literal

from pluggram import redaction

Format = Literal["text", "json"]

logger = logging.getLogger("uncaught")

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_TALKATIVE = ("httpx", "httpcore", "telegram")


class _Lines(logging.Formatter):
    """Formats a record as one line of JSON, or as a line of text; what goes on below that is indented.

    So nothing that somebody wrote can pass for a line of the log, and no control character reaches a terminal.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self, as_json: bool) -> None:
        super().__init__("%(asctime)sZ %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        return self._json(record) if self._as_json else _visible(super().format(record))

    def _json(self, record: logging.LogRecord) -> str:
        entry = {
            "time": f"{self.formatTime(record, self.datefmt)}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            entry["traceback"] = trace
        return json.dumps(entry, ensure_ascii=False)


def configure(level: str, format: Format) -> None:
    """Log to standard error from `level` on, as text or as one JSON object a line, with every secret masked.

    What Python would print itself is logged too: warnings, and exceptions that nobody has caught. Libraries that log
    URLs (which hold the token) are kept to warnings.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines(format == "json"))
    redaction.install()
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _log_uncaught(error, "the main thread")
    threading.excepthook = lambda failed: _log_uncaught(failed.exc_value, getattr(failed.thread, "name", "a thread"))
    sys.unraisablehook = lambda failed: _log_uncaught(
        failed.exc_value, getattr(failed.object, "__qualname__", type(failed.object).__name__)
    )


def _visible(text: str) -> str:
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text).replace("\n", "\n    ")


def _log_uncaught(error: BaseException | None, where: str) -> None:
    if not isinstance(error, SystemExit):
        logger.critical("an exception that nobody has caught, in %s", where, exc_info=error)
