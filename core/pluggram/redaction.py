"""Redaction: a record that is logged loses its secrets before any handler sees it, whoever has added that handler."""

import logging
from typing import Any

from pluggram.masks import mask

_STANDARD = frozenset(vars(logging.makeLogRecord({})))
_SAFE = frozenset({"msg", "levelname", "pathname", "filename", "module", "funcName"})

_formatter = logging.Formatter()
_unmasked = logging.Logger.handle


def install() -> None:
    """Mask in every record that any logger of this process gets, from now on; to call it twice is to call it once.

    It stands before the handlers, so that those which a plugin or a library adds later get no secret either.
    """
    logging.Logger.handle = _masked  # type: ignore[assignment, method-assign] # no factory or filter is passed by all


def redact(record: logging.LogRecord) -> None:
    """Take the secrets out of a record: its message and arguments, its traceback, and all that was put into it.

    What holds none stays as it is. A traceback that holds one becomes a text, for an exception cannot be masked.
    """
    try:
        _redact_message(record)
        _redact_traceback(record)
        _redact_rest(vars(record))
    except Exception as error:  # a plugin's object that cannot be shown could be shown by another handler
        record.msg, record.args = f"a line that cannot be shown ({type(error).__name__})", ()
        record.exc_info = record.exc_text = record.stack_info = None


def _masked(logger: logging.Logger, record: logging.LogRecord) -> None:
    redact(record)
    _unmasked(logger, record)


def _redact_message(record: logging.LogRecord) -> None:
    try:
        message = record.getMessage()
    except Exception as error:  # Python would print it itself, with the arguments as they are
        message = f"{record.msg} (its arguments {record.args!r} do not fit: {error})"
        record.msg, record.args = mask(message), ()
        return
    args = record.args.values() if isinstance(record.args, dict) else record.args or ()
    if mask(message) != message or any(map(_holds_secret, args)):
        record.msg, record.args = mask(message), ()


def _redact_traceback(record: logging.LogRecord) -> None:
    if record.exc_info:
        trace = _formatter.formatException(record.exc_info)
        if mask(trace) != trace:
            record.exc_info, record.exc_text = None, mask(trace)


def _redact_rest(fields: dict[str, Any]) -> None:
    """Mask the names of threads and tasks, the stack, and what a caller has given as `extra`."""
    for name, value in fields.items():
        if isinstance(value, str):
            if name not in _SAFE:
                fields[name] = mask(value)
        elif name not in _STANDARD and mask(shown := repr(value)) != shown:
            fields[name] = mask(shown)


def _holds_secret(value: object) -> bool:
    return isinstance(value, str) and mask(value) != value
