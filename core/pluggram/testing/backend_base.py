"""What every contract of a storage backend stands on."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from pluggram.storage import Backend, Storage, Store


class Contract:
    """What every contract stands on: a backend, and a store over it."""

    @abstractmethod
    def backend(self, folder: Path) -> Backend:
        """Return a backend, not yet open, whose data belong to `folder`; a second one has the same data."""

    @pytest_asyncio.fixture(name="opened")
    async def _opened(self, tmp_path: Path) -> AsyncIterator[Backend]:
        backend = self.backend(tmp_path)
        await backend.open()
        async with backend:
            yield backend

    @pytest_asyncio.fixture(name="store")
    async def _store(self, opened: Backend) -> Store:
        return store_over(opened)


def store_over(backend: Backend, namespace: str = "plugin.contract") -> Store:
    """Return a store on an open backend."""
    storage = Storage()
    storage.attach(backend)
    return storage.store(namespace)
