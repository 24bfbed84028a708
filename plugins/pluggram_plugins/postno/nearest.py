"""The numbers next to one that has no link."""

from pluggram import Json, Store
from pluggram_plugins._link import Link, LinkError, is_number

_PAGE = 4


async def nearest(links: Store, number: str) -> list[str]:
    """Name the numbers next to this one, below and above, that have a usable link; at most two, often none.

    Asks for a few keys at a time: some 3.3 times per digit, however many links there are.
    """
    digits, value = len(number), int(number)
    below, low, high = None, 0, value
    while low < high:
        middle = (low + high) // 2
        found = await _first(links, digits, middle, high)
        if found is None:
            high = middle
        else:
            below, low = found, int(found) + 1
    above = await _first(links, digits, value + 1, 10**digits)
    return [found for found in (below, above) if found is not None]


async def _first(links: Store, digits: int, low: int, high: int) -> str | None:
    """Find the first number from `low` to below `high` that has a usable link."""
    after = None if low == 0 else str(low - 1).zfill(digits)
    last = str(high - 1).zfill(digits)
    while page := await links.items(after=after, limit=_PAGE):
        for key, value in page:
            if key > last:
                return None
            if is_number(key, digits) and _usable(value):
                return key
        after = page[-1][0]
    return None


def _usable(value: Json) -> bool:
    try:
        Link.read(value)
    except LinkError:
        return False
    return True
