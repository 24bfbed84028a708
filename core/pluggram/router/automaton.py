"""The position automaton of a pattern (Glushkov): its states are the pattern's characters, its edges what may follow.

An edge says in how many ways the engine gets from one character to the next. That number is what tells `a*`
from `(a*)*`, and it counts as Python's engine walks: a repeat that took nothing ends there, but the engine
tries it, so the end of `(a?)*` is reached in two ways.
"""

from collections.abc import Iterable, Mapping
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple

from pluggram.router.syntax import CharSet, Choice, Concat, Look, Node, Repeat

EXPANDED = 16
"""A repeat of up to so many times is written out; above it is taken as one without end."""
POSITIONS = 1000
"""The largest automaton that is built."""

START = 0
"""The state before the first character."""


class TooLargeError(Exception):
    """A pattern whose automaton has more than `POSITIONS` states."""


Ways = Mapping[int, int]
"""The number of ways by state."""


class Part(NamedTuple):
    """How a part of the pattern joins its neighbours: the ways to take nothing, to begin and to end at a state."""

    empty: int = 1
    first: Ways = MappingProxyType({})
    last: Ways = MappingProxyType({})


class Automaton:
    """The position automaton of one tree.

    masks: the characters that lead into a state. follow: from a state, the ways to each next one.
    loops: the states of each outermost repeat without end, in order; each reaches all others of its loop.
    looks: the bodies of lookarounds, which are automata of their own.

    Raises TooLargeError.
    """

    def __init__(self, tree: Node) -> None:
        self.masks = [0]
        self.follow: list[dict[int, int]] = [{}]
        self.loops: list[range] = []
        self.looks: list[Node] = []
        self._possessive: set[int] = set()
        self._connect({START: 1}, self._part(tree).first)

    def label(self, source: int, target: int) -> int:
        """Give the characters that lead along an edge; what a possessive repeat would take does not lead out of it."""
        if source in self._possessive and source != target:
            return self.masks[target] & ~self.masks[source]
        return self.masks[target]

    def _part(self, node: Node) -> Part:
        match node:
            case CharSet(mask):
                return self._state(mask)
            case Concat(parts):
                return self._sequence(parts)
            case Choice(ways):
                return _either(tuple(self._part(way) for way in ways))
            case Repeat():
                return self._repeat(node)
            case Look(body):
                self.looks.append(body)
                return Part()

    def _state(self, mask: int) -> Part:
        if len(self.masks) >= POSITIONS:
            raise TooLargeError
        state = len(self.masks)
        self.masks.append(mask)
        self.follow.append({})
        return Part(0, {state: 1}, {state: 1})

    def _sequence(self, nodes: Iterable[Node]) -> Part:
        whole = Part()
        for node in nodes:
            whole = self._then(whole, self._part(node))
        return whole

    def _then(self, left: Part, right: Part) -> Part:
        self._connect(left.last, right.first)
        return Part(
            left.empty * right.empty,
            _sum(left.first, right.first, left.empty),
            _sum(right.last, left.last, right.empty),
        )

    def _repeat(self, node: Repeat) -> Part:
        """Write out the required times one after the other, then the optional ones."""
        body, low, high, empty = node.body, node.low, node.high, nullable(node.body)
        if high is not None and high <= EXPANDED:
            return self._then(self._sequence(repeat(body, low)), self._at_most(body, high - low))
        if low > EXPANDED:
            low = EXPANDED if empty else 1
        if empty or low == 0:
            return self._then(self._sequence(repeat(body, low)), self._loop(node))
        return self._then(self._sequence(repeat(body, low - 1)), self._loop(node)._replace(empty=0))

    def _at_most(self, body: Node, times: int) -> Part:
        """`(?:body(?:body(?:body)?)?)?`."""
        whole = Part()
        for copy in reversed([self._part(body) for _ in range(times)]):
            more = self._then(copy, whole)
            whole = more._replace(empty=more.empty + 1)
        return whole

    def _loop(self, node: Repeat) -> Part:
        """Take the body any number of times; one time that took nothing is the last one."""
        begin = len(self.masks)
        body = self._part(node.body)
        self._connect(body.last, body.first)
        self._remember(range(begin, len(self.masks)))
        if node.possessive and node.high is None and isinstance(node.body, CharSet):
            self._possessive.add(begin)
        return Part(body.empty + 1, body.first, _sum({}, body.last, body.empty + 1))

    def _remember(self, loop: range) -> None:
        while self.loops and self.loops[-1].start >= loop.start:
            self.loops.pop()
        if loop:
            self.loops.append(loop)

    def _connect(self, ends: Ways, begins: Ways) -> None:
        for end, ways_out in ends.items():
            follow = self.follow[end]
            for begin, ways_in in begins.items():
                if not (end == begin and end in self._possessive):
                    follow[begin] = follow.get(begin, 0) + ways_out * ways_in


def nullable(node: Node) -> bool:
    """Whether it can take no text at all."""
    match node:
        case CharSet():
            return False
        case Concat(parts):
            return all(map(nullable, parts))
        case Choice(ways):
            return any(map(nullable, ways))
        case Repeat(body, low):
            return low == 0 or nullable(body)
        case Look():
            return True


def _either(parts: tuple[Part, ...]) -> Part:
    first: Ways = {}
    last: Ways = {}
    for part in parts:
        first, last = _sum(first, part.first, 1), _sum(last, part.last, 1)
    return Part(sum(part.empty for part in parts), first, last)


def _sum(some: Ways, others: Ways, times: int) -> Ways:
    """Add the others to some, each so many times."""
    if not (times and others):
        return some
    whole = dict(some)
    for state, ways in others.items():
        whole[state] = whole.get(state, 0) + ways * times
    return whole
