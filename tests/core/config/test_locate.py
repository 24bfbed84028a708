import subprocess
import sys
from pathlib import Path

import pytest

from pluggram.config.locate import data_folder, find, places, table_names


def test_the_named_file_wins_then_the_variable_then_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    environ = {"PLUGGRAM_CONFIG": "variable.toml"}
    (tmp_path / "bot.toml").touch()
    assert find(Path("flag.toml"), environ, tmp_path) == tmp_path / "flag.toml"
    assert find(None, environ, tmp_path) == tmp_path / "variable.toml"
    assert find(None, {"PLUGGRAM_CONFIG": ""}, tmp_path) == tmp_path / "bot.toml"
    (tmp_path / "bot.toml").unlink()
    user = tmp_path / "config" / "pluggram" / "bot.toml"
    user.parent.mkdir(parents=True)
    user.touch()
    assert find(None, {}, tmp_path) == user
    user.unlink()
    assert find(None, {}, tmp_path) is None


def test_the_last_place_is_the_machines() -> None:
    assert [*places()][-1] == Path("/etc/pluggram/bot.toml")


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"PLUGGRAM_DATA_DIR": "/data", "STATE_DIRECTORY": "/state"}, "/data/b"),
        ({"STATE_DIRECTORY": "/var/lib/one:/var/lib/two"}, "/var/lib/one/b"),
        ({"PLUGGRAM_DATA_DIR": "here"}, "/cwd/here/b"),
    ],
)
def test_the_data_lies_where_the_environment_says_in_a_folder_of_the_bots_name(
    environ: dict[str, str], folder: str
) -> None:
    assert data_folder("b", environ, Path("/cwd")) == Path(folder)


def test_the_data_lies_in_the_users_folder_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder("b", {}) == tmp_path / "pluggram" / "b"
    assert data_folder("c", {}) != data_folder("b", {})


def test_table_names_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_bytes(b"\xef\xbb\xbf[plugins.z]\n[plugins.a]\nenabled = false\n[plugins]\nx = 5\n")
    assert table_names(path) == ["z", "a"]


@pytest.mark.parametrize("raw", [b"[plugins.z", b"\xff\xfe", b"plugins = 5", b"", b"a = " + b"[" * 5000])
def test_a_broken_file_has_no_table_names(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "bot.toml"
    path.write_bytes(raw)
    assert table_names(path) == []


def test_no_file_has_no_table_names(tmp_path: Path) -> None:
    assert table_names(tmp_path / "bot.toml") == table_names(tmp_path) == table_names(None) == []


@pytest.mark.parametrize("module", ["pluggram.config", "pluggram.config.locate"])
def test_to_locate_bot_toml_imports_no_pydantic(module: str) -> None:
    code = f"import sys, {module}; print([name for name in ('pydantic', 'tomlkit', 'telegram') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
