"""Storage: JSON values that survive. `Store` is for plugin authors, `Backend` for those who bring a new place.

A bot makes one `Storage`, hands its stores to the plugins, and attaches what `open_backend` returns.
"""

from pluggram.storage.backend import Backend, Change, ChangeTogether, Values
from pluggram.storage.errors import StorageError, StorageLocked, StorageUrlError
from pluggram.storage.store import Storage, Store, SyncStore
from pluggram.storage.texts import TextRows, page
from pluggram.storage.url import BackendFactory, open_backend
from pluggram.storage.values import Json, decode, encode
from pluggram.storage.writes import Refused, Rows, RowsBackend, Spaces

__all__ = [
    "Backend",
    "BackendFactory",
    "Change",
    "ChangeTogether",
    "Json",
    "Refused",
    "Rows",
    "RowsBackend",
    "Spaces",
    "Storage",
    "StorageError",
    "StorageLocked",
    "StorageUrlError",
    "Store",
    "SyncStore",
    "TextRows",
    "Values",
    "decode",
    "encode",
    "open_backend",
    "page",
]
