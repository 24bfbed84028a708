"""What a configuration comes to, value by value."""

import datetime
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from pluggram.config import Config, ConfigError
from pluggram.config.effective import Value, core_values, plugin_values, written_values

from .conftest import Load

BOT = '[bot]\nname = "b"\n'


def found(values: Iterable[Value]) -> dict[str, tuple[Any, str]]:
    return {".".join(map(str, value.path)): (value.value, value.origin) for value in values}


def of_plugin(config: Config, model: type[BaseModel] | None) -> dict[str, tuple[Any, str]]:
    values = found(plugin_values(config, config.plugins[0], model))
    return {key.removeprefix("plugins.x."): value for key, value in values.items()}


def test_each_value_says_its_line_its_variable_or_that_it_is_the_default(load_text: Load) -> None:
    config = load_text(BOT + 'owners = [1]\n[log]\nlevel = "DEBUG"\n', {"PLUGGRAM__TELEGRAM__IN_FLIGHT": "7"})
    values = found(core_values(config))
    assert values["bot.owners"] == ([1], "bot.toml:3")
    assert values["log.level"] == ("debug", "bot.toml:5")
    assert values["log.format"] == ("text", "default")
    assert values["telegram.in_flight"] == (7, "PLUGGRAM__TELEGRAM__IN_FLIGHT")
    assert values["telegram.handler_timeout"] == (30, "default")


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        ("", {}, {"bot.token.env": ("BOT_TOKEN", "default")}),
        ('token = { file = "t" }\n', {}, {"bot.token.file": ("t", "bot.toml:3")}),
        ("", {"PLUGGRAM__BOT__TOKEN": "1:x"}, {"bot.token.env": ("PLUGGRAM__BOT__TOKEN", "PLUGGRAM__BOT__TOKEN")}),
    ],
)
def test_of_the_token_only_its_place_is_told(
    load_text: Load, text: str, environ: dict[str, str], expected: dict[str, Any]
) -> None:
    values = found(core_values(load_text(BOT + text, environ)))
    assert {key: value for key, value in values.items() if key.startswith("bot.token")} == expected


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://ann:hunter2@host/1", "redis://***@host/1"),
        ("postgresql://host/db?user=ann&password=hunter2&x=1", "postgresql://host/db?user=ann&password=***&x=1"),
    ],
)
def test_passwords_in_urls_are_masked(load_text: Load, url: str, shown: str) -> None:
    assert found(core_values(load_text(f'{BOT}[storage]\nurl = "{url}"')))["storage.url"][0] == shown


class Colour(StrEnum):
    RED = "red"


class Inner(BaseModel):
    pin: SecretStr = SecretStr("0000")
    size: int = 1


class Everything(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    words: tuple[str, ...] = ("a", "b")
    colour: Colour = Colour.RED
    path: Path = Path("/x")
    day: datetime.date = datetime.date(2026, 1, 2)
    nothing: str | None = None
    inner: Inner = Inner()
    many: list[Inner] = [Inner()]
    named: str = Field(default="n", validation_alias="the-name")
    api_key: str = "hunter2"
    hidden: SecretStr = SecretStr("hunter2")
    hidden_list: list[SecretStr] = [SecretStr("hunter2")]
    rows: list[dict[str, str]] = [{"password": "hunter2", "user": "ann"}]
    uses_tokens: bool = True


def test_defaults_of_every_kind_are_told_as_toml_has_them_and_secrets_are_not(load_text: Load) -> None:
    values = of_plugin(load_text(BOT + "[plugins.x]\n"), Everything)
    assert {key: value for key, (value, _) in values.items()} == {
        "enabled": True, "words": ["a", "b"], "colour": "red", "path": "/x", "day": datetime.date(2026, 1, 2),
        "nothing": None, "inner.pin": "***", "inner.size": 1, "many": [{"pin": "***", "size": 1}], "the-name": "n",
        "api_key": "***", "hidden": "***", "hidden_list": "***", "rows": [{"password": "***", "user": "ann"}],
        "uses_tokens": True,
    }  # fmt: skip
    assert {origin for _, origin in values.values()} == {"default"}


def test_a_table_inside_is_told_value_by_value_with_the_place_of_each(load_text: Load) -> None:
    text = BOT + '[plugins.x]\n"the-name" = "m"\n[plugins.x.inner]\npin = "1234"\n'
    values = of_plugin(load_text(text, {"PLUGGRAM__PLUGINS__X__INNER__SIZE": "3"}), Everything)
    assert values["the-name"] == ("m", "bot.toml:4")
    assert values["inner.pin"] == ("***", "bot.toml:6")
    assert values["inner.size"] == (3, "PLUGGRAM__PLUGINS__X__INNER__SIZE")


def test_use_and_enabled_are_told_as_they_are_written(load_text: Load) -> None:
    values = of_plugin(load_text(BOT + '[plugins.x]\nuse = "a:B"\nenabled = false\n'), None)
    assert values == {"use": ("a:B", "bot.toml:4"), "enabled": (False, "bot.toml:5")}


def test_settings_that_are_wrong_are_an_error(load_text: Load) -> None:
    with pytest.raises(ConfigError):
        of_plugin(load_text(BOT + "[plugins.x]\nwords = 5\n"), Everything)


def test_what_is_written_for_an_unknown_model_is_hidden_since_any_may_be_a_secret(load_text: Load) -> None:
    config = load_text(BOT + '[plugins.x]\nuse = "a:B"\npin = 1234\non = true\n[plugins.x.inner]\nw = "hunter2"\n')
    assert found(written_values(config, config.plugins[0])) == {
        "plugins.x.use": ("a:B", "bot.toml:4"), "plugins.x.enabled": (True, "default"),
        "plugins.x.pin": ("***", "bot.toml:5"), "plugins.x.on": (True, "bot.toml:6"),
        "plugins.x.inner.w": ("***", "bot.toml:8"),
    }  # fmt: skip
