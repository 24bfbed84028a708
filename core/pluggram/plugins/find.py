"""Where a plugin comes from: an entry point, a dotted path, or a file beside bot.toml."""

import difflib
import importlib
import importlib.util
import itertools
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pluggram.config import PluginTable
from pluggram.installed import Provided, installed
from pluggram.plugins.reason import PluginError

_file_modules = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin that was found; `load()` imports it.

    name: what it comes from, for people. version: of the distribution that provides it.
    """

    name: str
    load: Callable[[], Any]
    version: str = ""


def find(table: PluginTable, folder: Path, known: Callable[[], Mapping[str, list[Provided]]] = installed) -> Source:
    """Find what the table names, without importing it; relative files lie in `folder`.

    known: says what is installed. Raises PluginError when there is nothing of that name, or more than one.
    """
    if table.use is None:
        return _entry_point(table.name, known())
    where, _, attribute = table.use.rpartition(":")
    if where.endswith(".py"):
        return _file(folder / Path(where).expanduser(), attribute, table.use)
    return Source(table.use, lambda: _import_attribute(where, attribute))


def _entry_point(name: str, known: Mapping[str, list[Provided]]) -> Source:
    entries = known.get(name, [])
    if len({entry.value for entry in entries}) > 1:
        owners = ", ".join(sorted(entry.package or entry.value for entry in entries))
        raise PluginError(f"more than one installed package provides '{name}': {owners}; choose one with `use`")
    if not entries:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean [plugins.{near[0]}]?" if near else f"is its package (pluggram-{name}) installed?"
        raise PluginError(f"no installed package provides a plugin '{name}'; {hint} "
                          "A plugin in a file needs `use = \"./file.py:Name\"`", missing=True)  # fmt: skip
    entry = entries[0]
    source = f"{entry.package}: {entry.value}" if entry.package else entry.value
    return Source(source, lambda: _import_attribute(entry.module, entry.attribute), entry.version)


def _file(path: Path, attribute: str, use: str) -> Source:
    if not path.is_file():
        raise PluginError(f"there is no file {path}", missing=True)
    return Source(use, lambda: _attribute(_import_file(path), attribute))


def _import_file(path: Path) -> ModuleType:
    """Import a file under a name of its own, so that two bots in a process share nothing of it."""
    name = f"pluggram_file_{next(_file_modules)}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _import_attribute(module: str, name: str) -> Any:
    return _attribute(importlib.import_module(module), name)


def _attribute(module: ModuleType, name: str) -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        near = difflib.get_close_matches(name, dir(module), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise PluginError(f"{module.__file__} has no {name!r}{hint}") from None
