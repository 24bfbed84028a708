"""The door that Telegram posts updates to: a bare ASGI application."""

import hmac
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from pluggram.decoding import decode
from pluggram.intake.taking import InboxFull, NotTaken, Taker
from pluggram.intake.webhook.body import Body, Gone, Memory, Message, Receive
from pluggram.intake.webhook.limits import Limits
from pluggram.intake.webhook.patience import Patience
from pluggram.intake.webhook.refused import Refusals, Refused

logger = logging.getLogger("pluggram.webhook")

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
"""Carries the secret_token of setWebhook (Bot API)."""

RETRY_AFTER = 5
"""Seconds after which Telegram should post again what could not be kept."""

Send = Callable[[Message], Awaitable[None]]


def path_of(url: str) -> str:
    """Give the path of a URL as servers see it."""
    return unquote(urlsplit(url).path) or "/"


class Door:
    """Hands each update that is posted to `path` with `secret` to `taker`, and answers 200 once it is safe.

    taken: told after each. Whatever is sent, the answer is never 500: Telegram would send it again for ever.
    """

    def __init__(
        self, path: str, secret: str, taker: Taker, taken: Callable[[], object], limits: Limits | None = None
    ) -> None:
        self._path = path
        self._secret = secret.encode()
        self._taker = taker
        self._taken = taken
        self._limits = limits or Limits()
        self._memory = Memory(self._limits.bodies)
        self._patience = Patience(self._limits.seconds)
        self._refusals = Refusals()

    def close(self) -> None:
        """Take nothing more; what is being taken is finished."""
        self._patience.end()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = Body(receive, self._limits, self._patience)
        headers = [(b"content-length", b"0")]
        status = HTTPStatus.OK.value
        try:
            try:
                await self._take(scope, body)
            except Refused as refused:
                self._refusals.tell(refused)
                status = refused.status
                headers += _headers(refused)
                if not _values(scope, b"expect"):
                    await body.pass_over()
        except Gone:
            return
        if not body.complete:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _take(self, scope: Message, body: Body) -> None:
        self._check(scope)
        with self._memory.share() as share:
            try:
                arrival = decode(await body.read(share))
            except ValueError as error:
                raise Refused(400, f"it cannot be read: {error}") from None
            self._patience.check()
            try:
                await self._taker.take([arrival])
            except InboxFull as error:
                raise Refused(503, str(error) or "too many updates wait", retry_after=RETRY_AFTER) from None
            except NotTaken as error:
                raise Refused(503, f"it could not be kept: {error}", retry_after=RETRY_AFTER) from None
            except Exception:
                logger.exception("a post could not be taken")
                raise Refused(503, "it could not be taken", retry_after=RETRY_AFTER) from None
        self._taken()

    def _check(self, scope: Message) -> None:
        """Raise Refused for what is no post of Telegram's; nothing of the body has been read then."""
        if scope["path"] != self._path:
            raise Refused(404, "it is for another path")
        if scope["method"] != "POST":
            raise Refused(405, "it is no POST")
        secrets = _values(scope, SECRET_HEADER)
        if len(secrets) != 1:
            raise Refused(401, "it has no secret" if not secrets else "it has more than one secret")
        if not hmac.compare_digest(secrets[0], self._secret):
            raise Refused(401, "its secret is not the one that this bot has set")
        if [_media_type(value) for value in _values(scope, b"content-type")] != [b"application/json"]:
            raise Refused(415, "it is not application/json")
        if _declared(scope) > self._limits.body:
            raise Refused(413, f"it says that it has more than {self._limits.body:,} bytes")


def _values(scope: Message, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _media_type(value: bytes) -> bytes:
    return value.partition(b";")[0].strip().lower()


def _declared(scope: Message) -> float:
    """Give the bytes that a body is said to have; 0 when nothing is said."""
    lengths = _values(scope, b"content-length")
    return max((float(value) for value in lengths if value.isdigit()), default=0)


def _headers(refused: Refused) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = [(b"allow", b"POST")] if refused.status == HTTPStatus.METHOD_NOT_ALLOWED else []
    if refused.retry_after is not None:
        found.append((b"retry-after", b"%d" % refused.retry_after))
    return found
