"""What a post is answered with."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from pluggram.intake.webhook.refused import Refused


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a response. kept: when the connection stays open. last: when it does not."""

    kept: bytes
    last: bytes

    @classmethod
    def of(cls, status: HTTPStatus, headers: Iterable[str] = ()) -> Self:
        """Write a response without a body."""
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", "Content-Length: 0", *headers]
        return cls(*("".join(f"{line}\r\n" for line in (*lines, *more, "")).encode() for more in ((), _CLOSE)))

    @classmethod
    def to(cls, refused: Refused) -> Self:
        """Write the response to a post that is refused."""
        status = HTTPStatus(refused.status)
        headers = ["Allow: POST"] if status is HTTPStatus.METHOD_NOT_ALLOWED else []
        if refused.retry_after is not None:
            headers.append(f"Retry-After: {refused.retry_after}")
        return cls.of(status, headers)

    @classmethod
    def carrying(cls, body: bytes) -> Self:
        """Write a response that carries JSON."""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
        return cls(head + b"\r\n" + body, head + b"Connection: close\r\n\r\n" + body)


_CLOSE = ("Connection: close",)

TAKEN = Answer.of(HTTPStatus.OK)
"""What Telegram waits for before it posts the next update of a chat."""

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
"""For who asks before he sends a body (Expect)."""
