"""A bot.toml that is edited: read whatever is wrong with its values, and replaced whole or not at all."""

import codecs
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pluggram.config.document import Document, read
from pluggram.config.edit import declared, switched
from pluggram.config.environment import override
from pluggram.config.lines import key_lines
from pluggram.config.locate import must_find
from pluggram.config.plugin_table import PluginTable, table_problems
from pluggram.config.problem import ConfigError
from pluggram.errors import PluggramError
from pluggram.plugins.find import find
from pluggram.storage.atomic_file import EditedMeanwhile, FolderNotSynced, Stamp, read_file, replace_file


class NotWritten(PluggramError):
    """The file could not be replaced, or not durably; the message says which."""


@dataclass
class BotFile:
    """The file, its text without the byte order mark that some editors put first, and what the text says."""

    path: Path
    text: str
    marked: bool
    document: Document
    stamp: Stamp | None

    @classmethod
    def open(cls, config: Path | None) -> "BotFile":
        """Read the file; raises ConfigError when there is none, or it is not TOML."""
        path, source = must_find(config, os.environ, Path.cwd())
        document = read(path, source)
        content, stamp = read_file(path)
        return cls(path, content.decode("utf-8-sig"), content.startswith(codecs.BOM_UTF8), document, stamp)

    @property
    def source(self) -> str:
        """What messages call it."""
        return self.document.source

    @property
    def tables(self) -> Mapping[str, Any]:
        """What declares a plugin, by the plugin's name; raises ConfigError when `plugins` is no table."""
        plugins = self.document.data.get("plugins", {})
        if isinstance(plugins, dict):
            return plugins
        raise ConfigError([self.document.problem(("plugins",), found="one value", expected="tables: [plugins.<name>]")])

    def table(self, name: str) -> Mapping[str, Any] | None:
        """Return the table of a plugin, None if there is none; raises ConfigError when it is something else."""
        table = self.tables.get(name)
        if table is None or isinstance(table, dict):
            return table
        raise ConfigError(table_problems(self.document, name, table))

    def place(self, *path: str) -> str:
        """Name the line of a key: `bot.toml:7`."""
        lines = key_lines(self.text.replace("\r\n", "\n"))
        return next(f"{self.source}:{lines[path[:n]]}" for n in range(len(path), 0, -1) if path[:n] in lines)

    def variable(self, name: str) -> str | None:
        """Name the environment variable that says whether the plugin is enabled, and wins over the file."""
        fresh = Document(self.source, tomllib.loads(self.text), {})
        return override(fresh, os.environ)[0].variable(("plugins", name, "enabled"))

    def switch(self, name: str, enabled: bool) -> None:
        """Write whether the plugin is enabled; raises CannotEdit and NotWritten."""
        self._replace(switched(self.text, name, enabled))

    def declare(self, name: str, use: str | None) -> None:
        """Write a table for a plugin; raises ConfigError or PluginError when there is none of the name.

        Raises CannotEdit and NotWritten too.
        """
        typed = Document("the command line", {}, {})
        problems = table_problems(typed, name, {} if use is None else {"use": use})
        if problems:
            raise ConfigError(problems)
        find(PluginTable(name, use, disabled="", settings={}, line=None), self.path.parent)
        self._replace(declared(self.text, name, use))

    def _replace(self, text: str) -> None:
        try:
            replace_file(self.path, text.encode("utf-8-sig" if self.marked else "utf-8"), self.stamp)
        except EditedMeanwhile:
            raise NotWritten(f"{self.source} was changed by someone else at the same time: try again") from None
        except FolderNotSynced as error:
            raise NotWritten(f"{self.source} is changed, but a power failure may undo it: {error.strerror}") from None
        except OSError as error:
            raise NotWritten(f"{self.source} is as it was, for it cannot be replaced: {error.strerror}") from None
        self.text = text
