"""What python-telegram-bot's conversations keep over a restart, in the bot's storage."""

import json
from typing import Any, cast

from telegram.ext import BasePersistence, PersistenceInput

from pluggram.plugins import PluginError
from pluggram.storage import Json, Store
from pluggram.storage.values import encode

ConversationKey = tuple[int | str, ...]

_CONVERSATION, _USER, _CHAT, _BOT = "conversation ", "user ", "chat ", "bot"
_ABSENT = hash(encode(None))


class Data(dict[Any, Any]):
    """user_data, chat_data or bot_data. It is not copied before it is kept: that could fail, and encoding copies it."""

    def __deepcopy__(self, _memo: object) -> "Data":
        return self


class Keeping(BasePersistence[Data, Data, Data]):
    """Keeps the conversations of one plugin, and its user_data, chat_data and bot_data, in `store`.

    python-telegram-bot hands over what may have changed; `flush` writes what has, all of it or none.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(PersistenceInput(callback_data=False))
        self._store = store
        self._written: dict[str, int] = {}
        self._changes: dict[str, Json] = {}
        self._refused: list[str] = []

    async def flush(self) -> None:
        """Write what has changed.

        Raises StorageError when it cannot be written, and is tried again by the next; PluginError for what is no JSON,
        and is left out.
        """
        changes, self._changes = self._changes, {}
        refused, self._refused = self._refused, []
        try:
            if changes:
                await self._store.put_many(changes)
        except BaseException:
            self._changes = changes | self._changes
            raise
        if refused:
            raise PluginError("what it keeps for a persistent conversation must be JSON: " + "; ".join(refused))

    async def get_conversations(self, name: str) -> dict[ConversationKey, object]:
        """Give the states of a conversation, by who is in it where."""
        kept = await self._read(f"{_CONVERSATION}[{json.dumps(name)}, ")
        return {tuple(json.loads(key.removeprefix(_CONVERSATION))[1:]): state for key, state in kept}

    async def update_conversation(self, name: str, key: ConversationKey, new_state: object | None) -> None:
        """Take note of a state; None: it has ended."""
        if why := state_fault(new_state):
            self._refused.append(f"the state {new_state!r} of the conversation {name!r} {why}")
        else:
            self._note(_CONVERSATION + json.dumps([name, *key]), cast(Json, new_state), f"conversation {name!r}")

    async def get_user_data(self) -> dict[int, Data]:
        """Give the data of all people."""
        return await self._read_data(_USER)

    async def get_chat_data(self) -> dict[int, Data]:
        """Give the data of all chats."""
        return await self._read_data(_CHAT)

    async def get_bot_data(self) -> Data:
        """Give the data of the plugin as a whole."""
        return Data(next((data for _, data in await self._read(_BOT) if isinstance(data, dict)), {}))

    async def update_user_data(self, user_id: int, data: Data) -> None:
        """Take note of a person's data."""
        self._note(f"{_USER}{user_id}", data, f"user_data of {user_id}")

    async def update_chat_data(self, chat_id: int, data: Data) -> None:
        """Take note of a chat's data."""
        self._note(f"{_CHAT}{chat_id}", data, f"chat_data of {chat_id}")

    async def update_bot_data(self, data: Data) -> None:
        """Take note of the plugin's data."""
        self._note(_BOT, data, "bot_data")

    async def drop_user_data(self, user_id: int) -> None:
        """Forget a person's data."""
        self._note(f"{_USER}{user_id}", None, "")

    async def drop_chat_data(self, chat_id: int) -> None:
        """Forget a chat's data."""
        self._note(f"{_CHAT}{chat_id}", None, "")

    async def refresh_user_data(self, user_id: int, user_data: Data) -> None:
        """Do nothing: nobody else writes it."""

    async def refresh_chat_data(self, chat_id: int, chat_data: Data) -> None:
        """Do nothing: nobody else writes it."""

    async def refresh_bot_data(self, bot_data: Data) -> None:
        """Do nothing: nobody else writes it."""

    async def get_callback_data(self) -> None:
        """Give none: the bot has no arbitrary callback data."""

    async def update_callback_data(self, data: object) -> None:
        """Keep none."""

    async def _read_data(self, prefix: str) -> dict[int, Data]:
        kept = await self._read(prefix)
        return {int(key.removeprefix(prefix)): Data(data) for key, data in kept if isinstance(data, dict)}

    async def _read(self, prefix: str) -> list[tuple[str, Any]]:
        kept = await self._store.items(prefix)
        self._written |= {key: hash(encode(value)) for key, value in kept}
        return cast(list[tuple[str, Any]], kept)

    def _note(self, key: str, value: Json, what: str) -> None:
        """Remember what is to be written, if it is another than what was; what is empty is not kept."""
        value = None if value == {} else value
        try:
            mark = hash(encode(value))
        except (TypeError, ValueError) as error:
            self._refused.append(f"{what}: {error}")
            return
        if mark != self._written.get(key, _ABSENT):
            self._written[key] = mark
            self._changes[key] = value


def state_fault(state: object) -> str | None:
    """Say why a state of a conversation would not come back as it was; None when it would."""
    if state is None or isinstance(state, str | int | float):
        return None
    return f"is a {type(state).__name__}; use an int or a str, or an enum of these (IntEnum, StrEnum)"
