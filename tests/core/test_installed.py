"""Which plugins are installed, read from what describes the packages."""

from importlib.metadata import entry_points
from pathlib import Path
from zipfile import ZipFile

import pytest

from pluggram.installed import GROUP, built_in, installed


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


def _describe(folder: Path, package: str, version: str, entries: str) -> None:
    described = folder / f"{package}-{version}.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n\nName: not me\n")
    (described / "entry_points.txt").write_text(entries)


ENTRIES = """\
[console_scripts]
dice = dice:main

[pluggram.plugins]
# a comment = x:Y
dice = dice:Dice
two words=dice.more : Two [extra]
alone = dice

[pluggram.plugins.other]
other = dice:Other
"""


def test_folders_are_read_as_python_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _describe(tmp_path / "first", "pluggram_dice", "2.0", ENTRIES)
    _describe(tmp_path / "second", "pluggram.dice", "1.0", "[pluggram.plugins]\nold = dice:Old\n")
    (tmp_path / "second" / "broken-1.0.dist-info").mkdir()
    (tmp_path / "second" / "file-1.0.egg-info").write_text("Name: file\n")
    for folder in ("nowhere", "second", "first"):
        monkeypatch.syspath_prepend(tmp_path / folder)
    ours = {(entry.name, entry.module, entry.attribute, entry.package, entry.version)
            for entries in installed().values() for entry in entries}  # fmt: skip
    theirs = {(entry.name, entry.module, entry.attr or "", entry.dist.name, entry.dist.version)
              for entry in entry_points(group=GROUP) if entry.dist}  # fmt: skip
    assert ours == theirs
    assert ("dice", "dice", "Dice", "pluggram_dice", "2.0") in ours
    assert not {"other", "old"} & set(installed())


def test_packages_in_an_archive_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("pluggram_dice-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: dice\nVersion: 1.0\n")
        archive.writestr("pluggram_dice-1.0.dist-info/entry_points.txt", ENTRIES)
    monkeypatch.syspath_prepend(tmp_path / "all.zip")
    assert [(entry.value, entry.package, entry.version) for entry in installed()["dice"]] == [
        ("dice:Dice", "dice", "1.0")
    ]
    assert "help" in built_in()
