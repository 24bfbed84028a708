"""Context: what a plugin is given when it is built."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pluggram.broadcasts import Broadcast, Chats
from pluggram.handlers import Access, Handler
from pluggram.probes import CheckResult, Count, Lag, Metric
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.storage import Store

Status = Literal["active", "disabled", "quarantined", "missing"]


@dataclass(frozen=True, slots=True)
class PluginState:
    """How one table of bot.toml fares.

    name: the table's name. status: active; disabled by `enabled = false` or by safe mode; quarantined because it
    failed; missing because nothing installed provides it. reason: why it is not active, in words for people. source:
    the entry point, dotted path or file it comes from. version: of the distribution that provides it. hooks: what it
    implements. summary: the first line of its docstring.
    """

    name: str
    status: Status
    reason: str = ""
    source: str = ""
    version: str = ""
    hooks: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A handler and the table name of the plugin that declared it."""

    plugin: str
    handler: Handler


class BotView(Protocol):
    """What a plugin may know of the bot it is in; read-only, and whole once all plugins are built."""

    @property
    def name(self) -> str:
        """The name in bot.toml."""

    @property
    def username(self) -> str:
        """The bot's user name on Telegram, without @; empty before the bot is connected."""

    @property
    def owners(self) -> frozenset[int]:
        """The user ids of the owners."""

    @property
    def declarations(self) -> Sequence[Declaration]:
        """Every handler of every active plugin, in the order of matching."""

    @property
    def plugins(self) -> Sequence[PluginState]:
        """Every plugin that bot.toml declares, in its order."""

    @property
    def uptime(self) -> float:
        """Seconds since the bot started."""

    @property
    def poll_age(self) -> float | None:
        """Seconds since updates were last fetched from Telegram; None before the first time."""

    @property
    def lag(self) -> Lag:
        """How late the event loop comes to what is due."""

    async def check(self) -> Sequence[CheckResult]:
        """Ask the bot's own probes and every plugin's checks, which may take 5 s; never raises what they raise."""

    async def metrics(self) -> Sequence[Metric]:
        """Take what the plugins count and measure; never raises what they raise."""

    async def permits(self, request: Request, declaration: Declaration) -> bool:
        """Whether the one who asked may use a handler: by role, and by what plugins say to it."""

    async def has_role(self, request: Request, access: Access) -> bool:
        """Whether the one who asked has this role or a higher one."""

    def deep_link(self, command: str) -> str | None:
        """Give the link that sends this command when it is opened; None when no handler lets itself be linked so."""

    def refresh_menus(self, user_id: int | None = None) -> None:
        """Have Telegram's command menus follow: that of a person who may use other things now, or all.

        It is done soon, in the background.
        """

    def finds(self, text: str) -> Declaration | None:
        """Find the declaration that would answer this text, access aside; None when only a fallback would."""


class TelegramView(Protocol):
    """Telegram for work that no request started; what a request asks for is better returned by its handler.

    In a lifespan, a handler and a job it is connected; before, every call raises RuntimeError. What Telegram refuses
    is raised as TelegramError: Forbidden when somebody has blocked the bot, Unreachable. Where it asks to wait, the
    call waits, and what goes to a chat after it waits behind it.
    """

    async def call(self, method: str, /, **parameters: Any) -> Any:
        """Call a Bot API method, once, and give its raw result: `await context.telegram.call("getChat", chat_id=42)`.

        A File among the parameters, or inside of one as in `media`, is uploaded.
        """

    async def send(self, chat_id: int | str, answer: str | Reply, *, thread_id: int | None = None) -> Sequence[int]:
        """Send an answer to a chat, patiently, and give the ids of the messages it became."""

    async def broadcast(self, name: str, chats: Chats, answer: str | Reply) -> Broadcast:
        """Begin to send an answer to many chats, at Telegram's pace and behind all replies; over restarts, too.

        When it returns, all of it is kept. A broadcast of this plugin that has the name already is given instead, also
        one that is over: 30 days long. chats: ids or @names, as a list or one by one; each gets it once.
        Raises ValueError for what is no name or no message, TypeError for what is no chat, StorageError.
        """

    @property
    def broadcasts(self) -> Mapping[str, Broadcast]:
        """The broadcasts of this plugin by name, from the start of the bot on: also what runs and what is over."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a plugin gets when it is built.

    name: its table in bot.toml. settings: its validated `Settings`, None when it has none. store: its own
    namespace. bot: the bot around it. telegram: Telegram, for work that no request started. shared:
    `context.shared("links")` is a namespace that plugins share. every: `context.every(60, self.look)` calls
    `look`, an `async def` or a `def`, every 60 seconds while the bot serves; what it raises is logged.
    count: `context.count("rolls")` counts what happens, in memory, under at most 100 names.
    """

    name: str
    settings: Any
    store: Store
    bot: BotView
    telegram: TelegramView
    shared: Callable[[str], Store]
    every: Callable[[float, Callable[[], Awaitable[object]] | Callable[[], object]], None]
    count: Count
