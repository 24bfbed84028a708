"""A pattern's syntax tree: Python's own parse of it, reduced to what the analyses of this room ask."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

# The parser has no public name: `sre_parse` is deprecated since Python 3.11 and is this same module.
from re import RegexFlag, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

ABOVE = 1 << 256
"""In a mask: every character above U+00FF; the bits below it are the first 256 characters, one each."""
ANY = (ABOVE << 1) - 1
"""The mask of all characters."""


@dataclass(frozen=True, slots=True)
class CharSet:
    """One character out of a set.

    mask: a superset of the characters it takes, as bits (see `ABOVE`).
    text: the character itself, where the pattern writes one; under `(?i)` it stands for both cases.
    """

    mask: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Concat:
    """One part after the other; without parts, the empty text."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of several alternatives."""

    ways: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """The body, `low` to `high` times (None: without end); possessive: as often as it can, never less."""

    body: "Node"
    low: int
    high: int | None
    possessive: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A lookahead or lookbehind: its body is matched, but takes no text."""

    body: "Node"


Node = CharSet | Concat | Choice | Repeat | Look
"""A back-reference is a Repeat of any characters, `^`, `$` and `\\b` are empty: nothing a pattern matches is lost."""

_EMPTY = Concat(())


def parse(source: str) -> Node:
    """Parse a pattern as `re.compile(source, re.ASCII)` does.

    Raises what `re.compile` raises, and ValueError for `(?u:...)`, which would take back the ASCII digits.
    """
    parsed = _parser.parse(source, RegexFlag.ASCII)
    return _concat(parsed, parsed.state.flags)


def plain(text: str) -> tuple[Node, ...]:
    """Give the parts of a pattern that is this text, character by character."""
    return tuple(_literal(ord(character), 0) for character in text)


def prefix(node: Node) -> tuple[str, bool]:
    """Find the text that everything it matches begins with, and whether that is all there is to match."""
    match node:
        case CharSet(text=str(text)):
            return text, True
        case Concat(parts):
            return _joined(map(prefix, parts))
        case Choice(ways):
            found = [prefix(way) for way in ways]
            return found[0] if len(set(found)) == 1 else (_common(text for text, _ in found), False)
        case Look():
            return "", True
        case _:
            return "", False


def same_in_any_case(mask: int) -> int:
    """Widen the mask by the other case of each ASCII letter in it."""
    upper, lower = mask & _UPPER, mask & _LOWER
    return mask | upper << 32 | lower >> 32


def mask_of(characters: Iterable[str]) -> int:
    """Make the mask of these characters."""
    mask = 0
    for character in characters:
        mask |= 1 << min(ord(character), 256)
    return mask


def _joined(prefixes: Iterable[tuple[str, bool]]) -> tuple[str, bool]:
    text = ""
    for more, whole in prefixes:
        text += more
        if not whole:
            return text, False
    return text, True


def _common(texts: Iterable[str]) -> str:
    first, *others = sorted(texts)
    last = others[-1] if others else first
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length]


def _between(low: int, high: int) -> int:
    mask = (1 << min(high, 255) + 1) - (1 << low) if low < 256 else 0
    return mask | ABOVE if high > 255 else mask


_UPPER, _LOWER = _between(ord("A"), ord("Z")), _between(ord("a"), ord("z"))
_DIGIT = _between(ord("0"), ord("9"))
_WORD = _DIGIT | _UPPER | _LOWER | mask_of("_")
_SPACE = mask_of(" \t\n\r\f\v")
_LINE = ANY & ~mask_of("\n")
_CATEGORIES: dict[Any, int] = {
    _constants.CATEGORY_DIGIT: _DIGIT,
    _constants.CATEGORY_NOT_DIGIT: ANY & ~_DIGIT,
    _constants.CATEGORY_SPACE: _SPACE,
    _constants.CATEGORY_NOT_SPACE: ANY & ~_SPACE,
    _constants.CATEGORY_WORD: _WORD,
    _constants.CATEGORY_NOT_WORD: ANY & ~_WORD,
}


def _concat(parsed: Any, flags: int) -> Node:
    parts = tuple(_READERS[op](argument, flags) for op, argument in parsed)
    return parts[0] if len(parts) == 1 else Concat(parts)


def _literal(code: int, flags: int) -> Node:
    mask = mask_of(chr(code))
    return CharSet(same_in_any_case(mask) if flags & RegexFlag.IGNORECASE else mask, chr(code))


def _not_literal(code: int, flags: int) -> Node:
    return _set([(_constants.NEGATE, None), (_constants.LITERAL, code)], flags)


def _set(items: list[tuple[Any, Any]], flags: int) -> Node:
    mask = 0
    for op, argument in items:
        if op is _constants.CATEGORY:
            mask |= _CATEGORIES[argument]
        elif op is not _constants.NEGATE:
            low, high = argument if op is _constants.RANGE else (argument, argument)
            mask |= _between(low, high)
    if flags & RegexFlag.IGNORECASE:
        mask = same_in_any_case(mask)
    negated = items[0][0] is _constants.NEGATE
    return CharSet(ANY & ~mask | ABOVE if negated else mask)


def _any(_: None, flags: int) -> Node:
    return CharSet(ANY if flags & RegexFlag.DOTALL else _LINE)


def _choice(argument: tuple[None, list[Any]], flags: int) -> Node:
    return Choice(tuple(_concat(way, flags) for way in argument[1]))


def _conditional(argument: tuple[int, Any, Any], flags: int) -> Node:
    _, yes, no = argument
    return Choice((_concat(yes, flags), _concat(no or [], flags)))


def _group(argument: tuple[int | None, int, int, Any], flags: int) -> Node:
    _, added, removed, body = argument
    if added & RegexFlag.UNICODE:
        raise ValueError("(?u:...) is not taken: digits and letters in a pattern are ASCII")
    return _concat(body, flags & ~removed | added)


def _repeat(argument: tuple[int, Any, Any], flags: int) -> Node:
    low, high, body = argument
    return Repeat(_concat(body, flags), low, None if high is _constants.MAXREPEAT else int(high))


def _possessive(argument: tuple[int, Any, Any], flags: int) -> Node:
    low, high, body = argument
    return Repeat(_concat(body, flags), low, None if high is _constants.MAXREPEAT else int(high), possessive=True)


def _atomic(body: Any, flags: int) -> Node:
    if len(body) == 1 and body[0][0] is _constants.MAX_REPEAT:
        return _possessive(body[0][1], flags)
    return _concat(body, flags)


def _look(argument: tuple[int, Any], flags: int) -> Node:
    return Look(_concat(argument[1], flags))


def _reference(*_: object) -> Node:
    return Repeat(CharSet(ANY), 0, None)


def _empty(*_: object) -> Node:
    return _EMPTY


def _failure(*_: object) -> Node:
    return CharSet(0)


_READERS: dict[Any, Callable[[Any, int], Node]] = {
    _constants.LITERAL: _literal,
    _constants.NOT_LITERAL: _not_literal,
    _constants.IN: _set,
    _constants.ANY: _any,
    _constants.BRANCH: _choice,
    _constants.GROUPREF_EXISTS: _conditional,
    _constants.SUBPATTERN: _group,
    _constants.MAX_REPEAT: _repeat,
    _constants.MIN_REPEAT: _repeat,
    _constants.POSSESSIVE_REPEAT: _possessive,
    _constants.ATOMIC_GROUP: _atomic,
    _constants.ASSERT: _look,
    _constants.ASSERT_NOT: _look,
    _constants.GROUPREF: _reference,
    _constants.AT: _empty,
    _constants.FAILURE: _failure,
}
