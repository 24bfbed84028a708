"""What a configuration comes to: every value, where it comes from, and no secret."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel, SecretBytes, SecretStr

from pluggram.config.document import Document
from pluggram.config.loaded import Config
from pluggram.config.masking import is_place, is_secret, redacted
from pluggram.config.mirror import model_of
from pluggram.config.plugin_table import PluginTable
from pluggram.config.problem import KeyPath
from pluggram.config.schema import is_secret_field, name_in_file
from pluggram.config.settings import validate_settings
from pluggram.masks import MASK

_EXACT = 2**53


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """One value of the configuration, as TOML has it; None where nothing is set.

    path: from the file's top; a table inside is taken apart into its values. source: the file, the environment
    variable, or "default". line: in the file.
    """

    path: KeyPath
    value: Any
    source: str
    line: int | None

    @property
    def origin(self) -> str:
        """Where it comes from, in a word: `bot.toml:7`."""
        return self.source if self.line is None else f"{self.source}:{self.line}"


def core_values(config: Config) -> Iterator[Value]:
    """Give every value outside the plugins' tables."""
    for name in ("bot", "telegram", "storage", "log"):
        for value in _values(config.document, (name,), _plain(getattr(config, name)), None):
            if value.value is not None:  # of a token's two sources there is one
                yield value


def plugin_values(config: Config, table: PluginTable, kind: type | None) -> Iterator[Value]:
    """Give every value of a plugin's table, with the defaults of its settings; raises ConfigError if they are wrong."""
    settings = _plain(validate_settings(config, table, kind)) or {}
    model = model_of(kind) if kind else None
    yield from _values(config.document, ("plugins", table.name), _own(config, table) | settings, model)


def written_values(config: Config, table: PluginTable) -> Iterator[Value]:
    """Give the values of a plugin's table when its model is not known: which are secret is not known, so all are."""
    path = ("plugins", table.name)
    yield from _values(config.document, path, _own(config, table), None)
    for value in _values(config.document, path, _plain(table.settings), None):
        yield value if isinstance(value.value, bool) else dataclasses.replace(value, value=MASK)


def _own(config: Config, table: PluginTable) -> dict[str, Any]:
    written = cast(dict[str, Any], config.document.data["plugins"])[table.name]
    return ({"use": written["use"]} if "use" in written else {}) | {"enabled": written.get("enabled", True)}


def _values(
    document: Document, path: KeyPath, table: Mapping[str, Any], model: type[BaseModel] | None
) -> Iterator[Value]:
    for key, value in table.items():
        inside = (*path, key)
        if isinstance(value, Mapping) and value:
            yield from _values(document, inside, value, model)
        else:
            yield _value(document, inside, value, is_secret_field(model, inside[2:]) if model else False)


def _value(document: Document, path: KeyPath, value: Any, secret: bool) -> Value:
    secret |= is_secret(path) and not is_place(path)
    value = _masked(value, secret)
    if not _is_given(document.data, path):
        return Value(path, value, "default", None)
    variable = document.variable(path)
    return Value(path, value, variable or document.source, None if variable else document.line(path))


def _masked(value: Any, secret: bool) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if secret:
        return MASK
    if isinstance(value, list):
        return [_masked(inner, secret=False) for inner in value]
    if isinstance(value, dict):
        return {key: _masked(inner, is_secret((key,))) for key, inner in value.items()}
    return value


def _is_given(data: object, path: KeyPath) -> bool:
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _plain(value: Any) -> Any:
    """Make of a value what TOML can hold, without the secrets that are known by their type or their look."""
    match value:
        case SecretStr() | SecretBytes():
            return MASK
        case BaseModel():
            fields = {name_in_file(name, field): name for name, field in type(value).model_fields.items()}
            return {key: _plain(getattr(value, name)) for key, name in fields.items()} | _plain(value.model_extra or {})
        case _ if dataclasses.is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(inner) for inner in value if inner is not None]
        case Enum():
            return _plain(value.value)
        case float() if value.is_integer() and abs(value) < _EXACT:
            return int(value)  # as people write it
        case None | bool() | int() | float() | datetime.date() | datetime.time():
            return value
        case _:
            return redacted(str(value))
