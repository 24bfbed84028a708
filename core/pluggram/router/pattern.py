"""Pattern: what a plugin's author writes to say which texts a handler answers."""

import re
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from pluggram.errors import PluggramError
from pluggram.router.backtracking import LONGEST
from pluggram.router.syntax import Node, parse, prefix

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


class PatternError(PluggramError):
    """A pattern that is no regular expression, or not one of ours; the message shows it and says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A pattern, ready to be matched in full; made by `Pattern.compile()`.

    source: as its author wrote it. regex: compiled, ASCII only. tree: its syntax.
    literal: the text that every match begins with, "" if there is none; its command word stands for any case.
    command: whether the command word is matched in any case.
    """

    source: str
    regex: re.Pattern[str]
    tree: Node
    literal: str
    command: bool

    @classmethod
    def compile(cls, source: str, *, command: bool = True) -> "Pattern":
        r"""Compile a pattern: `\d`, `\w` and `\s` are ASCII, whatever flags it sets.

        command: a text that begins with "/" has a command word, up to its first white space, which is matched in
        any case. Button data and inline queries are matched exactly: command=False.

        Raises PatternError when it is no regular expression, or asks for more than ASCII.
        """
        try:
            regex = re.compile(source, re.ASCII)
            tree = parse(source)
        except re.error as error:
            where = "" if error.pos is None else f", at {source[error.pos :]!r} (position {error.pos})"
            raise PatternError(f"pattern {source!r} is no regular expression: {error.msg}{where}") from error
        except (ValueError, OverflowError, RecursionError) as error:
            raise PatternError(f"pattern {source!r} cannot be used: {error}") from error
        return cls(source, regex, tree, prefix(tree)[0], command)

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of its groups, in the order they are written."""
        return tuple(self.regex.groupindex)

    def match(self, text: str) -> dict[str, str | None] | None:
        """Match the whole text: its named groups, None for one that took no part; None if the text does not match.

        A text of more than 4096 characters never matches.
        """
        if len(text) > LONGEST:
            return None
        found = self.regex.fullmatch(text)
        if found is None and self.command and text.startswith("/"):
            found = self._match_in_own_case(text)
        return None if found is None else found.groupdict()

    def _match_in_own_case(self, text: str) -> re.Match[str] | None:
        """Match with the command word as the pattern writes it, so far as its literal goes, else in lower case."""
        word, own = _command_word(text), _command_word(self.literal)
        lowered = word.translate(_LOWER)
        if own != word[: len(own)] and lowered.startswith(own.translate(_LOWER)):
            found = self.regex.fullmatch(own + text[len(own) :])
            if found is not None:
                return found
        return self.regex.fullmatch(lowered + text[len(word) :]) if lowered != word else None


def _command_word(text: str) -> str:
    return text.split(maxsplit=1)[0] if text.startswith("/") else ""
