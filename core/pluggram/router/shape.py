"""Shape: a pattern without the plain text it begins with. What many patterns have in common is read only once."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pluggram.router.syntax import Node, parse, prefix

KEPT = 256
"""So many shapes are remembered: bots with thousands of patterns write them by a few shapes."""

_HEAD = re.compile(r"[^\\.^$*+?{}\[\]|()]*(?![*+?{])")
_INDIVISIBLE = re.compile(r"\||\(\?[#aiLmsux]")


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What follows a pattern's head; made by `shape()`.

    source: as it is written. regex: compiled, ASCII only. tree: its syntax. literal: what every match begins with.
    """

    source: str
    regex: re.Pattern[str]
    tree: Node
    literal: str


def divided(source: str) -> tuple[str, str]:
    """Divide a pattern into plain text that it begins with, and the rest: a text matches both or not at all.

    The text is empty where the rest would mean something else by itself: alternatives, flags, comments, behind which
    flags and repeats may stand.
    """
    if _INDIVISIBLE.search(source):
        return "", source
    head = _HEAD.match(source)
    end = head.end() if head else 0
    return source[:end], source[end:]


@lru_cache(KEPT)
def shape(source: str) -> Shape:
    """Compile a shape. Raises what `re.compile` and `pluggram.router.syntax.parse` raise."""
    regex = re.compile(source, re.ASCII)
    tree = parse(source)
    return Shape(source, regex, tree, prefix(tree)[0])
