"""Pattern: what a plugin's author writes to say which texts a handler answers."""

import re
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from pluggram.errors import PluggramError
from pluggram.router.backtracking import LONGEST
from pluggram.router.shape import Shape, divided, shape
from pluggram.router.syntax import Concat, Node, plain

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


class PatternError(PluggramError):
    """A pattern that is no regular expression, or not one of ours; the message shows it and says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A pattern, ready to be matched in full; made by `Pattern.compile()`.

    source: as its author wrote it. head: the plain text it begins with. rest: what follows, shared with all patterns
    that go on like this one.
    literal: the text that every match begins with, "" if there is none; its command word stands for any case.
    command: whether the command word is matched in any case.
    """

    source: str
    head: str
    rest: Shape
    literal: str
    command: bool

    @classmethod
    def compile(cls, source: str, *, command: bool = True) -> "Pattern":
        r"""Compile a pattern: `\d`, `\w` and `\s` are ASCII, whatever flags it sets.

        command: a text that begins with "/" has a command word, up to its first white space, which is matched in
        any case. Button data and inline queries are matched exactly: command=False.

        Raises PatternError when it is no regular expression, or asks for more than ASCII.
        """
        head, rest = divided(source)
        try:
            found = shape(rest)
        except re.error as error:
            position = None if error.pos is None else len(head) + error.pos
            where = "" if position is None else f", at {source[position:]!r} (position {position})"
            raise PatternError(f"pattern {source!r} is no regular expression: {error.msg}{where}") from error
        except (ValueError, OverflowError, RecursionError) as error:
            raise PatternError(f"pattern {source!r} cannot be used: {error}") from error
        return cls(source, head, found, head + found.literal, command)

    @property
    def tree(self) -> Node:
        """Its syntax."""
        return Concat((*plain(self.head), self.rest.tree))

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of its groups, in the order they are written."""
        return tuple(self.rest.regex.groupindex)

    def match(self, text: str) -> dict[str, str | None] | None:
        """Match the whole text: its named groups, None for one that took no part; None if the text does not match.

        A text of more than 4096 characters never matches.
        """
        if len(text) > LONGEST:
            return None
        # As in `_found`, which would cost a call for every text.
        found = self.rest.regex.fullmatch(text, len(self.head)) if text.startswith(self.head) else None
        if found is None and self.command and text.startswith("/"):
            found = self._match_in_own_case(text)
        return None if found is None else found.groupdict()

    def _match_in_own_case(self, text: str) -> re.Match[str] | None:
        """Match with the command word as the pattern writes it, so far as its literal goes, else in lower case."""
        word, own = _command_word(text), _command_word(self.literal)
        lowered = word.translate(_LOWER)
        if own != word[: len(own)] and lowered.startswith(own.translate(_LOWER)):
            found = self._found(own + text[len(own) :])
            if found is not None:
                return found
        return self._found(lowered + text[len(word) :]) if lowered != word else None

    def _found(self, text: str) -> re.Match[str] | None:
        return self.rest.regex.fullmatch(text, len(self.head)) if text.startswith(self.head) else None


def _command_word(text: str) -> str:
    return text.split(maxsplit=1)[0] if text.startswith("/") else ""
