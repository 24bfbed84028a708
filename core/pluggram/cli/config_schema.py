"""The JSON Schema of bot.toml, with what the plugins of this machine and of this bot.toml say of their settings."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import click

from pluggram.cli.quiet import quietly
from pluggram.config.document import read
from pluggram.config.editor_schema import Schema, file_schema, open_table, plugin_schema
from pluggram.config.locate import find
from pluggram.config.plugin_table import PluginTable, plugin_tables
from pluggram.config.problem import ConfigError
from pluggram.config.safe_mode import left_out, only_built_in
from pluggram.errors import PluggramError
from pluggram.installed import installed
from pluggram.plugins import PluginError, describe
from pluggram.plugins.reason import guarded


def schema_text(config: Path | None, safe_mode: bool) -> str:
    """Make the schema; the plugins that it leaves open are named on standard error."""
    path = find(config)
    folder = path.parent if path else Path.cwd()
    tables = {name: PluginTable(name, None, disabled="", settings={}, line=None) for name in sorted(installed())}
    tables |= {table.name: table for table in _declared(path)}
    chosen = only_built_in(tables.values()) if safe_mode else tuple(tables.values())
    aside = left_out(chosen)
    with quietly():
        plugins = {table.name: _schema(table, folder) for table in chosen if table.name not in aside}
    return json.dumps(file_schema(plugins), indent=2, ensure_ascii=False)


def _declared(path: Path | None) -> Iterable[PluginTable]:
    """Give the tables of a bot.toml, whatever else is wrong with it: it may be under an editor's hands."""
    if path is None:
        return ()
    try:
        return plugin_tables(read(path, os.path.relpath(path)))[0]
    except ConfigError as error:
        click.echo(f"{error}\n\nThe schema is made without it.", err=True)
        return ()


def _schema(table: PluginTable, folder: Path) -> Schema:
    try:
        if table.disabled:
            raise PluginError(table.disabled)
        known = describe(table, folder)
        return guarded(lambda: plugin_schema(known.summary, known.settings), "while its Settings were described")
    except PluggramError as error:
        click.echo(f"[plugins.{table.name}] is left open: {error}", err=True)
        return open_table()
