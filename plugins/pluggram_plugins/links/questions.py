"""Questions that wait for a person's yes or no, kept in the storage so that a restart forgets none."""

import asyncio
import base64
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

from pluggram import Json, Store

LASTS = timedelta(hours=24)
"""How long a question waits."""
MOST_OF_ONE = 2
"""So many of one person in one chat wait at a time; a newer one takes the place of the oldest."""
MOST = 10
"""So many wait at a time at all."""

Topic = Literal["import", "removal"]
State = Literal["open", "done", "cancelled"]


@dataclass(frozen=True)
class Question:
    """What somebody was shown, and is asked whether to do. user, chat: who alone may answer, and where.

    about: what makes it: the name of a file, the numbers that were written. shown: a digest of what would be done, as
    it was shown. asked: when.
    """

    user: int
    chat: int
    topic: Topic
    about: str
    shown: str = ""
    state: State = "open"
    asked: datetime = field(default_factory=lambda: datetime.now(UTC))
    id: str = ""

    @classmethod
    def read(cls, question_id: str, value: Json) -> Self | None:
        """Read a stored question; None when it is none, or has waited too long."""
        match value:
            case {
                "user": int(user), "chat": int(chat), "topic": "import" | "removal" as topic, "about": str(about),
                "shown": str(shown), "state": "open" | "done" | "cancelled" as state, "asked": str(written),
            } if asked := _moment(written):  # fmt: skip
                too_old = datetime.now(UTC) - asked > LASTS
                return None if too_old else cls(user, chat, topic, about, shown, state, asked, question_id)
        return None

    def changed(self, **parts: Any) -> Self:
        """Give another one with these parts."""
        return replace(self, **parts)

    def stored(self) -> Json:
        """Give the value to store."""
        parts: dict[str, Json] = asdict(self) | {"asked": self.asked.isoformat()}
        del parts["id"]
        return parts


class Questions:
    """Keeps questions in a plugin's own store: `question/<id>`, and what they are about in `content/<id>`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def ask(self, question: Question, content: bytes = b"") -> Question:
        """Keep a new question, and give it with its id; the oldest ones make room.

        content: a file of some megabytes at most; it is packed.
        """
        asked = question.changed(id=secrets.token_hex(6))
        room = await self._room_for(asked)
        packed = await asyncio.to_thread(_packed, content) if content else None
        await self.store.put_many(room | {f"question/{asked.id}": asked.stored(), f"content/{asked.id}": packed})
        return asked

    async def find(self, question_id: str) -> Question | None:
        """Give a question; None when it waited too long, made room for another, or never was."""
        return Question.read(question_id, await self.store.get(f"question/{question_id}"))

    async def content(self, question: Question) -> bytes:
        """Give what it is about."""
        packed = await self.store.get(f"content/{question.id}")
        return await asyncio.to_thread(_unpacked, packed) if isinstance(packed, str) else b""

    async def keep(self, question: Question) -> None:
        """Store what has changed of a question."""
        await self.store.put(f"question/{question.id}", question.stored())

    def closed(self, question: Question, state: State) -> Mapping[str, Json]:
        """Give what to store when it is answered; the answer is remembered as long as the question would have been."""
        return {f"question/{question.id}": question.changed(state=state).stored(), f"content/{question.id}": None}

    async def _room_for(self, new: Question) -> dict[str, Json]:
        """Say which rows to remove, so that not more than so many are left."""
        rows = await self.store.items("question/")
        all_of_them = {key.removeprefix("question/"): value for key, value in rows}
        left = [q for id, value in all_of_them.items() if (q := Question.read(id, value))]
        left.sort(key=lambda question: question.asked, reverse=True)
        mine = [question for question in left if (question.user, question.chat) == (new.user, new.chat)]
        kept = {question.id for question in left[: MOST - 1]} - {question.id for question in mine[MOST_OF_ONE - 1 :]}
        gone = all_of_them.keys() - kept
        return {f"{kind}/{id}": None for kind in ("question", "content") for id in gone}


def _packed(content: bytes) -> str:
    return base64.b85encode(zlib.compress(content)).decode()


def _unpacked(packed: str) -> bytes:
    return zlib.decompress(base64.b85decode(packed))


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
