"""Where a secret is read from, as bot.toml says it; the secret itself never stands there."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pluggram.config.fields import SecretFile, VariableName
from pluggram.config.rule import Refused, Rule

PydanticConfig = dict[str, object]


class Table:
    """A table of bot.toml: no unknown key, no value of another kind."""

    __pydantic_config__: ClassVar[PydanticConfig] = {"strict": True, "hide_input_in_errors": True}


@dataclass(frozen=True)
class SecretSource(Table):
    """Where a secret is read from, when it is needed: a variable or a file, and never bot.toml itself."""

    __pydantic_config__: ClassVar[PydanticConfig] = {
        **Table.__pydantic_config__,
        "json_schema_extra": {"minProperties": 1, "maxProperties": 1},
    }

    env: VariableName | None = None
    """The environment variable that holds it."""
    file: SecretFile | None = None
    """The file that holds it and nothing else; relative to bot.toml's folder."""

    def __post_init__(self) -> None:
        if (self.env is None) == (self.file is None):
            raise Refused('one of { env = "NAME" } and { file = "/run/secrets/name" }')


def _token_source(value: object) -> object:
    if isinstance(value, dict):
        return value
    raise Refused(
        'where the token is: { env = "BOT_TOKEN" } or { file = "/run/secrets/bot_token" }',
        "bot.toml gets copied, shown and committed: a token does not stand in it. "
        "If this one was ever shared, let @BotFather revoke it",
    )


def _webhook_secret_source(value: object) -> object:
    if isinstance(value, dict):
        return value
    raise Refused(
        'where the secret is: { env = "WEBHOOK_SECRET" } or { file = "/run/secrets/webhook_secret" }',
        "bot.toml gets copied, shown and committed: a secret does not stand in it",
    )


TokenSource = Annotated[SecretSource, Rule(_token_source)]
WebhookSecretSource = Annotated[SecretSource, Rule(_webhook_secret_source)]

TOKEN_VARIABLE = SecretSource(env="BOT_TOKEN")
"""Where the token is when nothing is said."""
WEBHOOK_SECRET_VARIABLE = SecretSource(env="WEBHOOK_SECRET")
"""Where the webhook's secret is when nothing is said."""
