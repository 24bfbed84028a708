"""The tables of bot.toml that belong to the core, with their keys and what these are when left out."""

from dataclasses import dataclass, field
from typing import Literal

from pluggram.config.fields import SECONDS, BaseUrl, BotName, Level, LogFormat, Owners, StorageUrl
from pluggram.config.sources import TOKEN_VARIABLE, Table, TokenSource
from pluggram.config.webhook import WebhookTable


@dataclass(frozen=True)
class BotTable(Table):
    """`[bot]`: who the bot is and whom it obeys."""

    name: BotName = field(metadata={"examples": ["postbot"]})
    """Names the folder of its data; every bot of yours needs another name."""
    token: TokenSource = TOKEN_VARIABLE
    """Where the token from @BotFather is: { env = "NAME" }, a variable, or { file = "path" }."""
    owners: Owners = ()
    """Telegram user ids of those who may do everything; empty: nobody."""
    strict: bool = False
    """True: a plugin that fails stops the start."""
    shutdown_timeout: float = field(default=8, metadata=SECONDS)
    """Seconds that a stop may take before what still runs is cut off."""


@dataclass(frozen=True)
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
    in_flight: int = field(default=256, metadata={"ge": 1, "le": 10_000})
    """Chats that are answered side by side."""
    handler_timeout: float = field(default=30, metadata=SECONDS)
    """Seconds that one answer may take."""
    inbox_limit: int = field(default=100_000, metadata={"ge": 1, "le": 100_000_000})
    """Updates that may wait on disk; when so many do, fetching waits too, and Telegram keeps the rest for 24 hours."""
    webhook: WebhookTable | None = None
    """Where updates are posted to; needed when `updates` is "webhook"."""


@dataclass(frozen=True)
class StorageTable(Table):
    """`[storage]`: where everything is kept."""

    url: StorageUrl = field(default="sqlite:bot.db", repr=False, metadata={"examples": ["json:data", "memory:"]})
    """sqlite:bot.db is one file, json:data a folder of readable files, memory: keeps nothing; plugins bring more."""


@dataclass(frozen=True)
class LogTable(Table):
    """`[log]`: what is told to whoever runs the bot."""

    level: Level = "info"
    """From which level on `pluggram run` logs."""
    format: LogFormat = "text"
    """Text, or one JSON object a line for programs that read logs."""


@dataclass(frozen=True)
class File(Table):
    """What a bot is made of."""

    bot: BotTable
    telegram: TelegramTable = TelegramTable()
    storage: StorageTable = StorageTable()
    log: LogTable = LogTable()
    plugins: dict[str, object] = field(default_factory=dict)
    """Each is looked at on its own."""
