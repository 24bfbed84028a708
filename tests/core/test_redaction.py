"""No handler gets a secret, whoever has added it, when, and however it shows what it gets."""

import io
import json
import logging
import logging.handlers
import queue
import threading
import traceback
from collections.abc import Callable, Iterator

import pytest

from pluggram import masks, redaction

SECRET = "123456:" + "Rr" * 17
URL = "postgresql://bot:hunter2@db/post"


class Everything(logging.Formatter):
    """Shows all that is in a record, and makes the traceback itself."""

    def format(self, record: logging.LogRecord) -> str:
        shown = {name: repr(value) for name, value in vars(record).items()}
        trace = "".join(traceback.format_exception(record.exc_info[1])) if record.exc_info else record.exc_text
        return json.dumps([shown, trace, record.getMessage()])


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, original = logging.getLogger(), logging.Logger.handle
    handlers, level, factory = root.handlers[:], root.level, logging.getLogRecordFactory()
    redaction.install()
    redaction.install()
    masks.remember(SECRET)
    yield
    root.handlers[:], root.level = handlers, level
    logging.setLogRecordFactory(factory)
    logging.Logger.handle = original  # type: ignore[method-assign]


def by_a_handler_of_its_own(stream: io.StringIO) -> logging.Logger:
    logger = logging.getLogger("stranger.own")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Everything())
    logger.handlers[:], logger.propagate = [handler], False
    return logger


def by_basic_config(stream: io.StringIO) -> logging.Logger:
    logging.basicConfig(stream=stream, force=True, level=1)
    return logging.getLogger("stranger.basic")


def by_a_queue(stream: io.StringIO) -> logging.Logger:
    """Hand records over as a library would that sends them elsewhere."""

    class Elsewhere(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            stream.write(Everything().format(logging.handlers.QueueHandler(queue.Queue()).prepare(record)))
            return True

    logger = logging.getLogger("stranger.queue")
    logger.handlers[:], logger.propagate = [Elsewhere()], False
    return logger


def by_another_factory(stream: io.StringIO) -> logging.Logger:
    class Record(logging.LogRecord):
        def getMessage(self) -> str:  # noqa: N802
            return f"made elsewhere: {super().getMessage()}"

    logging.setLogRecordFactory(Record)
    return by_a_handler_of_its_own(stream)


WAYS = [by_a_handler_of_its_own, by_basic_config, by_a_queue, by_another_factory]


@pytest.mark.parametrize("way", WAYS)
def test_a_handler_that_somebody_adds_gets_no_secret(way: Callable[[io.StringIO], logging.Logger]) -> None:
    stream = io.StringIO()
    logger = way(stream)
    logger.setLevel(1)
    told: list[Callable[[], object]] = [
        lambda: logger.debug("token %s", SECRET),
        lambda: logger.info("at %s", URL),
        lambda: logger.info(SECRET),
        lambda: logger.info("%(token)s", {"token": SECRET}),
        lambda: logger.info("first digits %.3s", SECRET),
        lambda: logger.info("does not fit %d", SECRET),
        lambda: logger.info("more", extra={"url": f"https://api.telegram.org/bot{SECRET}/getMe"}),
        lambda: logger.info("much more", extra={"data": {"deep": [SECRET]}}),
        lambda: failed(logger),
        lambda: logger.info("stack", stack_info=True),
        lambda: logger.handle(logging.makeLogRecord({"msg": SECRET, "name": "elsewhere", "levelno": 50})),
    ]
    for tell in told:
        before = stream.tell()
        named = threading.Thread(target=tell, name=f"thread {SECRET}")
        named.start()
        named.join()
        assert stream.tell() > before, "it was not written"
    written = stream.getvalue()
    assert SECRET not in written
    assert "hunter2" not in written
    assert "in failed" in written


def failed(logger: logging.Logger) -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise ExceptionGroup("many", [OSError(URL)]) from cause
    except ExceptionGroup:
        logger.exception("in the end")


def test_a_record_without_secrets_stays_as_it_is() -> None:
    error, args = ValueError("no luck"), ("a", {"b": 1})
    record = logging.makeLogRecord({"msg": "%s %s", "args": args, "exc_info": (ValueError, error, None), "more": [1]})
    before = dict(vars(record))
    redaction.redact(record)
    assert vars(record) == before
    assert record.args is args


class Unshowable:
    def __str__(self) -> str:
        raise SystemError(SECRET)

    __repr__ = __str__


@pytest.mark.parametrize("fields", [{"args": (Unshowable(),)}, {"more": Unshowable()}])
def test_what_cannot_be_shown_is_not_shown(fields: dict[str, object]) -> None:
    record = logging.makeLogRecord({"msg": "it is %s", "exc_info": (ValueError, ValueError(SECRET), None)} | fields)
    redaction.redact(record)
    assert record.getMessage() == "a line that cannot be shown (SystemError)"
    assert (record.exc_info, record.exc_text) == (None, None)
