"""Edge: what the rest of the house asks of the room that knows Telegram; that room gives it to the Bot."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pluggram.errors import TelegramError
from pluggram.reply import Reply

if TYPE_CHECKING:
    import telegram

    from pluggram.request import Request

RawUpdate = Mapping[str, Any]
"""An Update object of the Bot API, as decoded from JSON."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """What came where an update should have been, and is none.

    text: as it came. reason: why it is none, in words for people. update_id: if it could be told.
    """

    text: str
    reason: str
    update_id: int | None = None


Arrival = RawUpdate | Malformed
"""What a source of updates brings."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account, as Telegram tells it at the start (Bot API, getMe); None for what it does not tell.

    can_join_groups: /setjoingroups at @BotFather. can_read_all_group_messages: privacy mode is off, /setprivacy.
    supports_inline_queries: /setinline.
    """

    id: int
    username: str
    can_join_groups: bool | None = None
    can_read_all_group_messages: bool | None = None
    supports_inline_queries: bool | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One of many messages of the same content, as it was sent.

    ids: of the messages it became. reply: what to send the next time; a file is named by its file_id, now that Telegram
    has it.
    """

    ids: Sequence[int]
    reply: Reply


async def is_open(call: Callable[[str, Mapping[str, Any]], Awaitable[object]]) -> bool:
    """Ask whether Telegram can be reached at all (Bot API, getMe). call: makes one call, and raises TelegramError."""
    try:
        await call("getMe", {})
    except TelegramError:
        return False
    return True


class Edge(Protocol):
    """Telegram, as a Request and a plugin's Context see it. What Telegram refuses is raised as TelegramError."""

    @property
    def bot(self) -> "telegram.Bot":
        """The python-telegram-bot Bot."""

    def build_update(self, raw: RawUpdate) -> "telegram.Update":
        """Build the `telegram.Update` of a raw update."""

    async def send(self, request: "Request", reply: Reply) -> Sequence[int]:
        """Send a reply to where the request came from and give the ids of the messages it became."""

    async def send_to(self, chat_id: int | str, reply: Reply, thread_id: int | None = None) -> Sequence[int]:
        """Send a reply to a chat and give the ids of the messages it became."""

    async def send_bulk(self, chat_id: int | str, reply: Reply) -> Sent:
        """Send one of many messages; raises FloodLimit and Unreachable at once instead of waiting."""

    @property
    def spoken(self) -> int:
        """How many messages have gone out so far, besides those sent in bulk."""

    @property
    def held(self) -> float:
        """For how many seconds from now at least Telegram wants the whole bot to wait."""

    async def edit(self, chat_id: int | str, message_id: int, reply: Reply) -> None:
        """Change a message that the bot has sent; raises FloodLimit at once instead of waiting."""

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Any:
        """Call a Bot API method and give its raw result."""

    async def download(self, file_id: str, most: int) -> bytes:
        """Fetch a file of at most so many bytes."""

    async def administrators(self, chat_id: int) -> Collection[int]:
        """Name the user ids of those who administer a group; the answer may be a minute old."""
