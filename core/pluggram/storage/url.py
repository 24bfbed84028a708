"""Storage by URL: `memory:`, `json:data`, `sqlite:bot.db`, and the schemes that plugins bring."""

import asyncio
import difflib
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pluggram.storage.backend import Backend
from pluggram.storage.errors import StorageError, StorageUrlError

BackendFactory: TypeAlias = Callable[[str, Path], Backend]
"""Makes a backend, not yet open, from the whole URL and the bot's data folder. A bad URL raises StorageUrlError."""

_EXAMPLES = {"memory": "memory:", "json": "json:data", "sqlite": "sqlite:bot.db"}
_FILES = {
    "json": ("pluggram.storage.json_folder", "JsonFolderBackend"),
    "sqlite": ("pluggram.storage.sqlite", "SqliteBackend"),
}


async def open_backend(url: str, folder: Path, schemes: Mapping[str, BackendFactory] = MappingProxyType({})) -> Backend:
    """Make the backend of `url` and open it; use it as a context manager (`async with`), or close it.

    A relative path lies in `folder`. `schemes` are those of plugins; the built-in ones cannot be replaced. Only the
    module that the scheme needs is imported. Raises StorageUrlError for a URL that cannot be understood, StorageLocked
    if another process has it, StorageError if it cannot be opened.
    """
    scheme, colon, rest = url.partition(":")
    backend = _make(scheme if colon else "", rest, url, folder, schemes)
    try:
        await backend.open()
    except (StorageError, asyncio.CancelledError, KeyboardInterrupt):
        raise
    except BaseException as error:  # of a plugin's backend: even its sys.exit() is told in a message
        raise _failed(scheme, error) from error
    return backend


def _make(scheme: str, rest: str, url: str, folder: Path, schemes: Mapping[str, BackendFactory]) -> Backend:
    if scheme == "memory":
        return _memory(rest)
    if scheme in _FILES:
        module, name = _FILES[scheme]
        backend: Backend = getattr(import_module(module), name)(_path(scheme, rest, folder))
        return backend
    if scheme in schemes:
        return _theirs(scheme, schemes[scheme], url, folder)
    raise _unknown(scheme, [*_EXAMPLES, *schemes])


def _theirs(scheme: str, make: BackendFactory, url: str, folder: Path) -> Backend:
    try:
        backend = make(url, folder)
    except (StorageError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise _failed(scheme, error) from error
    if not isinstance(backend, Backend):
        raise StorageError(f'the storage "{scheme}:" gave a {type(backend).__name__}, which is no pluggram Backend')
    return backend


def _failed(scheme: str, error: BaseException) -> StorageError:
    """Name the kind of error only: its text may hold the URL, and that a password."""
    return StorageError(f'the storage "{scheme}:" could not be opened: {type(error).__name__} in its backend')


def _memory(rest: str) -> Backend:
    if rest:
        raise StorageUrlError('storage.url "memory:" takes nothing after the colon')
    backend: Backend = import_module("pluggram.storage.memory").MemoryBackend()
    return backend


def _path(scheme: str, rest: str, folder: Path) -> Path:
    example = f"write {_EXAMPLES[scheme]} (in the bot's data folder) or {scheme}:/absolute/path"
    if rest == ":memory:":
        raise StorageUrlError('storage.url: for values that live in memory only, write "memory:"')
    if not rest.strip() or rest.startswith("//"):
        raise StorageUrlError(f"storage.url: {scheme}: is followed by a path, without '//': {example}")
    if re.search(r"\$\w|\$\{", rest):
        raise StorageUrlError(f"storage.url: {rest!r} names a variable, and none is put in there; "
                              "set PLUGGRAM__STORAGE__URL where the bot is started")  # fmt: skip
    if ".." in Path(rest).parts:
        raise StorageUrlError(f"storage.url: {rest!r} leads out of the folder that it begins in: {example}")
    try:
        return folder / Path(rest).expanduser()
    except RuntimeError:  # what pathlib raises when there is no such home
        raise StorageUrlError(f"storage.url: nobody here has the home folder of {rest!r}: {example}") from None


def _unknown(scheme: str, known: list[str]) -> StorageUrlError:
    if not scheme:
        return StorageUrlError("storage.url begins with a scheme and a colon, as in sqlite:bot.db")
    close = difflib.get_close_matches(scheme.lower(), known, n=1)
    hint = f'did you mean "{close[0]}:"?' if close else "is the plugin that brings it in bot.toml?"
    return StorageUrlError(f'storage.url: no storage has the scheme "{scheme}:"; there are {", ".join(known)}; {hint}')
