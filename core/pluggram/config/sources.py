"""Where a secret is read from, as bot.toml says it; the secret itself never stands there."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from pluggram.config.fields import SecretFile, VariableName, refuse


class Table(BaseModel):
    """A table of bot.toml: no unknown key, no value of another kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class SecretSource(Table):
    """Where a secret is read from, when it is needed: a variable or a file, and never bot.toml itself."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    env: VariableName | None = None
    """The environment variable that holds it."""
    file: SecretFile | None = None
    """The file that holds it and nothing else; relative to bot.toml's folder."""

    @model_validator(mode="after")
    def _is_one(self) -> "SecretSource":
        if (self.env is None) == (self.file is None):
            raise refuse('one of { env = "NAME" } and { file = "/run/secrets/name" }')
        return self


def _token_source(value: object) -> object:
    if isinstance(value, dict | SecretSource):
        return value
    raise refuse(
        'where the token is: { env = "BOT_TOKEN" } or { file = "/run/secrets/bot_token" }',
        "bot.toml gets copied, shown and committed: a token does not stand in it. "
        "If this one was ever shared, let @BotFather revoke it",
    )


def _webhook_secret_source(value: object) -> object:
    if isinstance(value, dict | SecretSource):
        return value
    raise refuse(
        'where the secret is: { env = "WEBHOOK_SECRET" } or { file = "/run/secrets/webhook_secret" }',
        "bot.toml gets copied, shown and committed: a secret does not stand in it",
    )


TokenSource = Annotated[SecretSource, BeforeValidator(_token_source)]
WebhookSecretSource = Annotated[SecretSource, BeforeValidator(_webhook_secret_source)]
