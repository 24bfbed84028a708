"""Which plugins are installed, read from what describes the packages."""

from pathlib import Path

import pytest

from pluggram.installed import built_in, installed


def test_ours_are_built_in() -> None:
    assert {"postno", "help"} <= set(built_in())
    assert built_in()["postno"].value == "pluggram_plugins.postno:Postno"


def test_a_strangers_plugin_is_installed_and_not_built_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described = tmp_path / "pluggram_dice-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: pluggram_dice\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[pluggram.plugins]\ndice = dice:Dice\nhelp = dice:Help\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert [entry.value for entry in installed()["dice"]] == ["dice:Dice"]
    assert sorted(entry.value for entry in installed()["help"]) == ["dice:Help", "pluggram_plugins.help:Help"]
    assert "dice" not in built_in()
    assert built_in()["help"].value == "pluggram_plugins.help:Help"
