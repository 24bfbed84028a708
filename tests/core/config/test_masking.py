"""What in a configuration is secret: known by its key, by its type, or by its place in a URL."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from pluggram.config import load, validate_settings
from pluggram.config.masking import credentials, texts
from pluggram.masks import mask

Write = Callable[[str], Path]


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("postgresql://bot:s3cr%3dt@db/x", {"s3cr%3dt", "s3cr=t", "bot:s3cr%3dt@", "bot:s3cr=t@"}),
        ("redis://:hunter2@cache/0", {"hunter2", ":hunter2@"}),
        ("redis://cache/0?password=a%20b&db=1", {"a%20b", "a b"}),
        ("http://[broken", set()),
        ("sqlite:bot.db", set()),
    ],
)
def test_what_is_secret_in_a_url(url: str, secrets: set[str]) -> None:
    assert set(credentials(url)) == secrets


def test_every_text_is_found_with_the_way_to_it() -> None:
    value = {"a": ["x", {"b": "y"}], "c": 5, "d": None}
    assert dict(texts(value)) == {("a", 0): "x", ("a", 1, "b"): "y"}


CONFIG = """
[bot]
name = "x"
[storage]
url = "memory:"
[plugins.one]
servers = ["amqp://bot:rabbit-Pass@mq:5672/", "redis://cache?auth_token=par-4m-eter"]
api_key = "key-4711-x"
phrase = "open sesame 99"
short = "redis://u:abc@cache"
"""


class Settings(BaseModel):
    servers: list[str]
    api_key: str
    phrase: SecretStr
    short: str


def test_secrets_are_masked_wherever_they_turn_up_once_the_configuration_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_text(CONFIG)
    config = load(path, {})
    for text in (
        "x rabbit-Pass y",
        "par-4m-eter",
        "key-4711-x",
        "KEY-4711-X",
        "amqp://bot:rabbit-Pass@mq",
        "redis://u:abc@cache",
    ):
        assert "***" in mask(text), text
    assert "sesame" in mask("open sesame 99")
    validate_settings(config, config.plugins[0], Settings)
    assert mask("open sesame 99!") == "***!"
