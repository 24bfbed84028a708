"""What is logged, and what never is."""

import json
import logging
from collections.abc import Iterator

import pytest

from pluggram import logs, masks

SECRET = "123456:" + "Ss" * 17


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_is_masked_in_messages_arguments_and_tracebacks(
    form: logs.Format, capsys: pytest.CaptureFixture[str]
) -> None:
    masks.remember(SECRET)
    logs.configure("debug", form)
    logger = logging.getLogger("anybody")
    logger.debug("token %s", SECRET)
    logger.debug("token %s", SECRET.lower())  # as python-telegram-bot writes what Telegram says
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("failed with %r", {"token": SECRET})
    written = capsys.readouterr().err
    assert SECRET.lower() not in written.lower()
    assert written.count("***") >= 4


def test_a_line_of_json_is_an_object_with_the_traceback_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        logging.getLogger("plugin").exception("could not")
    entry = json.loads(capsys.readouterr().err)
    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "plugin", "could not")
    assert "ZeroDivisionError" in entry["traceback"]


def test_nothing_that_somebody_wrote_passes_for_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "text")
    written = "x\n2026-01-01T00:00:00Z CRITICAL pluggram: all links were removed\r\x1b[2K\x9b2K \u202e\u2028gone"
    try:
        raise ValueError(written)
    except ValueError:
        logging.getLogger("plugin").exception("failed on %s", written)
    first, *others = capsys.readouterr().err.removesuffix("\n").split("\n")
    assert "failed on x" in first
    assert [line for line in others if not line.startswith("    ")] == []
    assert not {"\r", "\x1b", "\x9b", "\u202e", "\u2028"}.intersection("".join(others))
    assert r"removed\r\x1b[2K\x9b2K \u202e\u2028gone" in others[0]


def test_libraries_that_log_addresses_are_kept_to_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "text")
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot1:x/getMe")
    logging.getLogger("httpcore.connection").debug("connect")
    assert capsys.readouterr().err == ""
