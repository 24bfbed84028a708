"""What can go wrong between a request and its whole answer, in words for people; none holds the path of a URL."""


class HttpError(Exception):
    """There is no whole answer. sent: whether the server may have received the request, and acted on it."""

    sent = True


class NotConnected(HttpError):
    """Nothing was sent: no address, no connection, no certificate to trust, or a proxy that refuses."""

    sent = False


class BrokenOff(HttpError):
    """The request was sent, at least in part, and no whole answer of HTTP has come."""


class TimedOut(HttpError):
    """The time is over."""

    def __init__(self, message: str = "it has not answered in time", *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class TooLarge(HttpError):
    """The answer is larger than the caller takes; the rest of it is not read."""
