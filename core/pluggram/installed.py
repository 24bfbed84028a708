"""The plugins that installed packages provide: their entry points, read without importing what they name.

importlib.metadata says the same. Importing it takes 6 ms of every start, and reading the head of a package with it 0.3
ms more, so folders are read here, and it is asked where packages lie in anything else.
"""

import re
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NamedTuple

GROUP = "pluggram.plugins"
"""The entry-point group of all plugins, built-in or not."""

_SECTION = re.compile(rf"^\[{re.escape(GROUP)}\]\s*$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^[ \t]*([^\s#=][^=\n]*?)[ \t]*=[ \t]*([\w.]+[ \t]*(?::[ \t]*[\w.]+)?)", re.MULTILINE)
_NAME = re.compile(r"^Name:[ \t]*(\S+)", re.MULTILINE)
_VERSION = re.compile(r"^Version:[ \t]*(\S+)", re.MULTILINE)


class Provided(NamedTuple):
    """A plugin that an installed package provides. value: `module:attribute`. package, version: whose it is."""

    name: str
    value: str
    package: str
    version: str

    @property
    def module(self) -> str:
        """What to import."""
        return self.value.partition(":")[0]

    @property
    def attribute(self) -> str:
        """What of it is the plugin; empty when the entry point names a module alone."""
        return self.value.partition(":")[2]


def installed() -> dict[str, list[Provided]]:
    """Every plugin that installed packages provide, by name; a name that several provide has several."""
    found: dict[str, list[Provided]] = {}
    for entry in _in_folders() if _lie_in_folders() else _anywhere():
        found.setdefault(entry.name, []).append(entry)
    return found


def built_in() -> dict[str, Provided]:
    """The plugins that pluggram itself brings, by name, whoever else uses the name."""
    return {name: entry for name, entries in installed().items() for entry in entries if entry.package == "pluggram"}


def _lie_in_folders() -> bool:
    """Say whether Python looks for packages nowhere but in folders."""
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    return finders == [PathFinder] and not any(Path(folder).is_file() for folder in sys.path)


def _in_folders() -> Iterator[Provided]:
    for described in _described():
        entries = _SECTION.search(_text(described, "entry_points.txt"))
        if entries:
            head = _text(described, "METADATA") or _text(described, "PKG-INFO")
            name, version = _NAME.search(head), _VERSION.search(head)
            for entry in _ENTRY.finditer(entries[1]):
                value = "".join(entry[2].split())
                yield Provided(entry[1], value, name[1] if name else "", version[1] if version else "")


def _described() -> Iterator[Path]:
    """Give the folder that describes each installed package; of one that is installed twice, the first on the path."""
    seen: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        try:
            found = [path for path in Path(folder).iterdir() if path.suffix in (".dist-info", ".egg-info")]
        except OSError:
            continue
        for path in found:
            package = re.sub(r"[-_.]+", "_", path.stem.partition("-")[0]).lower()
            if package not in seen:
                seen.add(package)
                yield path


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _anywhere() -> Iterator[Provided]:
    from importlib.metadata import entry_points  # measured: as above

    for entry in entry_points(group=GROUP):
        package, version = (entry.dist.name, entry.dist.version) if entry.dist else ("", "")
        yield Provided(entry.name, entry.value, package, version)
