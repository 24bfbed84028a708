from enum import Enum
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from pluggram.config import ConfigError, Problem, validate_settings

from .conftest import Load

BOT = '[bot]\nname = "b"\n[plugins.x]\n'


class Colour(Enum):
    RED = "red"


class Inner(BaseModel):
    host: str
    port: int = 1


class Settings(BaseModel):
    digits: int = Field(default=4, ge=1, le=9)
    prefix: str = "postno"
    mode: Literal["fast", "slow"] = "fast"
    colour: Colour = Colour.RED
    either: int | list[int] = 0
    key: SecretStr | None = None
    password: str = ""
    server: Inner | None = None
    servers: list[Inner] = []
    by_name: dict[str, int] = {}
    words: str = Field(default="", alias="the-words")

    @field_validator("password")
    @classmethod
    def _is_long(cls, value: str) -> str:
        if len(value) < 3:
            return value
        raise ValueError(f"{value} is not a good password")

    @field_validator("prefix")
    @classmethod
    def _is_bare(cls, value: str) -> str:
        if value.startswith("/"):
            raise ValueError("a prefix without its slash")
        return value


class Free(BaseModel):
    model_config = ConfigDict(extra="allow")


def problems(load_text: Load, text: str, model: type[BaseModel] | None, **environ: str) -> dict[str, Problem]:
    config = load_text(BOT + text, environ)
    with pytest.raises(ConfigError) as caught:
        validate_settings(config, config.plugins[0], model)
    assert caught.value.__context__ is None
    return {problem.key.removeprefix("plugins.x."): problem for problem in caught.value.problems}


def test_settings_arrive_as_the_plugins_model(load_text: Load) -> None:
    config = load_text(BOT + 'digits = 5\nthe-words = "w"\nuse = "a:B"\nenabled = true', {})
    settings = validate_settings(config, config.plugins[0], Settings)
    assert (settings.digits, settings.prefix, settings.words) == (5, "postno", "w")


@pytest.mark.parametrize(
    ("text", "key", "found", "expected"),
    [
        ("digits = 0", "digits", "0", "a value of at least 1"),
        ('digits = "x"', "digits", '"x"', "a whole number"),
        ("prefix = 5", "prefix", "5", "text in quotes"),
        ('prefix = "/p"', "prefix", '"/p"', "a prefix without its slash"),
        ('mode = "fest"', "mode", '"fest"', 'one of "fast" or "slow"'),
        ('colour = "rd"', "colour", '"rd"', '"red"'),
        ("server = {}", "server.host", "nothing", "a value for this key"),
        ("servers = [{host = 'a'}, {host = 1}]", "servers[1].host", "1", "text in quotes"),
        ("by_name = {a = 'x'}", "by_name.a", '"x"', "a whole number"),
        ("either = true", "either", "true", ""),
    ],
)
def test_each_kind_of_error_is_told_in_our_words(
    load_text: Load, text: str, key: str, found: str, expected: str
) -> None:
    if key == "either":
        text = 'either = "x"'
        found, expected = '"x"', "a whole number, or a list: [ ... ]"
    (problem,) = problems(load_text, text, Settings).values()
    assert (problem.key, problem.line) == (f"plugins.x.{key}", 4)
    assert (problem.found, problem.expected) == (found, expected)


def test_an_unknown_key_is_an_error_at_every_depth(load_text: Load) -> None:
    told = problems(load_text, "digts = 5\nthe-wrds = 1\n[plugins.x.server]\nhost = 'h'\nprot = 5\n", Settings)
    assert {key: (problem.line, problem.hint) for key, problem in told.items()} == {
        "digts": (4, "did you mean `digits`?"),
        "the-wrds": (5, "did you mean `the-words`?"),
        "server.prot": (8, "did you mean `port`?"),
    }


def test_a_value_from_the_environment_is_told_by_its_variable(load_text: Load) -> None:
    name = "PLUGGRAM__PLUGINS__X__PREFIX"
    problem = problems(load_text, "", Settings, **{name: "123"})["prefix"]
    assert problem.source == name
    assert problem.hint.endswith(f"""{name}='"..."'""")


@pytest.mark.parametrize("text", ['key = ["hunter2"]', "key = 72727272", 'password = "hunter2"'])
def test_a_secret_setting_is_never_told(load_text: Load, text: str) -> None:
    (problem,) = problems(load_text, text, Settings).values()
    assert "hunter2" not in str(problem)
    assert "72727272" not in str(problem)


def test_a_plugin_without_settings_takes_none(load_text: Load) -> None:
    assert "takes no settings" in problems(load_text, "a = 1\n", None)["a"].expected
    config = load_text(BOT + 'use = "a:B"')
    assert validate_settings(config, config.plugins[0], None) is None


def test_a_model_that_allows_free_keys_gets_them(load_text: Load) -> None:
    config = load_text(BOT + 'hello = "hi"')
    assert validate_settings(config, config.plugins[0], Free).model_extra == {"hello": "hi"}
