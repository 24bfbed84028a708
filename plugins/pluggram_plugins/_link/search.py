"""Looking for links: by their number, their title and their address."""

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import unquote

from pluggram import Json, Store
from pluggram_plugins._link.number import meant
from pluggram_plugins._link.wording import quoted

PAGE = 1000
"""Links that are read at once: with 10,000 links some 25 ms in all, and the event loop is held for 7 ms at most."""

Item = tuple[str, Json]


async def pages(links: Store) -> AsyncIterator[list[Item]]:
    """Read all that is stored, page by page, in the order of the keys; others get their turn between two pages."""
    after = None
    while page := await links.items(after=after, limit=PAGE):
        yield page
        await asyncio.sleep(0)
        after = page[-1][0]


class Wanted:
    """What someone looks for: words in any case, each of which must be found somewhere in a link."""

    def __init__(self, text: str, digits: int) -> None:
        self._words = text.casefold().split()
        self._number = meant(text.strip(), digits)

    def rank(self, key: str, value: Json) -> int | None:
        """Say how well a stored link fits, None when it does not.

        0: its number is meant. 1: its number begins so. 2: each word begins one of its title. 3: found anywhere.
        """
        url, title = _parts(value)
        text = f"{key}\n{url}\n{unquote(url) if '%' in url else ''}\n{title}".casefold()
        if key == self._number:
            return 0
        if not all(word in text for word in self._words):
            return None
        if self._words and key.startswith(self._words[0]) and len(self._words) == 1:
            return 1
        begun = re.findall(r"\w+", title.casefold())
        return 2 if all(any(each.startswith(word) for each in begun) for word in self._words) else 3


def _parts(value: Json) -> tuple[str, str]:
    """Give address and title of a stored value as they stand there, whatever it is."""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, dict) and isinstance(value.get("url"), str):
        title = value.get("title")
        return value["url"], title if isinstance(title, str) else ""
    return quoted(value, 2048), ""
