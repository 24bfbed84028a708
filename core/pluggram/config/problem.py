"""What is wrong with a configuration, told to the person who can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pluggram.errors import PluggramError

KeyPath = tuple[str | int, ...]
Severity = Literal["error", "warning"]
"""The way to a value: names of tables and keys, indices of arrays."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it stands, what was found there, what is expected, and how to get there.

    Its texts hold no secret: whoever makes one has masked what was found.
    """

    source: str
    """The file, or the environment variable that holds the value."""
    found: str
    expected: str
    key: str = ""
    """The full key, such as `bot.owners[1]`; empty when the problem is not about one key."""
    line: int | None = None
    column: int | None = None
    hint: str = ""
    severity: Severity = "error"

    def as_dict(self) -> dict[str, str | int | None]:
        """Return every field by its name, for `--json`."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)
        lines = [
            f"{place}: {self.key}" if self.key else place,
            f"  found:    {self.found}",
            f"  expected: {self.expected}",
        ]
        if self.hint:
            lines.append(f"  hint:     {self.hint}")
        return "\n".join(line.replace("\n", "\n            ") for line in lines)


class ConfigError(PluggramError):
    """The configuration cannot be used; `problems` says all that is wrong, not only the first thing."""

    exit_code = 78

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        title = "1 problem in the configuration" if count == 1 else f"{count} problems in the configuration"
        super().__init__("\n\n".join([f"{title}:", *map(str, self.problems)]))

    def as_dict(self) -> dict[str, list[dict[str, str | int | None]]]:
        """Return the problems as plain data, for `check --json`."""
        return {"problems": [problem.as_dict() for problem in self.problems]}
