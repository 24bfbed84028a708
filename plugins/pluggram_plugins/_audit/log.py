"""Log: changes values, and never without a record of it."""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from pluggram import Json, StorageError, Store
from pluggram_plugins._audit.entry import Act, Change, Entry
from pluggram_plugins._audit.rows import LAST, NAMESPACE, Rows, next_id, written

logger = logging.getLogger(__name__)

ADMINS = "admins"
"""The shared namespace of the admins: what owners alone may change."""
KEPT = 100_000
"""So many changes of single values are kept at most, whoever reads them."""

_DROPPED_AT_ONCE = 4

Values = dict[str, Any]


class Log:
    """The record of all changes. shared: gives the store of a namespace, as Context does."""

    def __init__(self, shared: Callable[[str], Store]) -> None:
        self._store = shared(NAMESPACE)
        self.rows = Rows(self._store)

    async def apply(
        self,
        act: Act,
        store: Store,
        keys: Collection[str],
        change: Callable[[Values], Mapping[str, Json]],
        beside: tuple[Store, Mapping[str, Json]] | None = None,
    ) -> Mapping[str, Change]:
        """Store what `change` makes of the values under `keys`, with its record, all or nothing; give what has changed.

        `change` gets a dict with every key, None where there is no value, and gives those to store, None to delete. It
        must be a plain function that only computes: it may be called more than once and on another thread. What it
        raises is raised here. Raises StorageError when the record or the values cannot be written.
        beside: values of another store that are stored in the same write, unless nothing changes.
        """
        other, values = beside or (store, {})
        changes: dict[str, Change] = {}

        def recorded(old: dict[str, Values]) -> Mapping[str, Mapping[str, Json]]:
            found = old[store.namespace]
            new = {key: value for key, value in change(dict(found)).items() if value != found[key]}
            changes.clear()
            changes.update({key: Change(store.namespace, found[key], value) for key, value in new.items()})
            if not changes:
                return {}
            entry = Entry(next_id(old[NAMESPACE][LAST], len(changes)), act, store.namespace, tuple(changes))
            return {other.namespace: values, store.namespace: new, NAMESPACE: written(entry, changes)}

        await Store.update_together({other: (), store: keys, self._store: [LAST]}, recorded)
        if changes:
            await self._forget_the_oldest()
        return changes

    async def _forget_the_oldest(self) -> None:
        try:
            await self.prune(KEPT, _DROPPED_AT_ONCE)
        except StorageError as error:
            logger.error("old entries of the record are forgotten later: %s", error)

    async def prune_older(self, age: timedelta, most: int) -> None:
        """Forget entries that were recorded longer ago, so many at a time."""
        after, dropped = "", 0
        while page := await self.rows.entries(after):
            for entry in page:
                if entry.older_than(age) and dropped < most:
                    await self.rows.drop(entry)
                    dropped += 1
            after = page[-1].id

    async def prune(self, changes: int, most: int) -> None:
        """Forget entries after which so many values have changed, so many entries at a time."""
        for entry in await self.rows.older(changes, most):
            await self.rows.drop(entry)
