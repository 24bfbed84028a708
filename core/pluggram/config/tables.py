"""The tables of bot.toml that belong to the core, with their keys and what these are when left out."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from pluggram.config.fields import (
    BaseUrl,
    BotName,
    Lower,
    OwnerId,
    Seconds,
    SecretFile,
    StorageUrl,
    VariableName,
    refuse,
)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class TokenSource(_Table):
    """Where the bot's token is read from, when it is needed: a variable or a file, and never bot.toml itself."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    env: VariableName | None = None
    """The environment variable that holds the token."""
    file: SecretFile | None = None
    """The file that holds it and nothing else; relative to bot.toml's folder."""

    @model_validator(mode="after")
    def _is_one(self) -> "TokenSource":
        if (self.env is None) == (self.file is None):
            raise refuse('one of { env = "BOT_TOKEN" } and { file = "/run/secrets/bot_token" }')
        return self


def _token_source(value: object) -> object:
    if isinstance(value, dict | TokenSource):
        return value
    raise refuse(
        'where the token is: { env = "BOT_TOKEN" } or { file = "/run/secrets/bot_token" }',
        "bot.toml gets copied, shown and committed: a token does not stand in it. "
        "If this one was ever shared, let @BotFather revoke it",
    )


class BotTable(_Table):
    """`[bot]`: who the bot is and whom it obeys."""

    name: BotName = Field(examples=["postbot"])
    """Names the folder of its data; every bot of yours needs another name."""
    token: Annotated[TokenSource, BeforeValidator(_token_source)] = TokenSource(env="BOT_TOKEN")
    """Where the token from @BotFather is: { env = "NAME" }, a variable, or { file = "path" }."""
    owners: Annotated[tuple[OwnerId, ...], Strict(False)] = ()
    """Telegram user ids of those who may do everything; empty: nobody."""
    strict: bool = False
    """True: a plugin that fails stops the start."""
    shutdown_timeout: Seconds = 8
    """Seconds that a stop may take before what still runs is cut off."""


class TelegramTable(_Table):
    """`[telegram]`: how the bot talks with Telegram."""

    base_url: BaseUrl = "https://api.telegram.org"
    """A server that speaks the Bot API, without /bot or a slash at its end."""
    updates: Literal["polling"] = "polling"
    """How updates arrive."""
    delivery: Literal["durable", "memory"] = "durable"
    """Where updates wait: durable, in the inbox on disk; from memory, what is not answered when the process dies is
    lost."""
    menus: bool = True
    """Whether the command menus on Telegram are kept: what plugins declare, for each what he may use."""
    in_flight: int = Field(default=256, ge=1, le=10_000)
    """Chats that are answered side by side."""
    handler_timeout: Seconds = 30
    """Seconds that one answer may take."""
    inbox_limit: int = Field(default=100_000, ge=1, le=100_000_000)
    """Updates that may wait on disk; when so many do, fetching waits too, and Telegram keeps the rest for 24 hours."""


class StorageTable(_Table):
    """`[storage]`: where everything is kept."""

    url: StorageUrl = Field(default="sqlite:bot.db", examples=["json:data", "memory:"], repr=False)
    """sqlite:bot.db is one file, json:data a folder of readable files, memory: keeps nothing; plugins bring more."""


class LogTable(_Table):
    """`[log]`: what is told to whoever runs the bot."""

    level: Annotated[Literal["debug", "info", "warning", "error", "critical"], Lower] = "info"
    """From which level on `pluggram run` logs."""
    format: Annotated[Literal["text", "json"], Lower] = "text"
    """Text, or one JSON object a line for programs that read logs."""


class File(_Table):
    """What a bot is made of."""

    bot: BotTable
    telegram: TelegramTable = TelegramTable()
    storage: StorageTable = StorageTable()
    log: LogTable = LogTable()
    plugins: dict[str, object] = {}
    """Each is looked at on its own."""
