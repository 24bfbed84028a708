"""What was meant: the commands nearest to a text that nobody answers."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pluggram import Handler

MOST = 3
"""How many suggestions are made at most."""
LONGEST = 64
"""Characters of what someone wrote that a suggestion may repeat; Telegram's commands have at most 32."""

_VERY_NEAR, _NEAR = 0.8, 0.6  # difflib's ratio: 1 is the same word
_WRITTEN = re.compile(
    r"(?P<slash>/?)(?=[^\s@])(?P<stem>[^\s\d@]*)(?P<tail>[^\s@]*)(?:@\S*)?(?P<rest>[\s\S]*)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to write instead: `text` as it is, or in the form and by the example of a handler."""

    text: str
    handler: Handler | None = None

    @property
    def example(self) -> str | None:
        """An example of the form, where it shows more than the form itself."""
        return (
            next((example for example in self.handler.examples if example != self.text), None) if self.handler else None
        )

    @property
    def question(self) -> str:
        """The suggestion as the end of a question."""
        return f"{self.text}?" + (f" For example: {self.example}" if self.example else "")

    def __str__(self) -> str:
        return f"{self.text}, for example {self.example}" if self.example else self.text


def suggest(text: str, usable: Sequence[Handler], answered: Callable[[str], bool]) -> list[Suggestion]:
    """Find what is nearest to a text among the handlers that the asker may use, best first.

    `answered` tells whether one of them would answer a text: only such a text is suggested as it is.
    """
    written = _WRITTEN.match(text[: 4 * LONGEST])
    if written is None:
        return []
    slash, stem, tail, rest = written.group("slash", "stem", "tail", "rest")
    found: list[Suggestion] = []
    for command in _near(stem, tail, [h.command for h in usable if h.command], strict=not slash):
        family = [handler for handler in usable if handler.command == command]
        whole = _first([command + tail + rest.rstrip()] if slash or not rest.strip() else [], answered)
        near = whole or _first(_repaired(command, tail or rest.strip(), family), answered)
        found += [Suggestion(near)] if near else []
        found += [] if whole else [Suggestion(handler.form, handler) for handler in family]
    return list(dict.fromkeys(found))[:MOST]


def _near(stem: str, tail: str, commands: Sequence[str], *, strict: bool) -> Sequence[str]:
    """Give the commands near to what was written, with the digits behind it (`/mp3`) or without (`/postno0042`).

    Where some are very near, those that are less so are no help; `strict` takes no other.
    """
    names = sorted({command[1:] for command in commands})
    near: list[str] = []
    for word in dict.fromkeys((stem.lower(), (stem + tail).lower())):
        cutoffs = (_VERY_NEAR,) if strict else (_VERY_NEAR, _NEAR)
        tries = (difflib.get_close_matches(word[:LONGEST], names, MOST, cutoff) for cutoff in cutoffs)
        near += next(filter(None, tries), [])
        if len(word) > 2 and not strict:
            near += [name for name in names if name.startswith(word)]
    return [f"/{name}" for name in dict.fromkeys(near)]


def _repaired(command: str, digits: str, family: Sequence[Handler]) -> Iterator[str]:
    """Give texts of a family with these digits, as they are and with as many as its examples have."""
    if digits.isdecimal() and digits.isascii():
        yield command + digits
        widths = {len(example) - len(command) for handler in family for example in handler.examples}
        yield from (command + digits.lstrip("0").zfill(width) for width in sorted(widths))


def _first(texts: Iterable[str], answered: Callable[[str], bool]) -> str | None:
    """Give the first text that can be repeated safely and would be answered."""
    return next((text for text in texts if len(text) <= LONGEST and text.isprintable() and answered(text)), None)
