"""Safe mode keeps what pluggram brings, and nothing else."""

from pathlib import Path

import pytest

from pluggram.config import load
from pluggram.config.safe_mode import left_out

from .conftest import Load

TEXT = """
[bot]
name = "b"
[plugins.postno]
[plugins.long]
use = "pluggram_plugins.postno:Postno"
[plugins.file]
use = "./postno.py:Postno"
[plugins.near]
use = "pluggram_plugins_of_mine:Postno"
[plugins.stranger]
[plugins.links]
use = "elsewhere:Links"
[plugins.off]
enabled = false
[plugins.help]
enabled = false
"""


def test_only_what_pluggram_brings_is_enabled(load_text: Load, tmp_path: Path) -> None:
    load_text(TEXT)
    plugins = load(environ={}, cwd=tmp_path, safe_mode=True).plugins
    assert [table.name for table in plugins if table.enabled] == ["postno", "long"]
    assert left_out(plugins) == ["file", "near", "stranger", "links"]
    assert {table.disabled for table in plugins if table.name in ("off", "help")} == {"enabled = false in bot.toml"}


def test_without_it_nothing_is_left_out(load_text: Load) -> None:
    assert left_out(load_text(TEXT).plugins) == []


def test_a_stranger_that_takes_the_name_of_a_built_in_does_not_get_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load_text: Load
) -> None:
    described = tmp_path / "site" / "stranger-1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[pluggram.plugins]\npostno = stranger:Postno\n")
    monkeypatch.syspath_prepend(described.parent)
    load_text(TEXT)
    assert load(environ={}, cwd=tmp_path, safe_mode=True).plugins[0].use == "pluggram_plugins.postno:Postno"
