"""The JSON Schema of bot.toml, from which editors complete and check it while it is written."""

import ast
import inspect
import itertools
import json
import textwrap
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pluggram.config.mirror import declared, model_of
from pluggram.config.plugin_table import COMMANDS, NAME, USE
from pluggram.config.tables import File

Schema = dict[str, Any]

_DIALECT = "http://json-schema.org/draft-07/schema#"  # of those that editors' TOML plugins know, the newest
_HIDDEN = "**********"  # what pydantic shows of a SecretStr


def file_schema(plugins: Mapping[str, Schema]) -> Schema:
    """Make the schema of a whole bot.toml from those of the plugins' tables.

    A table of another name is left open, since it may name any plugin by `use`.
    """
    schema = _model_schema(model_of(File))
    schema["properties"]["plugins"] = {
        "description": "A table declares a plugin; their order is the order in which they are asked for an answer.",
        "type": "object",
        "propertyNames": {"pattern": f"^{NAME.pattern}$", "not": {"enum": sorted(COMMANDS)}},
        "properties": dict(plugins),
        "additionalProperties": open_table(),
    }
    return {"$schema": _DIALECT, "title": "bot.toml"} | schema


def plugin_schema(summary: str, settings: type | None) -> Schema:
    """Make the schema of a plugin's table from the line about it and the class of its settings, if it has one."""
    schema: Schema = (
        _model_schema(model_of(settings)) if settings else {"type": "object", "additionalProperties": False}
    )
    schema["properties"] = _own_keys() | schema.get("properties", {})
    return schema | ({"description": summary} if summary else {})


def open_table() -> Schema:
    """Make the schema of a plugin's table whose settings are not known."""
    return {"description": "A plugin.", "type": "object", "properties": _own_keys()}


def _own_keys() -> Schema:
    return {
        "use": {
            "description": "Where the plugin is: a file, or a dotted path. Without it, the installed one of this name.",
            "type": "string",
            "pattern": USE,
            "examples": ["./dice.py:Dice"],
        },
        "enabled": {
            "description": "False: the plugin is not loaded; its data stays.",
            "type": "boolean",
            "default": True,
        },
    }


def _model_schema(model: type[BaseModel]) -> Schema:
    is_open = model.model_config.get("extra") == "allow"
    generator = _OpenGenerator if is_open else _Generator
    schema = model.model_json_schema(schema_generator=generator)
    inlined: Schema = _inlined(schema, schema.pop("$defs", {}))
    return inlined


def _inlined(part: Any, definitions: Schema, around: tuple[str, ...] = ()) -> Any:
    """Put each definition where it is referred to; one inside itself is left open.

    Editors ignore what stands beside a reference: the description and default of the very field.
    """
    if isinstance(part, list):
        return [_inlined(item, definitions, around) for item in part]
    if not isinstance(part, dict):
        return part
    name = str(part.get("$ref", "")).rpartition("/")[2]
    if name in around:
        return {}
    if name in definitions:
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return _inlined(definitions[name] | beside, definitions, (*around, name))
    return {key: _inlined(value, definitions, around) for key, value in part.items()}


class _Generator(GenerateJsonSchema):
    """pydantic's, as TOML has it: no null, no titles made of names; with the docstrings of fields."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        json_schema = super().model_schema(schema)
        json_schema.pop("title", None)
        for name, text in _field_docs(schema["cls"]).items():
            json_schema.get("properties", {}).get(name, {}).setdefault("description", text)
        return self.closed(json_schema)

    def closed(self, json_schema: JsonSchemaValue) -> JsonSchemaValue:
        """Refuse unknown keys, as the settings of a plugin are read."""
        return json_schema | {"additionalProperties": False}

    def handle_invalid_for_json_schema(self, schema: core_schema.CoreSchema, error_info: str) -> JsonSchemaValue:
        return {}  # a kind of value that JSON Schema has no words for: left open

    def emit_warning(self, kind: Any, detail: str) -> None:
        """Keep still about a default that JSON cannot hold: it is left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        json_schema = super().default_schema(schema)
        default = _without_none(json_schema.pop("default", None))
        if default is not None and _HIDDEN not in json.dumps(default):
            json_schema["default"] = default
        return json_schema


class _OpenGenerator(_Generator):
    """For a model that takes any key."""

    def closed(self, json_schema: JsonSchemaValue) -> JsonSchemaValue:
        return json_schema


def _without_none(value: Any) -> Any:
    return {key: inner for key, inner in value.items() if inner is not None} if isinstance(value, dict) else value


def _field_docs(model: type[BaseModel]) -> dict[str, str]:
    """Read the docstrings below a model's fields, and those of what it derives from, by the names in the file."""
    found: dict[str, str] = {}
    for base in reversed(declared(model).__mro__):
        if base not in (BaseModel, object):
            found |= _docs_in(base)
    aliases = {name: field.validation_alias for name, field in model.model_fields.items()}
    return {alias if isinstance(alias := aliases.get(name), str) else name: text for name, text in found.items()}


def _docs_in(model: type) -> dict[str, str]:
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    except (OSError, TypeError, SyntaxError):  # its source is not at hand
        return {}
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
