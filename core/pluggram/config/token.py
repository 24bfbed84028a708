"""The bot's token, read when it is needed from where `bot.token` says that it is."""

import re
from collections.abc import Mapping
from pathlib import Path

from pluggram.config.document import Document
from pluggram.config.problem import Problem, Severity
from pluggram.config.tables import TokenSource

_TOKEN = re.compile(r"[0-9]{3,16}:[A-Za-z0-9_-]{30,64}")
_EXPECTED = "a bot's token as @BotFather gives it: digits, a colon, about 35 letters, digits, - and _"
_MOST = 4096  # bytes: more than any token has, so that a wrong path does not read a wrong file whole
_ERROR: Severity = "error"
_WARNING: Severity = "warning"
_CONTAINER_SECRETS = Path("/run/secrets")  # 0444 by default, in a container that has one user


def resolve(document: Document, source: TokenSource, environ: Mapping[str, str], folder: Path) -> str | Problem:
    """Read the token, or say what is wrong with it; the problem never quotes it.

    A variable or file that is not there is a warning: only `run` needs the token. A text that is none is an error.
    """
    if source.env is not None:
        return _from_variable(document, source.env, environ)
    return _from_file(document, folder / (source.file or ""))


def warn(document: Document, source: TokenSource, folder: Path) -> list[Problem]:
    """Warn about a token file that every user of the machine may read."""
    path = folder / (source.file or "")
    if source.file is None or path.is_relative_to(_CONTAINER_SECRETS) or not is_open_to_all(path):
        return []
    warning = document.problem(
        ("bot", "token", "file"),
        found=f"{path}, which every user of this machine may read",
        expected="a file that only the bot's user may read",
        hint=f"chmod 600 {path}",
        severity="warning",
    )
    return [warning]


def is_open_to_all(path: Path) -> bool:
    """Tell whether the file exists and its mode lets everyone read it (POSIX; nowhere else does the mode say this)."""
    try:
        return bool(path.stat().st_mode & 0o004)
    except (OSError, ValueError):
        return False


def _from_variable(document: Document, name: str, environ: Mapping[str, str]) -> str | Problem:
    text = environ.get(name, "").strip()
    if _TOKEN.fullmatch(text):
        return text
    found = f"a text of another shape in ${name}" if text else f"${name} is {'empty' if name in environ else 'not set'}"
    hint = "" if text else f'export {name}=... or put the token into a file: token = {{ file = "..." }}'
    if not text and name != "TELEGRAM_BOT_TOKEN" and environ.get("TELEGRAM_BOT_TOKEN"):
        hint = 'TELEGRAM_BOT_TOKEN is set: to use it write token = { env = "TELEGRAM_BOT_TOKEN" }'
    severity = _ERROR if text else _WARNING
    return document.problem(("bot", "token"), found=found, expected=_EXPECTED, hint=hint, severity=severity)


def _from_file(document: Document, path: Path) -> str | Problem:
    found, severity = "", _ERROR
    try:
        with path.open("rb") as file:
            text = file.read(_MOST).decode("ascii").strip()
    except UnicodeDecodeError:
        found = f"something else than a token in {path}"
    except FileNotFoundError as error:
        found, severity = f"{path}: {error.strerror}", _WARNING
    except OSError as error:
        found = f"{path}: {error.strerror}"
    else:
        if _TOKEN.fullmatch(text):
            return text
        found = f"{path} is empty" if not text else f"something else than a token in {path}"
    hint = "the file holds the token and nothing else: no name, no quotes"
    return document.problem(("bot", "token", "file"), found=found, expected=_EXPECTED, hint=hint, severity=severity)
