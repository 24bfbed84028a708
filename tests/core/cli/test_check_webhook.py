"""What `pluggram check` says of a webhook."""

from pathlib import Path
from typing import Any

import pytest

from pluggram.cli.check_webhook import check_webhook, check_webhook_info
from pluggram.config import Config, load

URL = "https://bot.example.org/telegram"
SECRET = {"WEBHOOK_SECRET": "a-secret-of-some-length"}


def config(folder: Path, *, updates: str = "webhook", more: str = "", environ: dict[str, str] = SECRET) -> Config:
    path = folder / "bot.toml"
    path.write_text(f'[bot]\nname = "x"\n[telegram]\nupdates = "{updates}"\n[telegram.webhook]\nurl = "{URL}"\n{more}')
    return load(path, environ)


def told(found: Any) -> list[tuple[str, str]]:
    return [(finding.level, finding.message) for finding in found]


def test_a_webhook_that_can_run_is_told_with_both_its_ends(tmp_path: Path) -> None:
    assert told(check_webhook(config(tmp_path), required=True)) == [
        ("ok", f"{URL} is to arrive at http://127.0.0.1:8443")
    ]


def test_of_polling_nothing_is_said(tmp_path: Path) -> None:
    assert told(check_webhook(config(tmp_path, updates="polling", environ={}), required=True)) == []
    assert told(check_webhook_info(config(tmp_path, updates="polling"), {"url": ""})) == []


@pytest.mark.parametrize(("required", "level"), [(True, "error"), (False, "warning")])
def test_a_missing_secret_is_an_error_where_it_is_needed(tmp_path: Path, required: bool, level: str) -> None:
    [(found, message)] = told(check_webhook(config(tmp_path, environ={}), required=required))
    assert found == level
    assert "secrets.token_urlsafe(32)" in message


def test_a_secret_that_telegram_would_not_take_is_always_an_error(tmp_path: Path) -> None:
    [(level, _)] = told(check_webhook(config(tmp_path, environ={"WEBHOOK_SECRET": "short"}), required=False))
    assert level == "error"


def test_files_that_are_no_certificate_are_an_error(tmp_path: Path) -> None:
    files = 'certificate = "none.pem"\nkey = "none.pem"\n'
    [(level, message)] = told(check_webhook(config(tmp_path, more=files), required=False))
    assert level == "error"
    assert f"{tmp_path / 'none.pem'}" in message


@pytest.mark.parametrize(
    ("updates", "info", "expected"),
    [
        ("webhook", {"url": ""}, [("ok", "none is set at Telegram; pluggram run sets it")]),
        (
            "webhook",
            {"url": "https://a.example/secret"},
            [("warning", "the one at Telegram is another, to a.example; pluggram run replaces it")],
        ),
        (
            "webhook",
            {"url": URL, "pending_update_count": 3, "last_error_message": "Connection refused"},
            [
                ("ok", "it is set at Telegram, where 3 updates wait"),
                ("warning", "when Telegram posted, it last met: Connection refused"),
            ],
        ),
        (
            "polling",
            {"url": URL},
            [("warning", "it is set at Telegram; pluggram run deletes it, for updates are polled")],
        ),
        (
            "polling",
            {"url": "https://a.example/secret"},
            [
                (
                    "error",
                    "one is set at Telegram, to a.example, and then nobody can poll: let the program that set it "
                    "delete it",
                )
            ],
        ),
    ],
)
def test_what_telegram_says_is_told(
    tmp_path: Path, updates: str, info: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(check_webhook_info(config(tmp_path, updates=updates), info)) == expected
