"""The tables of bot.toml that belong to the core, with their keys and what these are when left out."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from pluggram.config.fields import (
    BaseUrl,
    BotName,
    Lower,
    OwnerId,
    Seconds,
    StorageUrl,
)
from pluggram.config.sources import SecretSource, Table, TokenSource
from pluggram.config.webhook import WebhookTable


class BotTable(Table):
    """`[bot]`: who the bot is and whom it obeys."""

    name: BotName = Field(examples=["postbot"])
    """Names the folder of its data; every bot of yours needs another name."""
    token: TokenSource = SecretSource(env="BOT_TOKEN")
    """Where the token from @BotFather is: { env = "NAME" }, a variable, or { file = "path" }."""
    owners: Annotated[tuple[OwnerId, ...], Strict(False)] = ()
    """Telegram user ids of those who may do everything; empty: nobody."""
    strict: bool = False
    """True: a plugin that fails stops the start."""
    shutdown_timeout: Seconds = 8
    """Seconds that a stop may take before what still runs is cut off."""


class TelegramTable(Table):
    """`[telegram]`: how the bot talks with Telegram."""

    base_url: BaseUrl = "https://api.telegram.org"
    """A server that speaks the Bot API, without /bot or a slash at its end."""
    updates: Literal["polling", "webhook"] = "polling"
    """How updates arrive: fetched from Telegram, or posted by it to what [telegram.webhook] says."""
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
    webhook: WebhookTable | None = None
    """Where updates are posted to; needed when `updates` is "webhook"."""


class StorageTable(Table):
    """`[storage]`: where everything is kept."""

    url: StorageUrl = Field(default="sqlite:bot.db", examples=["json:data", "memory:"], repr=False)
    """sqlite:bot.db is one file, json:data a folder of readable files, memory: keeps nothing; plugins bring more."""


class LogTable(Table):
    """`[log]`: what is told to whoever runs the bot."""

    level: Annotated[Literal["debug", "info", "warning", "error", "critical"], Lower] = "info"
    """From which level on `pluggram run` logs."""
    format: Annotated[Literal["text", "json"], Lower] = "text"
    """Text, or one JSON object a line for programs that read logs."""


class File(Table):
    """What a bot is made of."""

    bot: BotTable
    telegram: TelegramTable = TelegramTable()
    storage: StorageTable = StorageTable()
    log: LogTable = LogTable()
    plugins: dict[str, object] = Field(default_factory=dict)
    """Each is looked at on its own."""
