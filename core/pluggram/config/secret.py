"""Secrets, read when they are needed from where bot.toml says that they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pluggram.config.document import Document
from pluggram.config.problem import KeyPath, Problem, Severity
from pluggram.config.sources import SecretSource

_MOST = 4096  # bytes: more than any secret has, so that a wrong path does not read a wrong file whole
_CONTAINER_SECRETS = Path("/run/secrets")  # 0444 by default, in a container that has one user


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that has a key in bot.toml.

    name: what it is called in hints. shape: what it looks like, and `expected` in words. other: another variable that
    people use for it. made: how to make one.
    """

    key: KeyPath
    name: str
    shape: re.Pattern[str]
    expected: str
    other: str = ""
    made: str = ""

    def resolve(
        self, document: Document, source: SecretSource, environ: Mapping[str, str], folder: Path
    ) -> str | Problem:
        """Read it, or say what is wrong with it; the problem never quotes it.

        A variable or file that is not there is a warning: only `run` needs it. A text of another shape is an error.
        """
        if source.env is not None:
            return self._from_variable(document, source.env, environ)
        return self._from_file(document, folder / (source.file or ""))

    def warn(self, document: Document, source: SecretSource, folder: Path) -> list[Problem]:
        """Warn about a file that every user of the machine may read."""
        path = folder / (source.file or "")
        if source.file is None or path.is_relative_to(_CONTAINER_SECRETS) or not is_open_to_all(path):
            return []
        warning = document.problem(
            (*self.key, "file"),
            found=f"{path}, which every user of this machine may read",
            expected="a file that only the bot's user may read",
            hint=f"chmod 600 {path}",
            severity="warning",
        )
        return [warning]

    def _from_variable(self, document: Document, name: str, environ: Mapping[str, str]) -> str | Problem:
        text = environ.get(name, "").strip()
        if self.shape.fullmatch(text):
            return text
        if text:
            return self._problem(document, self.key, f"a text of another shape in ${name}", self.made)
        hint = f'export {name}=... or put the {self.name} into a file: {self.key[-1]} = {{ file = "..." }}'
        if self.made:
            hint = f"{self.made}\n{hint}"
        if self.other and name != self.other and environ.get(self.other):
            hint = f'{self.other} is set: to use it write {self.key[-1]} = {{ env = "{self.other}" }}'
        found = f"${name} is {'empty' if name in environ else 'not set'}"
        return self._problem(document, self.key, found, hint, "warning")

    def _from_file(self, document: Document, path: Path) -> str | Problem:
        found, severity = "", _ERROR
        try:
            with path.open("rb") as file:
                text = file.read(_MOST).decode("ascii").strip()
        except UnicodeDecodeError:
            found = f"something else than a {self.name} in {path}"
        except FileNotFoundError as error:
            found, severity = f"{path}: {error.strerror}", _WARNING
        except OSError as error:
            found = f"{path}: {error.strerror}"
        else:
            if self.shape.fullmatch(text):
                return text
            found = f"{path} is empty" if not text else f"something else than a {self.name} in {path}"
        hint = f"the file holds the {self.name} and nothing else: no name, no quotes"
        if self.made:
            hint = f"{hint}\n{self.made}"
        return self._problem(document, (*self.key, "file"), found, hint, severity)

    def _problem(
        self, document: Document, key: KeyPath, found: str, hint: str, severity: Severity = "error"
    ) -> Problem:
        return document.problem(key, found=found, expected=self.expected, hint=hint, severity=severity)


_ERROR: Severity = "error"
_WARNING: Severity = "warning"

TOKEN = Secret(
    ("bot", "token"),
    "token",
    re.compile(r"[0-9]{3,16}:[A-Za-z0-9_-]{30,64}"),
    "a bot's token as @BotFather gives it: digits, a colon, about 35 letters, digits, - and _",
    other="TELEGRAM_BOT_TOKEN",
)
WEBHOOK_SECRET = Secret(
    ("telegram", "webhook", "secret"),
    "secret",
    re.compile(r"[A-Za-z0-9_-]{16,256}"),  # Bot API, setWebhook, secret_token; and no short one
    "a secret of 16 to 256 letters, digits, - and _, by which Telegram proves that a post is its own",
    made='make one: python -c "import secrets; print(secrets.token_urlsafe(32))"',
)


def is_open_to_all(path: Path) -> bool:
    """Tell whether the file exists and its mode lets everyone read it (POSIX; nowhere else does the mode say this)."""
    try:
        return bool(path.stat().st_mode & 0o004)
    except (OSError, ValueError):
        return False
