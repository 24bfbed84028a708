"""The door that Telegram posts updates to: who may come in, and what becomes of what he brings."""

import asyncio
import hmac
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from pluggram.decoding import decode
from pluggram.edge import Arrival, Malformed
from pluggram.intake.taking import InboxFull, NotTaken, Taker
from pluggram.intake.webhook.answer import TAKEN, Answer
from pluggram.intake.webhook.head import Head, path_of
from pluggram.intake.webhook.limits import Limits
from pluggram.intake.webhook.memory import Memory
from pluggram.intake.webhook.refused import Refusals, Refused
from pluggram.intake.webhook.replies import Held, Replies

logger = logging.getLogger("pluggram.webhook")

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
"""Carries the secret_token of setWebhook (Bot API)."""

RETRY_AFTER = 5
"""Seconds after which Telegram should post again what could not be kept."""


class Post(Held, Protocol):
    """An update that has been posted."""

    arrival: Arrival


class Door:
    """Hands the updates that are posted to `path` with `secret` to `taker`, and answers 200 once they are safe.

    taken: told after some were. replies: holds those posts then that may carry the answer.
    Whatever is sent, the answer is never 500: Telegram would send it again for ever.
    """

    def __init__(
        self,
        path: str,
        secret: str,
        taker: Taker,
        taken: Callable[[], object],
        limits: Limits | None = None,
        replies: Replies | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.memory = Memory(self.limits.bodies)
        self._path = path
        self._target = path.encode()
        self._secret = secret.encode()
        self._taker = taker
        self._taken = taken
        self._replies = replies
        self._refusals = Refusals()
        self._posts: list[Post] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.closed = False

    def close(self) -> None:
        """Take nothing more; what is being taken is finished."""
        self.closed = True
        if self._replies is not None:
            self._replies.close()

    async def finish(self) -> None:
        """Wait until all that is being taken is answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def abort(self) -> None:
        """Cut off what is being taken."""
        for task in tuple(self._tasks):
            task.cancel()

    def check(self, head: Head) -> None:
        """Raise Refused for what is no post of Telegram's; nothing of the body has been read then."""
        if head.target != self._target and path_of(head.target.decode("latin-1")) != self._path:
            raise Refused(404, "it is for another path", quiet=True)
        if head.method != b"POST":
            raise Refused(405, "it is no POST", quiet=True)
        secret = head.fields.get(SECRET_HEADER)
        if secret is None:
            raise Refused(401, "it has no secret")
        if not hmac.compare_digest(secret.strip(), self._secret):
            raise Refused(401, "its secret is not the one that this bot has set, or there are two")
        if _media_type(head.fields.get(b"content-type", b"")) != b"application/json":
            raise Refused(415, "it is not application/json")
        if head.length > self.limits.body:
            raise Refused(413, f"it says that it has more than {self.limits.body:,} bytes")

    def read(self, body: bytes) -> Arrival:
        """Read a body; raises Refused for what cannot be read, and for all once the door is closed."""
        if self.closed:
            raise CLOSED
        try:
            return decode(body)
        except ValueError as error:
            raise Refused(400, f"it cannot be read: {error}") from None

    def refuse(self, refused: Refused) -> Answer:
        """Give the answer to what is refused, and tell the log."""
        self._refusals.tell(refused)
        return Answer.to(refused)

    def take(self, post: Post) -> None:
        """Have an update taken, together with all others that come in this turn of the loop."""
        self._posts.append(post)
        if len(self._posts) == 1:
            task = asyncio.get_running_loop().create_task(self._take())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _take(self) -> None:
        posts, self._posts = self._posts, []
        answer = await self._kept([post.arrival for post in posts])
        replies = None if answer is not TAKEN or self.closed else self._replies
        for post in posts:
            if replies is None or isinstance(post.arrival, Malformed):
                post.answered(answer)
            else:
                replies.hold(post.arrival["update_id"], post)

    async def _kept(self, arrivals: Sequence[Arrival]) -> Answer:
        try:
            await self._taker.take(arrivals)
        except InboxFull as error:
            return self._not_taken(str(error) or "too many updates wait")
        except NotTaken as error:
            return self._not_taken(f"it could not be kept: {error}")
        except Exception:
            logger.exception("a post could not be taken")
            return self._not_taken("it could not be taken")
        self._taken()
        return TAKEN

    def _not_taken(self, reason: str) -> Answer:
        return self.refuse(Refused(503, reason, retry_after=RETRY_AFTER))


CLOSED = Refused(503, "the bot stops, and Telegram keeps what is not taken", retry_after=1)
"""For who posts while the bot stops."""


def _media_type(value: bytes) -> bytes:
    return value.partition(b";")[0].strip().lower()
