"""Masks: the secrets of this process, taken out of every text that leaves it."""

import re
from collections.abc import Iterator
from urllib.parse import quote

MASK = "***"

SHORTEST = 8
"""Characters that a secret has at least: a shorter text is masked nowhere, for it may be a word."""

_UNKNOWN = r"(?<![0-9])[0-9]{6,}+(?::|%3[Aa])[A-Za-z0-9_-]{30,}+|(?<=://)[^\s/?#@:]*+:[^\s/?#@]++(?=@)"
"""What is masked although nobody has told of it: a bot's token, and user and password in a URL.

Whatever is written in a text, it is read once: people in chat may choose what an error repeats.
"""
_HALVES = re.compile(r"([0-9]+):([A-Za-z0-9_-]{16,})")


class Masks:
    """The secrets that are known, and texts without them."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._pattern = re.compile(_UNKNOWN, re.IGNORECASE)

    def remember(self, secret: str) -> None:
        """Mask it from now on, in any case: as it is, as it stands in a URL, and a bot's token by its halves.

        In any case, for python-telegram-bot writes what Telegram says in small letters.
        """
        new = set(_forms(secret)) - self._known
        if new:
            self._known |= new
            longest_first = sorted(map(re.escape, self._known), key=len, reverse=True)
            self._pattern = re.compile("|".join((_UNKNOWN, *longest_first)), re.IGNORECASE)

    def mask(self, text: str) -> str:
        """Give a text without what is known to be secret, and without what looks so."""
        return self._pattern.sub(MASK, text)


def _forms(secret: str) -> Iterator[str]:
    """Give the forms in which a secret could stand in a text; a token's second half is the secret part of it."""
    if len(secret) >= SHORTEST:
        yield secret
        yield quote(secret, safe="")
    if halves := _HALVES.fullmatch(secret):
        yield f"{halves[1]}%3a{halves[2]}"
        yield halves[2]


_of_this_process = Masks()
remember = _of_this_process.remember
mask = _of_this_process.mask
