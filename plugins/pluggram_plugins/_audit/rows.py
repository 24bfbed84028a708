"""The rows of the record: what stands under which key.

log/<id>         an entry; the ids sort the newest first
of/<key>/<id>    what one value was and became in this entry
last             the newest id, as a number
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from hashlib import sha256
from urllib.parse import quote

from pluggram import Json, Store
from pluggram_plugins._audit.entry import Change, Entry

NAMESPACE = "audit"
LAST = "last"
AT_ONCE = 250
"""Rows that are read or removed before others get their turn: some 3 ms."""

_TOP = 5 * 10**11  # ids have 12 digits, and so has the sum of one and what is kept
_LONGEST_KEY = 900  # bytes; the id stands behind it, and a key may have 1024


class Rows:
    """Reads and removes the rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def entry(self, entry_id: str) -> Entry | None:
        """Give one entry."""
        return Entry.read(entry_id, await self._store.get(f"log/{entry_id}"))

    async def entries(self, after: str = "", limit: int = AT_ONCE) -> Sequence[Entry]:
        """Give a page of entries, the newest first."""
        found: list[Entry] = []
        while len(found) < limit:
            items = await self._store.items("log/", after=f"log/{after}", limit=limit)
            read = (Entry.read(key.removeprefix("log/"), value) for key, value in items)
            found += [entry for entry in read if entry]
            if len(items) < limit:
                break
            after = items[-1][0].removeprefix("log/")
        return found[:limit]

    async def older(self, changes: int, limit: int) -> Sequence[Entry]:
        """Give entries after which so many values have changed, or more."""
        last = await self._store.get(LAST)
        return await self.entries(f"{last + changes - 1:012}", limit) if isinstance(last, int) else ()

    async def of(self, key: str, after: str = "", limit: int = AT_ONCE) -> Sequence[tuple[str, Change]]:
        """Give ids of entries that changed a value, the newest first, and what they made of it."""
        prefix = _of(key, "")
        items = await self._store.items(prefix, after=prefix + after, limit=limit)
        found = ((row.removeprefix(prefix), Change.read(value)) for row, value in items)
        return [(entry_id, change) for entry_id, change in found if change]

    async def changes(self, entry: Entry) -> Mapping[str, Change]:
        """Give what an entry made of all its values."""
        found = {key: Change.read(await self._store.get(_of(key, entry.id))) async for key in _slowly(entry.keys)}
        return {key: change for key, change in found.items() if change}

    async def drop(self, entry: Entry) -> None:
        """Remove an entry, at last itself, so that what is cut off can be done again."""
        keys = [*(_of(key, entry.id) for key in entry.keys), f"log/{entry.id}"]
        for start in range(0, len(keys), AT_ONCE):
            await self._store.put_many(dict.fromkeys(keys[start : start + AT_ONCE]))


def next_id(last: Json, changes: int) -> str:
    """Give the id of the next entry, which changes so many values: ids count down, by the number of changes.

    So they tell how many values have changed since an entry, and in which order, whatever the clock did.
    """
    return f"{(last if isinstance(last, int) else _TOP) - changes:012}"


def written(entry: Entry, changes: Mapping[str, Change]) -> Mapping[str, Json]:
    """Give the rows to store for an entry."""
    rows = {_of(key, entry.id): change.stored() for key, change in changes.items()}
    return rows | {f"log/{entry.id}": entry.stored(), LAST: int(entry.id)}


async def _slowly(keys: Collection[str]) -> AsyncIterator[str]:
    """Give keys one by one; others get their turn meanwhile."""
    for number, key in enumerate(keys, 1):
        yield key
        if not number % AT_ONCE:
            await asyncio.sleep(0)


def _of(key: str, entry_id: str) -> str:
    """Name the row of a value; no two meet, for a quoted key holds no slash, and no equals sign."""
    name = quote(key, safe="")
    return f"of/{name if len(name) <= _LONGEST_KEY else '=' + sha256(key.encode()).hexdigest()}/{entry_id}"
