"""Whether a pattern can backtrack catastrophically on Python's engine: found by analysis, before any text comes.

The engine tries every way to read a text until one fits. A pattern is refused when the number of ways can explode:
with every character (a loop that reads one text in two ways), with the third power of the length (three loops in a
row that read the same text), or by sheer number of alternatives. What is counted are the paths through the automaton
of `pluggram.router.automaton`; the theory is Weber and Seidl, "On the degree of ambiguity of finite automata" (1991).
Doubt counts as ambiguity: a pattern that passes is safe, one that is refused need not be slow.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import dropwhile
from typing import TypeVar

from pluggram.router.automaton import START, Automaton, TooLargeError
from pluggram.router.shape import KEPT, shape
from pluggram.router.syntax import ANY, CharSet, Concat, Node, mask_of

LONGEST = 4096
"""The longest text that is matched, in characters: Telegram's own limit for a message."""

_DEGREE = 2  # .*foo.* on 4096 characters takes some 20 ms; a third .* would take a minute
_STEPS = 1 << 27
_SEARCH = 500_000
_READABLE = "abcdefghijklmnopqrstuvwxyz0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ_-/.,:@"
_TOO_LARGE = "it is too large or too intricate to be checked: write it shorter"

_State = TypeVar("_State")
_Steps = Iterator[tuple[_State, int]]


class _CatastropheError(Exception):
    """Carries the reason why a pattern is refused."""


@lru_cache(KEPT)
def catastrophic(source: str) -> str | None:
    """Say why a pattern can backtrack catastrophically, in words for its author; None if it cannot.

    source: a pattern that compiles. One too large to be analysed is refused too.
    """
    try:
        degree, ways = _effort(_behind_its_beginning(shape(source).tree))
    except (TooLargeError, RecursionError):
        return _TOO_LARGE
    except _CatastropheError as catastrophe:
        return str(catastrophe)
    if degree > _DEGREE:
        return "a lookaround that searches, inside a pattern that searches: use one of the two"
    if ways * LONGEST**degree > _STEPS:
        return f"its optional parts and alternatives overlap: one text can be read in {ways:,} ways"
    return None


def _behind_its_beginning(tree: Node) -> Node:
    """Leave out the characters that every text begins with, for there is one way to read them."""
    return (
        Concat(tuple(dropwhile(lambda part: isinstance(part, CharSet), tree.parts)))
        if isinstance(tree, Concat)
        else tree
    )


def _effort(tree: Node) -> tuple[int, int]:
    """Bound the power of the text's length that matching can cost, and the ways to read one text besides."""
    automaton = Automaton(tree)
    for loop in automaton.loops:
        if (text := _ambiguous(automaton, loop)) is not None:
            raise _CatastropheError(f"a repeat can read {text!r} in two ways, and every further one doubles the time: "
                               "do not nest repeats, and let alternatives begin differently")  # fmt: skip
    degree, ways = _degree(automaton), _ways(automaton)
    looks = [_effort(body) for body in automaton.looks]
    return degree + max((d for d, _ in looks), default=0), ways * max((w for _, w in looks), default=1)


def _ambiguous(automaton: Automaton, loop: range) -> str | None:
    """Find a text that leads round the loop in two ways, from where they part to where they meet again."""
    edges = {state: _edges(automaton, state, loop) for state in loop}
    for state in loop:
        for target, label in edges[state]:
            if automaton.follow[state][target] > 1:
                return _sample(label)

    def steps(pair: tuple[int, int]) -> _Steps[tuple[int, int]]:
        one, other = pair
        for left, mask in edges[one]:
            for right, label in edges[other]:
                if (one != other or left < right) and mask & label:
                    yield (left, right), mask & label

    return _path(((state, state) for state in loop), steps, lambda pair: pair[0] == pair[1])


def _degree(automaton: Automaton) -> int:
    """Count the most loops in a row that can each give up some of the same text to the next one; 0 without a loop."""
    degrees: list[int] = []
    for number, loop in enumerate(automaton.loops):
        degree = 1
        for earlier, degree_there in zip(automaton.loops[:number], degrees, strict=True):
            if degree_there >= degree and loop.start in _reachable(automaton, earlier.start):
                text = _shared(automaton, earlier, loop)
                degree = max(degree, degree_there + (text is not None))
                if degree > _DEGREE:
                    raise _CatastropheError(f"three repeats in a row can each take {text!r}, so that a long text takes "
                                       "minutes: let all but the last take less, such as \\S+ or [^,]*")  # fmt: skip
        degrees.append(degree)
    return max(degrees, default=0)


def _shared(automaton: Automaton, earlier: range, later: range) -> str | None:
    """Find a text that leads round the earlier loop, round the later one, and from the first to the second."""
    between = range(earlier.start, later.stop)
    near = {state: _edges(automaton, state, earlier) for state in earlier}
    middle = {state: _edges(automaton, state, between) for state in between}
    far = {state: _edges(automaton, state, later) for state in later}

    def steps(states: tuple[int, int, int]) -> _Steps[tuple[int, int, int]]:
        for one, mask in near[states[0]]:
            for three, also in far[states[2]]:
                if common := mask & also:
                    for two, label in middle[states[1]]:
                        if common & label:
                            yield (one, two, three), common & label

    for left in earlier:
        for right in later:
            if (text := _path([(left, left, right)], steps, (left, right, right).__eq__)) is not None:
                return text
    return None


def _ways(automaton: Automaton) -> int:
    """Bound the number of ways to read one text, apart from how long each loop runs."""
    ways = [1] * len(automaton.masks)
    loop_of = {state: loop for loop in automaton.loops for state in loop}
    for state in reversed(range(START, len(ways))):
        group = loop_of.get(state, range(state, state + 1))
        onward = [(label, automaton.follow[state][target] * ways[target])
                  for target, label in _edges(automaton, state) if target not in group]  # fmt: skip
        most = max(ways[state], _heaviest(onward))
        for member in group:
            ways[member] = most
    return ways[START]


def _heaviest(weighed: Iterable[tuple[int, int]]) -> int:
    """Find the greatest sum of weights over the masks that one character is in."""
    sums = {0: ANY}
    for mask, weight in weighed:
        split: dict[int, int] = {}
        for total, characters in sums.items():
            split[total] = split.get(total, 0) | characters & ~mask
            split[total + weight] = split.get(total + weight, 0) | characters & mask
        sums = {total: characters for total, characters in split.items() if characters}
    return max(sums)


def _edges(automaton: Automaton, state: int, within: range | None = None) -> list[tuple[int, int]]:
    """List the states that may follow, and the characters that lead there."""
    return [
        (target, label)
        for target in automaton.follow[state]
        if (within is None or target in within) and (label := automaton.label(state, target))
    ]


def _reachable(automaton: Automaton, start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        new = automaton.follow[waiting.pop()].keys() - found
        found |= new
        waiting += new
    return found


def _path(
    starts: Iterable[_State], steps: Callable[[_State], _Steps[_State]], arrived: Callable[[_State], bool]
) -> str | None:
    """Find a text that leads from one of the starts to a goal, in at least one step. Raises TooLargeError."""
    texts = dict.fromkeys(starts, "")
    waiting, tries = list(texts), 0
    for state in waiting:
        for target, label in steps(state):
            tries += 1
            if tries > _SEARCH:
                raise TooLargeError
            if arrived(target):
                return texts[state] + _sample(label)
            if target not in texts:
                texts[target] = texts[state] + _sample(label)
                waiting.append(target)
    return None


def _sample(mask: int) -> str:
    """Pick a character of the mask, one that people can read if there is one."""
    readable = next((c for c in _READABLE if mask & mask_of(c)), None)
    return readable or chr((mask & -mask).bit_length() - 1)
