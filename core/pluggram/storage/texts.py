"""The rows of a namespace that is held in memory: key -> JSON text."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import islice

from pluggram.storage.names import prefix_end
from pluggram.storage.values import Json, decode

NULL = "null"
"""The text of a null that someone wrote into a file: absent for every verb, kept until a value replaces it."""


class Texts(dict[str, str]):
    """JSON text by key. It keeps its keys in order from page to page, as long as none comes or goes.

    It is changed by setting and deleting single keys only.
    """

    _in_order: list[str] | None = None

    def in_order(self) -> list[str]:
        """Return the keys, ordered by code point; treat the list as read-only."""
        if self._in_order is None:
            self._in_order = sorted(self)
        return self._in_order

    def __setitem__(self, key: str, text: str) -> None:
        if key not in self:
            self._in_order = None
        super().__setitem__(key, text)

    def __delitem__(self, key: str) -> None:
        self._in_order = None
        super().__delitem__(key)


class TextRows:
    """Rows over a dict, which is changed in place."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.changed = False

    def read(self, key: str) -> str | None:
        """Return the JSON text under `key`; None if absent."""
        text = self.texts.get(key)
        return None if text == NULL else text

    def write(self, key: str, text: str | None) -> None:
        """Set the JSON text under `key`; None removes it."""
        old = self.read(key)
        if text == old:
            return
        self.changed = True
        if text is None:
            del self.texts[key]
        else:
            self.texts[key] = text


def count(texts: Mapping[str, str], prefix: str) -> int:
    """Count the values whose key begins with `prefix`."""
    if not prefix:
        return len(texts) - list(texts.values()).count(NULL)
    return sum(1 for _ in _found(texts, prefix, None))


def page(texts: Mapping[str, str], prefix: str, after: str | None, limit: int | None) -> list[tuple[str, Json]]:
    """Return the first `limit` pairs whose key begins with `prefix` and is greater than `after`, in order."""
    return [(key, decode(texts[key])) for key in islice(_found(texts, prefix, after), limit)]


def _found(texts: Mapping[str, str], prefix: str, after: str | None) -> Iterator[str]:
    keys = texts.in_order() if isinstance(texts, Texts) else sorted(texts)
    end = prefix_end(prefix)
    first = bisect_left(keys, prefix) if after is None or after < prefix else bisect_right(keys, after)
    last = len(keys) if end is None else bisect_left(keys, end)
    return (keys[place] for place in range(first, last) if texts[keys[place]] != NULL)
