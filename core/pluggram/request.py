"""What came in: Request, read from a raw Telegram update without building a `telegram.Update`.

An update that has not the shape that the Bot API documents becomes no Request (None) or one without
the missing part; nothing here raises, whatever arrives.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pluggram.edge import Edge, RawUpdate
from pluggram.parts import Article, sendable
from pluggram.progress import Progress
from pluggram.reply import Reply

if TYPE_CHECKING:
    import telegram

Kind = Literal["message", "button", "inline", "document"]
"""What a handler can answer: a text, a button press, an inline query, a document with its caption."""

Origin = Literal["edited", "channel_post", "forwarded", "via_bot"]
"""Where a message came from, if it was not simply written here; a handler opts in by `accept={...}`."""

MOST_PARTS = 100
"""How often `reply` may be called for one request."""

_MESSAGES: dict[str, frozenset[Origin]] = {
    "message": frozenset(),
    "edited_message": frozenset({"edited"}),
    "channel_post": frozenset({"channel_post"}),
    "edited_channel_post": frozenset({"channel_post", "edited"}),
}
_QUERIES: dict[str, tuple[Kind, str]] = {"callback_query": ("button", "data"), "inline_query": ("inline", "query")}
_NOTHING: Mapping[str, Any] = {}
_LARGEST = 2**63 - 1  # the Bot API's integers are at most 64 bits wide; ids of users and chats at most 52


@dataclass(frozen=True, slots=True)
class User:
    """Who asked (Bot API, User)."""

    id: int
    first_name: str = ""
    username: str | None = None
    language_code: str | None = None

    @property
    def name(self) -> str:
        """What to call the person: the user name with its @, else the first name, else the id."""
        return f"@{self.username}" if self.username else self.first_name or str(self.id)


@dataclass(frozen=True, slots=True)
class Chat:
    """Where it was asked (Bot API, Chat); `type` is private, group, supergroup or channel, empty when not said."""

    id: int
    type: str = ""
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that came with a message (Bot API, Document). size: bytes, 0 when not said."""

    file_id: str
    name: str = ""
    mime_type: str = ""
    size: int = 0


class Request:
    """One thing that a person did, as a handler sees it.

    kind: "message", "button", "inline" or "document"; "other" for what no pattern can be matched against. text: what
    the pattern was matched against (the message's text, the button's data, the inline query, the document's caption).
    origins: empty for a message that was simply written here. redelivered: a run of this update was cut off before;
    it may have had effects.
    """

    __slots__ = (
        "_body", "_chat", "_edge", "_message", "_parts", "_update", "_user",
        "kind", "origins", "raw", "redelivered", "text",
    )  # fmt: skip

    def __init__(
        self,
        raw: RawUpdate,
        kind: Kind | Literal["other"],
        text: str,
        body: Mapping[str, Any],
        origins: frozenset[Origin] = frozenset(),
        edge: Edge | None = None,
        redelivered: bool = False,
    ) -> None:
        self.raw = raw
        self.kind = kind
        self.text = text
        self.origins = origins
        self.redelivered = redelivered
        self._body = body
        self._message = _mapping(body, "message") if kind == "button" else body
        self._edge = edge
        self._update: telegram.Update | None = None
        self._user: User | None = None
        self._chat: Chat | None = None
        self._parts = 0

    @classmethod
    def of_any(cls, raw: RawUpdate, edge: Edge | None = None, redelivered: bool = False) -> "Request":
        """Read any update: one that holds nothing for a pattern becomes a Request of the kind "other"."""
        request = cls.from_update(raw, edge, redelivered)
        if request is not None:
            return request
        raw = raw if isinstance(raw, dict) else _NOTHING
        name = next((name for name, body in raw.items() if isinstance(body, dict)), "")
        kind: Kind | Literal["other"] = "button" if name == "callback_query" else "other"
        return cls(raw, kind, "", _mapping(raw, name), edge=edge, redelivered=redelivered)

    @classmethod
    def from_update(cls, raw: RawUpdate, edge: Edge | None = None, redelivered: bool = False) -> "Request | None":
        """Read an update; None when it holds nothing that a pattern could be matched against."""
        if not isinstance(raw, dict):
            return None
        for name in _MESSAGES:
            if name in raw:
                return cls._from_message(raw, _mapping(raw, name), _MESSAGES[name], edge, redelivered)
        for name, (kind, field) in _QUERIES.items():
            if name in raw:
                body = _mapping(raw, name)
                text = _text(body, field)
                return None if text is None else cls(raw, kind, text, body, edge=edge, redelivered=redelivered)
        return None

    @classmethod
    def _from_message(
        cls,
        raw: RawUpdate,
        body: Mapping[str, Any],
        origins: frozenset[Origin],
        edge: Edge | None,
        redelivered: bool,
    ) -> "Request | None":
        kind: Kind = "message"
        if "document" in body:
            kind, text = "document", _text(body, "caption") if "caption" in body else ""
        else:
            text = _text(body, "text")
        if text is None:
            return None
        if "forward_origin" in body or "forward_date" in body:
            origins |= {"forwarded"}
        if "via_bot" in body:
            origins |= {"via_bot"}
        return cls(raw, kind, text, body, origins, edge, redelivered)

    @property
    def id(self) -> int | None:
        """The update's id (Bot API, Update.update_id): the same when an update is delivered again."""
        return _integer(self.raw, "update_id")

    @property
    def user(self) -> User | None:
        """Who asked; None for a channel post, and for whoever speaks as a chat (an anonymous administrator)."""
        if self._user is None and (user_id := self.user_id) is not None:
            sender = _mapping(self._body, "from")
            name, username = _text(sender, "first_name") or "", _text(sender, "username")
            self._user = User(user_id, name, username, _text(sender, "language_code"))
        return self._user

    @property
    def user_id(self) -> int | None:
        """The id of `user`."""
        return None if "sender_chat" in self._body else _id_of(self._body.get("from"))

    @property
    def speaks_as_chat(self) -> bool:
        """Whether the message carries `sender_chat`: then nobody knows which person wrote it (Bot API, Message)."""
        return "sender_chat" in self._body

    @property
    def chat(self) -> Chat | None:
        """Where it was asked; for a button, where its message is; None for an inline query."""
        if self._chat is None and (chat_id := self.chat_id) is not None:
            chat = _mapping(self._message, "chat")
            self._chat = Chat(chat_id, _text(chat, "type") or "", _text(chat, "title"))
        return self._chat

    @property
    def chat_id(self) -> int | None:
        """The id of `chat`."""
        return _id_of(self._message.get("chat"))

    @property
    def private(self) -> bool:
        """Whether it was asked in a chat with the bot alone."""
        return self.chat_id is not None and self._message["chat"].get("type") == "private"

    @property
    def message_id(self) -> int | None:
        """The message that was written, or that carries the pressed button."""
        return _integer(self._message, "message_id")

    @property
    def thread_id(self) -> int | None:
        """The forum topic it was asked in, if any (Bot API, Message.message_thread_id)."""
        return _integer(self._message, "message_thread_id") if self._message.get("is_topic_message") is True else None

    @property
    def query_id(self) -> str | None:
        """The id by which a button press or an inline query is answered."""
        return _text(self._body, "id") if self.kind in ("button", "inline") else None

    @property
    def inline_message_id(self) -> str | None:
        """The message that carries the pressed button, if it was sent by way of an inline query."""
        return _text(self._body, "inline_message_id") if self.kind == "button" else None

    @property
    def update(self) -> "telegram.Update":
        """The `telegram.Update`, built when asked for."""
        if self._update is None:
            self._update = self._connected().build_update(self.raw)
        return self._update

    @property
    def bot(self) -> "telegram.Bot":
        """The python-telegram-bot Bot: all of the Bot API."""
        return self._connected().bot

    @property
    def document(self) -> Document | None:
        """The file that came with the message, if any."""
        file = _mapping(self._body, "document")
        file_id = _text(file, "file_id")
        if file_id is None:
            return None
        size = _integer(file, "file_size") or 0
        return Document(file_id, _text(file, "file_name") or "", _text(file, "mime_type") or "", size)

    async def download(self, most: int = 20_000_000) -> bytes:
        """Fetch the document, of at most so many bytes; Telegram itself gives bots 20 MB (Bot API, getFile).

        Raises `pluggram.TelegramError` when it is larger or cannot be had, ValueError when there is no document,
        RuntimeError when the bot is not connected.
        """
        if self.document is None:
            raise ValueError("no document came with this request")
        return await self._connected().download(self.document.file_id, most)

    async def reply(self, answer: "str | Reply") -> None:
        """Send a part of the answer now; the last part is better returned.

        Raises what Telegram refuses as `pluggram.TelegramError`, RuntimeError when the bot is not connected, and for
        more than MOST_PARTS: that is a loop without an end.
        """
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise RuntimeError(f"a request is answered in at most {MOST_PARTS} parts")
        await self._connected().send(self, as_reply(answer, inline=self.kind == "inline"))

    def progress(self, text: str) -> Progress:
        """Tell of long work in one message that is edited: `async with request.progress("Reading") as progress:`.

        Raises RuntimeError when the bot is not connected.
        """
        return Progress(self._connected(), self, text)

    def _connected(self) -> Edge:
        if self._edge is None:
            raise RuntimeError("this request is not connected to Telegram")
        return self._edge


def update_kinds(kind: Kind, accepted: Set[Origin]) -> Sequence[str]:
    """Name the kinds of update that a request of this kind is read from (Bot API, Update)."""
    queries = [name for name, (query, _) in _QUERIES.items() if query == kind]
    return queries or [name for name, origins in _MESSAGES.items() if origins <= accepted]


def move_told(update: RawUpdate) -> tuple[int, int] | None:
    """Give the old and the new id of the group that an update tells of (Bot API, Message.migrate_to_chat_id)."""
    message = update.get("message")
    if not isinstance(message, dict) or ("migrate_to_chat_id" not in message and "migrate_from_chat_id" not in message):
        return None
    chat = message.get("chat")
    here = chat.get("id") if isinstance(chat, dict) else None
    old, new = message.get("migrate_from_chat_id", here), message.get("migrate_to_chat_id", here)
    return (old, new) if type(old) is int and type(new) is int else None


def as_reply(answer: object, *, inline: bool = False) -> Reply:
    """Take what a handler may return, a text, a Reply or Articles, as a Reply.

    Raises TypeError for anything else, and for Articles where nobody asked `inline`; ValueError for an empty text.
    """
    if isinstance(answer, str):
        return Reply(answer)
    if isinstance(answer, list | tuple) and all(isinstance(item, Article) for item in answer):
        answer = Reply(articles=tuple(answer))
    if not isinstance(answer, Reply):
        raise TypeError(f"a handler returns str, Reply, Articles or None, not {type(answer).__name__}")
    if answer.articles is not None and not inline:
        raise TypeError("Articles answer inline queries, and this is none")
    return answer


def _mapping(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else _NOTHING


def _integer(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    return value if type(value) is int and -_LARGEST <= value <= _LARGEST else None


def _id_of(part: object) -> int | None:
    """Give the id of a user or a chat; asked of every update, and so written out."""
    number = part.get("id") if isinstance(part, dict) else None
    return number if type(number) is int and -_LARGEST <= number <= _LARGEST else None


def _text(body: Mapping[str, Any], name: str) -> str | None:
    """Give a text as Unicode: halves of surrogate pairs, which no storage takes, are replaced."""
    value = body.get(name)
    if not isinstance(value, str):
        return None
    return value if value.isascii() else sendable(value)
