"""Logging for people and machines; no secret passes, at any level, not in a traceback either."""

import json
import logging
import time
from collections.abc import Collection
from typing import Literal

Format = Literal["text", "json"]

_MASK = "***"
_TALKATIVE = ("httpx", "httpcore", "telegram")


class _Masking(logging.Formatter):
    """Formats a record and masks the secrets in what comes out."""

    converter = staticmethod(time.gmtime)

    def __init__(self, secrets: Collection[str], as_json: bool) -> None:
        super().__init__("%(asctime)sZ %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._secrets = tuple(secrets)
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        text = self._json(record) if self._as_json else super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text

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


def configure(level: str, format: Format, secrets: Collection[str] = ()) -> None:
    """Log to standard error from `level` on, as text or as one JSON object a line, with every secret masked.

    Libraries that log URLs (which hold the token) are kept to warnings.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Masking([secret for secret in secrets if secret], format == "json"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
