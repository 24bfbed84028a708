"""People in private chats who send commands, and check what they are answered and in which order."""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.work import USERNAME, answer, digits, has_link

FIRST_CHAT = 1_000_000
NOT_FOUND = " was not found"
UPDATE = (
    '{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"Ann","last_name":"Lee",'
    '"username":"ann%d","language_code":"en"},"chat":{"id":%d,"first_name":"Ann","last_name":"Lee","username":"ann%d",'
    '"type":"private"},"date":%d,"text":"%s","entities":[{"offset":0,"length":%d,"type":"bot_command"}]}}'
)


@dataclass(slots=True)
class Asked:
    """An answer that somebody waits for. key: what it must say. at: when it was asked, in seconds."""

    key: str
    at: float


@dataclass(slots=True)
class Update:
    """One update, ready to be sent."""

    id: int
    chat: int
    key: str
    body: bytes


class Crowd:
    """Asks, and listens.

    wrong: answers that nobody asked for. doubled: such that had been given already. disordered: such that came before
    an earlier one of the same chat. What is missing is what is still waited for. content: set when `enough` answers
    were right.
    """

    def __init__(self, posts: int, chats: int, seed: int = 1) -> None:
        self._posts, self._chats = posts, chats
        self._digits = digits(posts)
        self._random = random.Random(seed)
        self._next_id = 1
        self.forget()

    def forget(self) -> None:
        """Begin anew, with nobody waiting."""
        self._waiting: dict[int, deque[Asked]] = {}
        self._given: Counter[tuple[int, str]] = Counter()
        self.right = self.wrong = self.doubled = self.disordered = self.missing = 0
        self.latencies: list[float] = []
        self.on_answer: Callable[[int], None] | None = None
        self.enough = 0
        self.content = asyncio.Event()

    def command(self, chat: int | None = None) -> Update:
        """Make the next command, of this person or of anybody."""
        who = FIRST_CHAT + (self._random.randrange(self._chats) if chat is None else chat)
        number = self._random.randrange(self._posts)
        written = f"{number:0{self._digits}}"
        text = f"/postno{written}@{USERNAME}" if self._next_id % 10 == 0 else f"/postno{written}"
        now = int(time.time())
        body = UPDATE % (self._next_id, self._next_id, who, who, who, who, now, text, len(text))
        url = f"https://example.org/post/{written}" if has_link(number) else None
        update = Update(self._next_id, who, answer(written, url).removesuffix(NOT_FOUND), body.encode())
        self._next_id += 1
        return update

    def ask(self, update: Update, now: float) -> None:
        """Wait for the answer of this one from now on."""
        self._waiting.setdefault(update.chat, deque()).append(Asked(update.key, now))
        self.missing += 1

    def hear(self, chat: int, text: str, now: float) -> None:
        """Check an answer of the bot."""
        key = text.partition(NOT_FOUND)[0]
        waiting = self._waiting.get(chat)
        if not waiting or not (waiting[0].key == key or self._is_late(waiting, key)):
            self._unasked(chat, key)
            return
        asked = waiting.popleft()
        self.right += 1
        self.missing -= 1
        self.latencies.append(now - asked.at)
        self._given[chat, key] += 1
        if self.right == self.enough:
            self.content.set()
        if self.on_answer:
            self.on_answer(chat)

    def _is_late(self, waiting: deque[Asked], key: str) -> bool:
        """Bring to the front what has overtaken others, if it is asked for at all."""
        for asked in waiting:
            if asked.key == key:
                self.disordered += 1
                waiting.remove(asked)
                waiting.appendleft(asked)
                return True
        return False

    def _unasked(self, chat: int, key: str) -> None:
        if self._given[chat, key]:
            self.doubled += 1
        else:
            self.wrong += 1
