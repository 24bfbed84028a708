"""A dataclass says of its settings what a pydantic model would."""

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from pluggram.config import ConfigError, Problem, validate_settings
from pluggram.config.editor_schema import plugin_schema
from pluggram.config.effective import plugin_values

from .conftest import Load

BOT = '[bot]\nname = "b"\n[plugins.x]\n'


@dataclass(frozen=True)
class Server:
    """Where it is."""

    host: str = field(metadata={"examples": ["example.org"]})
    """The name of the machine."""
    port: int = field(default=1, metadata={"ge": 1})

    def __post_init__(self) -> None:
        if self.host == "nowhere":
            raise ValueError("a host that there is")


@dataclass(frozen=True)
class Settings:
    """Of a plugin."""

    digits: int = field(default=4, metadata={"ge": 1, "le": 9})
    """How many."""
    mode: Literal["fast", "slow"] = "fast"
    server: Server | None = None
    servers: tuple[Server, ...] = ()
    key: SecretStr | None = None
    words: list[str] = field(default_factory=lambda: ["a"])


def settings(load_text: Load, text: str) -> Settings:
    config = load_text(BOT + text)
    return validate_settings(config, config.plugins[0], Settings)


def problem(load_text: Load, text: str) -> Problem:
    with pytest.raises(ConfigError) as caught:
        settings(load_text, text)
    [only] = caught.value.problems
    return only


def test_what_is_not_plainly_right_may_still_be_what_pydantic_converts(load_text: Load) -> None:
    made = settings(load_text, 'digits = "5"\nservers = [{ host = "h", port = "2" }]\nkey = "hunter2"\n')
    assert (made.digits, made.servers, made.words) == (5, (Server("h", 2),), ["a"])
    assert made.key is not None
    assert made.key.get_secret_value() == "hunter2"


@pytest.mark.parametrize(
    ("text", "key", "found", "expected", "hint"),
    [
        ("digits = 0", "digits", "0", "a value of at least 1", ""),
        ("digts = 1", "digts", "a key that does not exist", "one of digits, mode,", "did you mean `digits`?"),
        ('mode = "fest"', "mode", '"fest"', 'one of "fast" or "slow"', 'did you mean "fast"?'),
        ("server = {}", "server.host", "nothing", "a value for this key", 'for example host = "example.org"'),
        ("server = 5", "server", "5", "a table", ""),
        ("servers = [{host = 'h'}, {host = 'h', prot = 1}]", "servers[1].prot", "a key", "host, port", "`port`?"),
        ("server.host = 'nowhere'", "server", "a table", "a host that there is", ""),
        ("key = 5", "key", "*** (a secret is not shown)", "text in quotes", ""),
    ],
)
def test_errors_are_told_in_the_same_words(
    load_text: Load, text: str, key: str, found: str, expected: str, hint: str
) -> None:
    told = problem(load_text, text)
    assert (told.key, told.line) == (f"plugins.x.{key}", 4)
    assert told.found.startswith(found)
    assert expected in told.expected
    assert hint in told.hint


def test_values_are_shown_with_their_defaults_and_no_secret(load_text: Load) -> None:
    config = load_text(BOT + 'key = "hunter2"\nserver = { host = "h" }\n')
    values = {".".join(map(str, v.path[2:])): v.value for v in plugin_values(config, config.plugins[0], Settings)}
    assert values == {
        "enabled": True, "digits": 4, "mode": "fast", "server.host": "h", "server.port": 1, "servers": [],
        "key": "***", "words": ["a"],
    }  # fmt: skip


def test_editors_are_told_limits_and_docstrings() -> None:
    keys: dict[str, Any] = plugin_schema("", Settings)["properties"]
    assert keys["digits"] == {"default": 4, "description": "How many.", "maximum": 9, "minimum": 1, "type": "integer"}
    assert keys["server"]["properties"]["host"]["description"] == "The name of the machine."
    assert keys["server"]["additionalProperties"] is False
