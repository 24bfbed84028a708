import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pluggram import PluggramError
from pluggram.cli.root import root
from pluggram.storage import Storage, open_backend
from pluggram_plugins._audit import Act, Entry, Log

OLD: dict[str, object] = {
    "0001": "https://example.org/1",
    "0002": "  https://example.org/spaces  ",
    "7": "https://example.org/one-digit",
    "0003": "javascript:alert(1)",
    "0004": None,
    "0005": "https://example.org/z\u200b",
}

Pluggram = Callable[..., Result]


@pytest.fixture
def pluggram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pluggram:
    """Run `pluggram links ...` on a SQLite storage that stays from one run to the next."""
    monkeypatch.setenv("PLUGGRAM_DATA_DIR", str(tmp_path / "data"))
    config = tmp_path / "bot.toml"
    config.write_text('[bot]\nname = "testbot"\n[storage]\nurl = "sqlite:bot.db"\n[plugins.links]\n')
    return lambda *words: CliRunner().invoke(root, ["-c", str(config), "links", *map(str, words)])


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "links.json"
    path.write_text(json.dumps(OLD))
    return path


def stored(pluggram: Pluggram) -> object:
    return json.loads(pluggram("export").stdout)


def test_an_import_is_a_dry_run_unless_it_is_applied(pluggram: Pluggram, old: Path) -> None:
    result = pluggram("import", old)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{old}: 6 entries (JSON)",
        "      2 would be added",
        "          0001  https://example.org/1",
        "          0002  https://example.org/spaces",
        "      0 would be changed",
        "      0 unchanged",
        "      4 refused",
        "          7  https://example.org/one-digit: a post's number has 4 digits (0 to 9); did you mean 0007?",
        "          0003  javascript:alert(1): a link begins with http:// or https://, this one begins with javascript:",
        "          0004  null: there must be a link, and there is nothing (null)",
        '          0005  "https://example.org/z\\u200b": it holds U+200B ZERO WIDTH SPACE, which nobody can see',
        "      1 put right",
        "          0002  white space around the link dropped",
        "Nothing is written yet; --apply writes it.",
    ]
    assert result.stderr == ""
    assert stored(pluggram) == {}


def test_an_applied_import_is_there_and_a_second_one_changes_nothing(pluggram: Pluggram, old: Path) -> None:
    assert pluggram("import", old, "--apply").stdout.endswith("\n2 links written.\n")
    assert stored(pluggram) == {"0001": "https://example.org/1", "0002": "https://example.org/spaces"}
    again = pluggram("import", old, "--apply").stdout
    assert "      2 unchanged" in again
    assert "written" not in again


def test_a_change_is_shown_as_before_and_after(pluggram: Pluggram, old: Path, tmp_path: Path) -> None:
    pluggram("import", old, "--apply")
    new = tmp_path / "new.csv"
    new.write_text("number;url;title\n0001;https://example.org/new;A title\n0009,https://example.org/9\n")
    result = pluggram("import", new, "--apply")
    assert "          0001  https://example.org/1 -> https://example.org/new — A title" in result.stdout
    assert "line 3: 0009,https://example.org/9" in result.stdout
    assert stored(pluggram) == {
        "0001": {"url": "https://example.org/new", "title": "A title"},
        "0002": "https://example.org/spaces",
    }


def test_only_a_few_are_named_unless_all_are_wanted(pluggram: Pluggram, tmp_path: Path) -> None:
    many = tmp_path / "links.json"
    many.write_text(json.dumps({f"{n:04}": "https://example.org" for n in range(1500)}))
    few = pluggram("import", many).stdout
    assert "  1,500 would be added" in few
    assert "and 1,490 more; --all names them" in few
    assert "0700  https://example.org" in pluggram("import", many, "--all").stdout


def test_the_report_for_programs_holds_everything(pluggram: Pluggram, old: Path) -> None:
    report = json.loads(pluggram("import", old, "--apply", "--json").stdout)
    assert report["applied"] is True
    assert report["counts"] == {"added": 2, "changed": 0, "unchanged": 0, "refused": 4}
    assert report["added"]["0002"] == "https://example.org/spaces"
    assert {entry["number"]: entry["value"] for entry in report["refused"]} == {
        key: OLD[key] for key in ("7", "0003", "0004", "0005")
    }
    assert all(entry["reason"] for entry in report["refused"])


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_exported_file_is_imported_again_unchanged(pluggram: Pluggram, old: Path, tmp_path: Path, form: str) -> None:
    pluggram("import", old, "--apply")
    target = tmp_path / f"copy.{form}"
    assert pluggram("export", target).stderr == f"2 entries written to {target}\n"
    assert target.read_text() == pluggram("export", "--format", form).stdout
    assert target.read_text() == pluggram("export", "-", "--format", form).stdout
    assert "      2 unchanged" in pluggram("import", target).stdout


def test_export_keeps_and_names_what_is_unusable(pluggram: Pluggram, tmp_path: Path) -> None:
    config = tmp_path / "bot.toml"
    config.write_text(config.read_text().replace("sqlite:bot.db", "json:data"))
    folder = tmp_path / "data" / "testbot" / "data"
    folder.mkdir(parents=True)
    (folder / "links.json").write_text('{"0001": "javascript:x", "0002": "https://example.org"}')
    result = pluggram("export")
    assert json.loads(result.stdout) == {"0001": "javascript:x", "0002": "https://example.org"}
    assert result.stderr.startswith("0001 is not usable, and kept as it is stored: ")


def test_a_broken_file_is_refused_and_nothing_is_written(pluggram: Pluggram, tmp_path: Path) -> None:
    broken = tmp_path / "links.json"
    broken.write_text('{"0001": "https://example.org/1",')
    result = pluggram("import", broken, "--apply")
    assert isinstance(result.exception, PluggramError)
    assert f"{broken} is no JSON file of links: line 1, column" in str(result.exception)
    assert stored(pluggram) == {}


def test_a_file_that_is_not_there_is_a_usage_error(pluggram: Pluggram, tmp_path: Path) -> None:
    result = pluggram("import", tmp_path / "nope.json")
    assert result.exit_code == 2
    assert "nope.json' does not exist" in result.stderr


def test_the_real_process_says_what_is_wrong_in_one_line(pluggram: Pluggram, tmp_path: Path) -> None:
    wrong = tmp_path / "links.json"
    wrong.write_bytes(b'{"0001": "\xff"}')
    words = [sys.executable, "-m", "pluggram", "-c", str(tmp_path / "bot.toml"), "links", "import", str(wrong)]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ, check=False, timeout=50)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"Error: {wrong}, line 1: this is not UTF-8 (byte 10); save the file as UTF-8\n"


def test_a_password_in_a_refused_address_is_not_shown(tmp_path: Path, pluggram: Pluggram) -> None:
    file = tmp_path / "links.json"
    file.write_text(json.dumps({"0001": "https://ann:hunter2@example.org/login"}))
    done = pluggram("import", file)
    assert "https://***@example.org/login" in done.output
    assert "hunter2" not in done.output


def test_a_file_without_titles_takes_none_away_and_shows_links_as_people_read_them(
    tmp_path: Path, pluggram: Pluggram
) -> None:
    titled, plain = tmp_path / "titled.csv", tmp_path / "plain.csv"
    titled.write_text("number,url,title\n0001,https://example.org/a,Old title\n")
    plain.write_text("number,url\n0001,https://example.org/b\n")
    pluggram("import", titled, "--apply")
    shown = pluggram("import", plain, "--apply").stdout
    assert "https://example.org/a — Old title -> https://example.org/b — Old title" in shown
    assert stored(pluggram) == {"0001": {"url": "https://example.org/b", "title": "Old title"}}


def test_an_import_is_recorded_as_one_change_by_the_shell(pluggram: Pluggram, old: Path, tmp_path: Path) -> None:
    pluggram("import", old, "--apply")
    pluggram("import", old, "--apply")

    async def recorded() -> list[Entry]:
        storage = Storage()
        storage.attach(await open_backend("sqlite:bot.db", tmp_path / "data" / "testbot"))
        try:
            return list(await Log(storage.store).rows.entries())
        finally:
            await storage.close()

    [entry] = asyncio.run(recorded())
    assert (entry.act, entry.keys) == (Act("import", None, "shell", "links.json"), ("0001", "0002"))
