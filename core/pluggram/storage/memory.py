"""MemoryBackend: values that live as long as the process."""

from collections.abc import Callable, Collection

from pluggram.storage.errors import StorageError
from pluggram.storage.texts import TextRows, Texts, count, page
from pluggram.storage.values import Json, decode
from pluggram.storage.writes import Refused, Result, RowsBackend, Spaces


class MemoryBackend(RowsBackend):
    """Keeps everything in memory, for tests and for trying things out; closing it forgets all."""

    def __init__(self) -> None:
        super().__init__("memory")
        self._spaces: dict[str, Texts] | None = None

    async def open(self) -> None:
        """Begin empty."""
        self._spaces = {}

    async def close(self) -> None:
        """Forget everything."""
        self._spaces = None

    async def get(self, namespace: str, key: str) -> Json:
        """Return the value, or None."""
        return decode(self._texts(namespace).get(key))

    async def items(
        self, namespace: str, prefix: str = "", after: str | None = None, limit: int | None = None
    ) -> list[tuple[str, Json]]:
        """Return a page of pairs, ordered by code point."""
        return page(self._texts(namespace), prefix, after, limit)

    async def count(self, namespace: str, prefix: str = "") -> int:
        """Count the values whose key begins with `prefix`."""
        return count(self._texts(namespace), prefix)

    async def namespaces(self) -> list[str]:
        """Return the namespaces that hold a value."""
        return sorted(name for name, texts in self._open_spaces().items() if texts)

    async def write(self, namespaces: Collection[str], job: Callable[[Spaces], Result]) -> Result:
        """Run `job` at once: nothing else runs on the event loop meanwhile."""
        try:
            return job({namespace: TextRows(self._texts(namespace)) for namespace in namespaces})
        except Refused as refused:
            raise refused.reason from None

    def _texts(self, namespace: str) -> Texts:
        return self._open_spaces().setdefault(namespace, Texts())

    def _open_spaces(self) -> dict[str, Texts]:
        if self._spaces is None:
            raise StorageError("the storage in memory is not open")
        return self._spaces
