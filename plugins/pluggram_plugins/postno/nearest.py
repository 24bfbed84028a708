"""The numbers next to one that has no link."""

from collections.abc import AsyncIterator

from pluggram import Json, Store
from pluggram_plugins._link import Item, Link, LinkError, is_number

_PAGE = 8
_NEAR = 3  # so many below and above are on one page


async def nearest(links: Store, number: str) -> list[str]:
    """Name the numbers next to this one, below and above, that have a usable link; at most two, often none.

    Asks for a few keys at a time: once where links lie close together, else some 4 times per digit, however many
    links there are.
    """
    digits, value = len(number), int(number)
    end, low, high, reach = 10**digits, max(0, value - _NEAR), value + _NEAR + 1, _NEAR * _PAGE
    near = [key async for key, link in _between(links, digits, low, min(high, end)) if key != number and _usable(link)]
    below = next((key for key in reversed(near) if key < number), None)
    above = next((key for key in near if key > number), None)
    while low and below is None:
        low, before, reach = max(0, value - reach), low, reach * _PAGE
        below = await _last(links, digits, low, before)
    above = above or await _first(links, digits, high, end)
    return [found for found in (below, above) if found is not None]


async def _last(links: Store, digits: int, low: int, high: int) -> str | None:
    """Find the last number from `low` to below `high` that has a usable link."""
    last = None
    middle = low  # at first, to see whether there is any
    while high - low > _PAGE:
        found = await _first(links, digits, middle, high)
        if found is None:
            high = middle
        else:
            last, low = found, int(found) + 1
        middle = (low + high) // 2
    async for key, value in _between(links, digits, low, high):
        last = key if _usable(value) else last
    return last


async def _first(links: Store, digits: int, low: int, high: int) -> str | None:
    """Find the first number from `low` to below `high` that has a usable link."""
    async for key, value in _between(links, digits, low, high):
        if _usable(value):
            return key
    return None


async def _between(links: Store, digits: int, low: int, high: int) -> AsyncIterator[Item]:
    """Read what is stored under the numbers from `low` to below `high`, a few at a time."""
    after = None if low == 0 else str(low - 1).zfill(digits)
    last = str(high - 1).zfill(digits)
    more = low < high
    while more:
        page = await links.items(after=after, limit=_PAGE)
        for key, value in page:
            if key > last:
                return
            if is_number(key, digits):
                yield key, value
        more = len(page) == _PAGE
        after = page[-1][0] if page else None


def _usable(value: Json) -> bool:
    try:
        Link.read(value)
    except LinkError:
        return False
    return True
