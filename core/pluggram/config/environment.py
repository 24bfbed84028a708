"""`PLUGGRAM__SECTION__KEY=value` in the environment, put over what bot.toml says."""

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from typing import cast

from pluggram.config.document import Document
from pluggram.config.masking import PLACES
from pluggram.config.problem import KeyPath, Problem

_PREFIX = "PLUGGRAM__"
_PORT = "PORT"
"""The variable by which hosting platforms say where to listen."""


def override(document: Document, environ: Mapping[str, str]) -> tuple[Document, list[Problem]]:
    """Put the variables' values into the document; return it with what is wrong with the variables' names.

    A double underscore goes one level down; upper and lower case are the same; a value is read as TOML if it is
    TOML, else as text. `document.data` is altered in place: it belongs to one load.
    """
    origins: dict[KeyPath, str] = {}
    problems: list[Problem] = []
    names = sorted((name for name in environ if name.upper().startswith(_PREFIX)), key=lambda n: (n.count("__"), n))
    for name in names:
        problem = _apply(document.data, origins, name, environ[name])
        if problem:
            problems.append(problem)
    if environ.get(_PORT):
        _put_port(document.data, origins, environ[_PORT])
    return dataclasses.replace(document, origins=origins), problems


def variable_name(path: KeyPath) -> str:
    """Name the variable that sets the value at `path`."""
    return _PREFIX + "__".join(str(part) for part in path).upper()


def _apply(data: dict[str, object], origins: dict[KeyPath, str], name: str, text: str) -> Problem | None:
    parts = name[len(_PREFIX) :].split("__")
    if not all(parts):
        return Problem(name, "a name with an empty part", "PLUGGRAM__SECTION__KEY, such as PLUGGRAM__STORAGE__URL")
    table = data
    path: KeyPath = ()
    for part in parts[:-1]:
        path = (*path, _key_in(table, part))
        unknown = _unknown_plugin(table, path, name)
        if unknown:
            return unknown
        if path in PLACES:
            if clash := _clash(origins, path, name):
                return clash
            table.pop(cast(str, path[-1]), None)  # it has one place: the environment's goes before the file's
        inner = table.setdefault(cast(str, path[-1]), {})
        if not isinstance(inner, dict):
            return _not_a_table(name, path, inner)
        table = cast(dict[str, object], inner)
    path = (*path, _key_in(table, parts[-1]))
    if clash := _clash(origins, path, name):
        return clash
    if unknown := _unknown_plugin(table, path, name):
        return unknown
    if path == ("plugins",):
        hint = "such as PLUGGRAM__PLUGINS__POSTNO__DIGITS; the file declares the plugins, in their order"
        return Problem(name, "all plugins at once", "a variable for one setting of one plugin", hint=hint)
    table[cast(str, path[-1])] = _value(name, text, path)
    origins[path] = name
    return None


def _put_port(data: dict[str, object], origins: dict[KeyPath, str], text: str) -> None:
    """Let the webhook listen where the platform says, unless a variable of ours says where, or nothing listens."""
    path: KeyPath = ("telegram", "webhook", "port")
    telegram = data.get("telegram")
    webhook = telegram.get("webhook") if isinstance(telegram, dict) and telegram.get("updates") == "webhook" else None
    if isinstance(webhook, dict) and path not in origins:
        webhook["port"] = _toml_value(text)
        origins[path] = _PORT


def _clash(origins: Mapping[KeyPath, str], path: KeyPath, name: str) -> Problem | None:
    """Refuse a second variable for one key, or for the place of one secret: of two neither is more right."""
    inside = path if path in PLACES else None
    other = next((origins[taken] for taken in origins if taken == path or taken[: len(path)] == inside), None)
    if other is None:
        return None
    return Problem(name, f"the same key in {other}", "one variable for one key", hint="remove one of them")


def _key_in(table: dict[str, object], part: str) -> str:
    """Return the table's spelling of a key whose case the environment does not keep; a new key is lower case."""
    lower = part.lower()
    return lower if lower in table else next((key for key in table if key.lower() == lower), lower)


def _unknown_plugin(plugins: dict[str, object], path: KeyPath, name: str) -> Problem | None:
    """Refuse a plugin that the file does not declare: the environment has no order to declare one in."""
    if len(path) != 2 or path[0] != "plugins" or path[1] in plugins:
        return None
    plugin = cast(str, path[1])
    close = difflib.get_close_matches(plugin, plugins, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"declare it in the file: [plugins.{plugin}]"
    return Problem(name, f"no table [plugins.{plugin}] in bot.toml", "a plugin that bot.toml declares", hint=hint)


def _not_a_table(name: str, path: KeyPath, inner: object) -> Problem:
    key = ".".join(str(part) for part in path)
    kind = "a list" if isinstance(inner, list) else "one value"
    return Problem(
        name,
        f"a key below `{key}`, which is {kind}",
        f"a value for `{key}` as a whole",
        hint=f"set {variable_name(path)}",
    )


def _value(name: str, text: str, path: KeyPath) -> object:
    value = _toml_value(text)
    if path in PLACES and not isinstance(value, dict):
        return {"env": name}  # the variable holds the secret itself: its value is read when it is needed
    return value


def _toml_value(text: str) -> object:
    try:
        read = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return read["value"] if read.keys() == {"value"} else text
