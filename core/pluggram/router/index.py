"""Index: the handlers whose patterns a text matches, found in time that does not grow with their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Generic, TypeVar

from pluggram.router.pattern import Pattern
from pluggram.router.prefilter import Prefilter

T = TypeVar("T")
Groups = dict[str, str | None]
_Entry = tuple[int, Pattern, T]

_HEAD = 4  # characters; the longer, the fewer lengths lie behind one head
_FEW = 8  # patterns; so many are matched one by one as fast as the set is asked


class Index(Generic[T]):
    """Patterns, each with the value it stands for; the order in which they are given is the order of matching.

    A pattern lies under its literal, folded to one case, and a text is looked up by its beginning. Patterns that
    share one literal, or have none, are tried one by one if they are few, else behind a `Prefilter`.
    """

    def __init__(self, patterns: Iterable[tuple[Pattern, T]]) -> None:
        shelves: defaultdict[str, list[_Entry[T]]] = defaultdict(list)
        for order, (pattern, value) in enumerate(patterns):
            shelves[pattern.literal.casefold()].append((order, pattern, value))
        self._chains = _chains({literal: _Shelf(entries) for literal, entries in shelves.items()})
        self._loose = self._chains[""]
        self._lengths = _lengths(self._chains.keys())
        self._short = self._lengths[""]
        self._longest = max(map(len, self._chains))

    def matches(self, text: str) -> Iterator[tuple[T, Groups]]:
        """Find all patterns that match, in order: of each the value and the groups."""
        for _, pattern, value in self.candidates(text):
            groups = pattern.match(text)
            if groups is not None:
                yield value, groups

    def candidates(self, text: str) -> Sequence[_Entry[T]]:
        """List those that may match, in order: each with its place in it, its pattern and its value."""
        folded = text[: self._longest].casefold()
        for length in self._lengths.get(folded[:_HEAD], self._short):
            found = self._chains.get(folded[:length])
            if found is not None:
                return found.few if found.few is not None else found.candidates(text)
        return self._loose.candidates(text)


class _Shelf(Generic[T]):
    """The patterns of one literal, in order."""

    def __init__(self, entries: list[_Entry[T]]) -> None:
        self.entries = entries
        self._prefilter = Prefilter([pattern for _, pattern, _ in entries]) if len(entries) > _FEW else None

    def candidates(self, text: str) -> Sequence[_Entry[T]]:
        """List those that may match."""
        if self._prefilter is None:
            return self.entries
        return [self.entries[position] for position in self._prefilter.may_match(text)]


class _Chain(Generic[T]):
    """The shelves of a literal and of all literals that it begins with; `few` are all their patterns, if few."""

    def __init__(self, shelves: Sequence[_Shelf[T]]) -> None:
        self._shelves = shelves
        few = sum(len(shelf.entries) for shelf in shelves) <= _FEW
        self.few = _in_order([shelf.entries for shelf in shelves]) if few else None

    def candidates(self, text: str) -> Sequence[_Entry[T]]:
        """List those that may match, in order."""
        return self.few if self.few is not None else _in_order([shelf.candidates(text) for shelf in self._shelves])


def _in_order(parts: Sequence[Sequence[_Entry[T]]]) -> Sequence[_Entry[T]]:
    return parts[0] if len(parts) == 1 else sorted(chain.from_iterable(parts), key=itemgetter(0))


def _chains(shelves: Mapping[str, _Shelf[T]]) -> dict[str, _Chain[T]]:
    """Chain each literal to those that it begins with; "" is there even if no pattern is without one."""
    chains = {}
    lengths = sorted({len(literal) for literal in shelves})
    for literal in ("", *shelves):
        beginnings = [literal[:length] for length in lengths if length <= len(literal)]
        chains[literal] = _Chain([shelves[beginning] for beginning in beginnings if beginning in shelves])
    return chains


def _lengths(literals: Collection[str]) -> dict[str, tuple[int, ...]]:
    """List by head the lengths of the literals that a text may begin with, longest first; "" is any other head."""
    short = {len(literal) for literal in literals if 0 < len(literal) < _HEAD}
    lengths = {"": short}
    for literal in literals:
        if len(literal) >= _HEAD:
            head = literal[:_HEAD]
            lengths.setdefault(head, {n for n in short if head[:n] in literals}).add(len(literal))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
