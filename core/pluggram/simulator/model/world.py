"""The world: everyone and every chat there is, and the few verbs through which all that happens passes."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from hashlib import sha256
from itertools import count
from secrets import token_urlsafe

from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.model.accounts import GROUP_ANONYMOUS_BOT, Account
from pluggram.simulator.model.bots import Bot, is_token
from pluggram.simulator.model.chats import Chat, Member
from pluggram.simulator.model.content import Content, Service
from pluggram.simulator.model.delivery import hearers, update_kind
from pluggram.simulator.model.events import Changes, MessageDeleted, MessageEdited, MessageSent
from pluggram.simulator.model.files import Files
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.people import User
from pluggram.simulator.model.pins import unpin
from pluggram.simulator.model.queries import CALLBACK_LIFETIME, CallbackQuery, InlineQuery
from pluggram.simulator.model.updates import UpdateQueue
from pluggram.simulator.model.webhooks import Patience

INLINE_ID_BYTES = 24
"""How long an inline_message_id is, once decoded."""

Clock = Callable[[], float]
"""Returns Unix seconds."""


class World(Changes):
    """Users, bots and chats. `clock` dates messages and gives each bot its first update_id."""

    def __init__(self, clock: Clock = time.time) -> None:
        super().__init__()
        self.clock = clock
        self.patience = Patience()
        self.takes_any_token = False
        self.users: dict[int, User] = {}
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.callbacks: dict[str, CallbackQuery] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_messages: dict[str, Message] = {}
        self._private: dict[tuple[int, int], Chat] = {}
        self._ids = count(1)

    def user(self, first_name: str, *, id: int = 0, last_name: str = "", username: str = "") -> User:
        """Add a person; without an id, the next free one."""
        if not 0 <= id < 2**52:
            raise SimulatorError(f"{id} is no id of a person: they are above 0 and below 2**52")
        user = User(id or 1_000_000_000 + next(self._ids), first_name, last_name, username, "en", world=self)
        if user.id in self.users:
            raise SimulatorError(f"there is a user {user.id} already")
        self.users[user.id] = user
        return user

    def bot(self, username: str, *, first_name: str = "", token: str = "", privacy: bool = True) -> Bot:
        """Add a bot; without a token, one is made. `privacy` is @BotFather's privacy mode."""
        token = token or f"{7_000_000_000 + next(self._ids)}:{token_urlsafe(26)}"
        number, _, secret = token.partition(":")
        if not (is_token(token) and secret):
            raise SimulatorError("a bot's token is its id, a colon and a secret")
        if any(int(number) == each.id for each in self.bots.values()):
            raise SimulatorError(f"the token of bot {number} is taken")
        updates = UpdateQueue(int(self.clock()), self.wake)
        bot = Bot(int(number), first_name or username, username=username, token=token, updates=updates)
        bot.can_read_all_group_messages = not privacy
        self.bots[token] = bot
        return bot

    def stranger(self, token: str) -> Bot | None:
        """Return a new bot for a token that is not known, if this world `takes_any_token` and its bot has no other."""
        if self.takes_any_token:
            with suppress(SimulatorError):
                return self.bot(f"bot_{token.partition(':')[0]}_bot", token=token)
        return None

    def private(self, user: Account, bot: Bot) -> Chat:
        """Return the private chat of a person with a bot; the bot may write once the person has."""
        chat = self._private.get((user.id, bot.id))
        if chat is None:
            chat = self._private[user.id, bot.id] = Chat(user.id, "private")
            chat.add(user, bot)
        return chat

    def group(self, title: str, owner: User, *members: Account) -> Chat:
        """Create a basic group."""
        return self._add(Chat(-4_000_000_000 - next(self._ids), "group", title), owner, *members)

    def supergroup(self, title: str, owner: User, *members: Account, username: str = "") -> Chat:
        """Create a supergroup; with a username it is public."""
        return self._add(Chat(-1_002_000_000_000 - next(self._ids), "supergroup", title, username), owner, *members)

    def channel(self, title: str, owner: User, *members: Account, username: str = "") -> Chat:
        """Create a channel; with a username it is public."""
        return self._add(Chat(-1_003_000_000_000 - next(self._ids), "channel", title, username), owner, *members)

    def migrate(self, group: Chat) -> Chat:
        """Turn a basic group into a supergroup, with all who are in it, and return that; the old id is of no more use.

        Both chats are told (Bot API, Message.migrate_to_chat_id). Raises SimulatorError for any other chat.
        """
        if group.type != "group" or group.migrated_to is not None:
            raise SimulatorError(f"{group.title or group.id} is no basic group")
        new = Chat(-1_002_000_000_000 - next(self._ids), "supergroup", group.title, members=dict(group.members))
        self.chats[new.id] = new
        self.announce(group, group.creator, {"migrate_to_chat_id": new.id})
        group.migrated_to = new
        news = self.compose(new, Service({"migrate_from_chat_id": group.id}), group.creator)
        news.sender, news.sender_chat = GROUP_ANONYMOUS_BOT, new
        self.publish(news)
        return new

    def _add(self, chat: Chat, owner: User, *members: Account) -> Chat:
        chat.members[owner.id] = Member(owner, "creator")
        chat.add(*members)
        self.chats[chat.id] = chat
        return chat

    def find_chat(self, chat_id: int, bot: Bot) -> Chat | None:
        """Return the chat that a bot means by an id: a person's id is its private chat with this bot."""
        return self._private.get((chat_id, bot.id)) or self.chats.get(chat_id)

    def compose(self, chat: Chat, content: Content, author: Account, reply_to: Message | None = None) -> Message:
        """Make the next message of a chat; it is said only when `publish` is called."""
        if reply_to is not None and not (reply_to.chat is chat and reply_to.standing):
            raise SimulatorError(f"there is no message {reply_to.id} in this chat to reply to")
        if chat.migrated_to is not None:
            raise SimulatorError(f"{chat.title} has become the supergroup {chat.migrated_to.id}")
        chat.last_message_id += 1
        return Message(chat, chat.last_message_id, int(self.clock()), author, content, author, reply_to=reply_to)

    def publish(self, message: Message) -> Message:
        """Put a message into its chat and tell the bots that hear it."""
        hearing = list(hearers(message))
        message.chat.messages[message.id] = message
        for bot in hearing:
            bot.updates.push(update_kind(message, edited=False), message.json())
        self.tell(MessageSent(copy(message)))
        return message

    def announce(self, chat: Chat, actor: Account, news: JsonObject, *, silent: bool = False) -> Message:
        """Say what somebody did in a chat: a service message, as `{"pinned_message": ...}` (Bot API, Message)."""
        message = self.compose(chat, Service(news), actor)
        message.silent = silent
        if chat.type == "channel":
            message.sender, message.sender_chat = None, chat
        elif chat.member(actor).anonymous:
            message.sender, message.sender_chat = GROUP_ANONYMOUS_BOT, chat
        return self.publish(message)

    def revise(self, message: Message) -> None:
        """Mark a message as edited and tell the bots that hear it."""
        message.edit_date = int(self.clock())
        for bot in hearers(message):
            bot.updates.push(update_kind(message, edited=True), message.json())
        self.tell(MessageEdited(copy(message)))

    def erase(self, message: Message) -> None:
        """Take a message out of its chat."""
        message.chat.messages.pop(message.id, None)
        unpin(message)
        self.tell(MessageDeleted(message))

    def ask_callback(self, user: User, message: Message, data: str) -> CallbackQuery:
        """Tell the bot whose message it is that its button was pressed."""
        bot = next((bot for bot in self.bots.values() if bot in (message.author, message.via_bot)), None)
        if bot is None:
            raise SimulatorError(f"message {message.id} belongs to no bot")
        query = CallbackQuery(self._query_id(), bot, user, message, data, self.clock())
        alive = query.asked - CALLBACK_LIFETIME
        self.callbacks = {key: each for key, each in self.callbacks.items() if each.asked >= alive}
        self.callbacks[query.id] = query
        bot.updates.push("callback_query", query.json())
        return query

    def ask_inline(self, user: User, bot: Bot, text: str, chat_type: str, offset: str) -> InlineQuery:
        """Hand an inline query to the bot. Raises SimulatorError when inline mode is off."""
        if not bot.supports_inline_queries:
            raise SimulatorError(f"@{bot.username} has no inline mode")
        query = InlineQuery(self._query_id(), bot, user, text, self.clock(), offset, chat_type)
        alive = query.asked - CALLBACK_LIFETIME
        self.inline_queries = {key: each for key, each in self.inline_queries.items() if each.asked >= alive}
        self.inline_queries[query.id] = query
        bot.updates.push("inline_query", query.json())
        return query

    def send_inline(self, query: InlineQuery, result_id: str, message: Message) -> Message:
        """Put a message that holds an inline query's result into its chat; its bot is told if it asked for that."""
        seed = sha256(str(next(self._ids)).encode()).digest()
        message.inline_id = urlsafe_b64encode(seed[:INLINE_ID_BYTES]).decode()
        self.inline_messages[message.inline_id] = message
        self.publish(message)
        if query.bot.inline_feedback:
            query.bot.updates.push("chosen_inline_result", query.chosen(result_id, message))
        return message

    def _query_id(self) -> str:
        return str(4_000_000_000_000_000_000 + next(self._ids))
