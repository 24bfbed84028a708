"""The rows of a namespace that is held in memory: key -> JSON text."""

import heapq
from collections.abc import Mapping

from pluggram.storage.values import Json, decode

NULL = "null"
"""The text of a null that someone wrote into a file: absent for every verb, kept until a value replaces it."""


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
    return sum(1 for key, text in texts.items() if text != NULL and key.startswith(prefix))


def page(texts: Mapping[str, str], prefix: str, after: str | None, limit: int | None) -> list[tuple[str, Json]]:
    """Return the first `limit` pairs whose key begins with `prefix` and is greater than `after`, in order."""
    keys = (
        key for key, text in texts.items() if key.startswith(prefix) and (after is None or key > after) and text != NULL
    )
    chosen = sorted(keys) if limit is None else heapq.nsmallest(limit, keys)
    return [(key, decode(texts[key])) for key in chosen]
