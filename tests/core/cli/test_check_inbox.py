"""What `pluggram check` says of the inbox."""

from pathlib import Path
from typing import Any

import pytest

from pluggram.cli.check_inbox import check_inbox
from pluggram.cli.finding import Finding
from pluggram.config import Config, load
from pluggram.intake.sqlite_inbox import SqliteInbox


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n')
    return load(tmp_path / "bot.toml", {"PLUGGRAM_DATA_DIR": str(tmp_path / "data")})


def message(update_id: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": 7}}}


def test_before_the_first_run_all_is_well_when_the_folder_can_be_made(config: Config) -> None:
    assert list(check_inbox(config)) == [Finding("inbox", "ok", f"updates wait in {config.data_folder}: 0 now")]


async def test_what_waits_is_told_and_what_was_set_aside_is_a_warning(config: Config) -> None:
    async with SqliteInbox(config.data_folder, 42, 100) as inbox:
        rows = await inbox.receive([message(1), message(2)])
        inbox.bury(rows[0], "because")
    waiting, dead = check_inbox(config)
    assert waiting.message.endswith(": 1 now")
    assert (dead.level, dead.message[:12]) == ("warning", "1 set aside;")


def test_a_folder_that_cannot_be_made_is_an_error(config: Config, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    (finding,) = check_inbox(config)
    assert finding.level == "error"
    assert f"{tmp_path}/data cannot be written" in finding.message


def test_a_file_that_is_no_inbox_is_an_error(config: Config) -> None:
    config.data_folder.mkdir(parents=True)
    (config.data_folder / "inbox.db").write_text("no database" * 100)
    (finding,) = check_inbox(config)
    assert finding.level == "error"
    assert "not a SQLite database" in finding.message


async def test_with_memory_what_waits_on_disk_from_before_is_a_warning(config: Config, tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n[telegram]\ndelivery = "memory"\n')
    changed = load(tmp_path / "bot.toml", {"PLUGGRAM_DATA_DIR": str(tmp_path / "data")})
    async with SqliteInbox(config.data_folder, 42, 100) as inbox:
        (row,) = await inbox.receive([message(1)])
        memory, left = check_inbox(changed)
        assert (memory.level, left.level) == ("ok", "warning")
        assert left.message.startswith("1 waiting on disk")
        inbox.done(row)
    assert len(list(check_inbox(changed))) == 1


def test_memory_says_what_it_costs(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n[telegram]\ndelivery = "memory"\n')
    (finding,) = check_inbox(load(tmp_path / "bot.toml", {}))
    assert "is lost" in finding.message
