"""A set of patterns asked all at once: which of them a text may match, in time that does not grow with their number."""

from collections.abc import Sequence
from typing import Protocol

from pluggram.router.pattern import Pattern
from pluggram.router.syntax import ABOVE, CharSet, Choice, Concat, Look, Node, Repeat, same_in_any_case

_MEMORY = 64 << 20
_COUNTED = 16
_EVERYTHING = "(?s).*"


class _Set(Protocol):
    def Add(self, pattern: str) -> int: ...  # noqa: N802
    def Compile(self) -> None: ...  # noqa: N802
    def Match(self, text: str) -> list[int]: ...  # noqa: N802


class Prefilter:
    """An re2 set over some patterns. It may name a pattern that does not match, but never misses one that does.

    re2 reads a regular expression otherwise than `re` here and there, and knows neither lookaround nor
    back-references; so it is given not the pattern but one of its own that takes all that the pattern takes.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._all = range(len(patterns))
        self._set = _compiled([_widened(p.tree, any_case=p.command) for p in patterns])

    def may_match(self, text: str) -> Sequence[int]:
        """Give the positions of the patterns that may match, in order."""
        if self._set is None:
            return self._all
        try:
            found = self._set.Match(text)
        except UnicodeEncodeError:  # a lone surrogate
            return self._all
        found.sort()
        # The last of the set takes everything: without it, re2 ran out of memory.
        return found[:-1] if found and found[-1] == len(self._all) else self._all


def _compiled(expressions: Sequence[str]) -> _Set | None:
    """Compile the set, with one more expression that takes every text; None if it is too large for re2."""
    import re2  # type: ignore[import-untyped] # 11 ms, which a bot whose patterns begin with commands need not pay

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    patterns: _Set = re2.Set.FullMatchSet(options)
    for expression in (*expressions, _EVERYTHING):
        try:
            patterns.Add(expression)
        except re2.error:  # too large
            patterns.Add(_EVERYTHING)
    try:
        patterns.Compile()
    except re2.error:
        return None
    return patterns


def _widened(node: Node, any_case: bool) -> str:
    """Write an expression in re2's words that takes at least all texts that the tree takes."""
    match node:
        case CharSet(mask):
            return _class(same_in_any_case(mask) if any_case else mask)
        case Concat(parts):
            return "".join(_widened(part, any_case) for part in parts)
        case Choice(ways):
            return f"(?:{'|'.join(_widened(way, any_case) for way in ways)})"
        case Repeat(body, low, high):
            high = None if high is None or high > _COUNTED else high
            return f"(?:{_widened(body, any_case)}){{{min(low, _COUNTED)},{'' if high is None else high}}}"
        case Look():
            return ""


def _class(mask: int) -> str:
    ranges, code = [], 0
    while rest := (mask & ABOVE - 1) >> code:
        code += (rest & -rest).bit_length() - 1
        length = (~(mask >> code) & (mask >> code) + 1).bit_length() - 1
        ranges.append(rf"\x{{{code:x}}}-\x{{{min(code + length, 256) - 1:x}}}")
        code += length
    if mask & ABOVE:
        ranges.append(r"\x{100}-\x{10ffff}")
    return f"[{''.join(ranges)}]" if ranges else r"[^\x{0}-\x{10ffff}]"
