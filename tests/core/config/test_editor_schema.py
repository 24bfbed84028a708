"""The schema that editors read."""

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from pluggram.config.editor_schema import file_schema, open_table, plugin_schema
from pluggram.config.tables import File


class Base(BaseModel):
    word: str = Field(min_length=1, examples=["Hello"])
    """Said first."""


class Tree(BaseModel):
    leaves: int = 1
    inner: "Tree | None" = None


class Settings(Base):
    """Of a plugin."""

    style: Literal["plain", "loud"] = "plain"
    """How it is said.

    In two lines.
    """
    times: Annotated[int, Field(ge=1, le=5, description="How often.")] = 1
    """Not this."""
    api_key: SecretStr = SecretStr("hunter2")
    note: str | None = None
    named: int = Field(default=1, validation_alias="the-name")
    """By another name."""
    call: Callable[[], int] = int
    tree: Tree = Tree()
    """Grows."""


SCHEMA = plugin_schema("Greet people.", Settings)
KEYS = SCHEMA["properties"]


def errors(schema: Any, value: Any) -> list[str]:
    validator = jsonschema.Draft7Validator(schema)
    validator.check_schema(schema)
    return [error.message for error in validator.iter_errors(value)]


def test_a_plugins_table_has_its_settings_and_our_own_keys_and_no_others() -> None:
    assert SCHEMA["description"] == "Greet people."
    assert set(KEYS) == {"use", "enabled", "word", "style", "times", "api_key", "note", "the-name", "call", "tree"}
    assert SCHEMA["required"] == ["word"]
    assert errors(SCHEMA, {"word": "x", "use": "./a.py:B", "enabled": False, "tree": {"leaves": 2}}) == []
    assert errors(SCHEMA, {"word": "x", "wrd": 1})
    assert errors(SCHEMA, {"word": "x", "tree": {"leafs": 2}})
    assert errors(SCHEMA, {"word": "x", "use": "dice"})


def test_docstrings_below_fields_describe_them_unless_the_field_does() -> None:
    assert KEYS["word"]["description"] == "Said first."
    assert KEYS["style"]["description"] == "How it is said.\n\nIn two lines."
    assert KEYS["times"]["description"] == "How often."
    assert KEYS["the-name"]["description"] == "By another name."
    assert "description" not in KEYS["note"]


def test_limits_defaults_and_examples_are_there_and_no_secret_and_no_null() -> None:
    assert (KEYS["times"]["minimum"], KEYS["times"]["maximum"], KEYS["times"]["default"]) == (1, 5, 1)
    assert KEYS["style"]["enum"] == ["plain", "loud"]
    assert KEYS["word"]["examples"] == ["Hello"]
    assert KEYS["api_key"] == {"format": "password", "type": "string", "writeOnly": True}
    assert KEYS["note"] == {"type": "string"}
    assert KEYS["call"] == {}


def test_what_is_referred_to_stands_in_its_place_and_what_is_inside_itself_is_open() -> None:
    assert "$ref" not in str(SCHEMA)
    assert KEYS["tree"]["description"] == "Grows."
    assert KEYS["tree"]["properties"]["leaves"]["type"] == "integer"
    assert KEYS["tree"]["properties"]["inner"] == {}


def test_a_model_that_takes_any_key_is_open() -> None:
    class Free(BaseModel):
        model_config = ConfigDict(extra="allow")

    assert errors(plugin_schema("", Free), {"anything": 1}) == []


def test_a_plugin_without_settings_takes_only_our_own_keys() -> None:
    schema = plugin_schema("", None)
    assert errors(schema, {"enabled": True}) == []
    assert errors(schema, {"digits": 1})


def test_a_model_made_without_source_has_no_descriptions_and_is_no_error() -> None:
    namespace: dict[str, Any] = {}
    exec("from pydantic import BaseModel\nclass Made(BaseModel):\n    x: int = 1\n    'Doc.'\n", namespace)
    assert "description" not in plugin_schema("", namespace["Made"])["properties"]["x"]


BOT = {"bot": {"name": "b"}}
WRONG = [
    {}, {"bot": {}}, BOT | {"lo": {}}, {"bot": {"name": "B"}}, {"bot": {"name": "b", "owners": ["a"]}},
    {"bot": {"name": "b", "owners": [777000]}}, {"bot": {"name": "b", "token": "1:a"}},
    {"bot": {"name": "b", "token": {}}}, {"bot": {"name": "b", "token": {"env": "A", "file": "b"}}},
    BOT | {"storage": {"url": "x"}}, BOT | {"telegram": {"base_url": "ftp://x"}},
    BOT | {"telegram": {"handler_timeout": 0}}, BOT | {"plugins": {"run": {}}}, BOT | {"plugins": {"A": {}}},
    BOT | {"plugins": {"new": {"enabled": "yes"}}}, BOT | {"plugins": {"greet": {"wrd": 1}}},
]  # fmt: skip


@pytest.mark.parametrize("value", WRONG)
def test_what_does_not_load_is_wrong_for_an_editor_too(value: dict[str, Any]) -> None:
    assert errors(file_schema({"greet": SCHEMA, "open": open_table()}), value)


def test_tables_that_are_not_known_are_open() -> None:
    value = BOT | {"plugins": {"greet": {"word": "x"}, "open": {"a": 1}, "new": {"use": "./a.py:B", "b": [1]}}}
    assert errors(file_schema({"greet": SCHEMA, "open": open_table()}), value) == []


def test_every_key_of_the_core_is_described() -> None:
    def bare(schema: Any, path: str) -> list[str]:
        below = [line for key, inner in schema.get("properties", {}).items() for line in bare(inner, f"{path}.{key}")]
        return below if "description" in schema else [path, *below]

    assert bare(file_schema({}), "") == []
    assert set(file_schema({})["properties"]) == {field.name for field in dataclasses.fields(File)}
