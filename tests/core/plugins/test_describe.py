"""What a plugin says before it is built."""

from pathlib import Path

import pytest

from pluggram.config import PluginTable
from pluggram.plugins import PluginError, describe

PLUGIN = """
from pydantic import BaseModel

class Plugin:
    '''Greet people.

    At length.
    '''

    class Settings(BaseModel):
        word: str

    def __init__(self, context):
        raise AssertionError("built")
"""


def described(folder: Path, source: str) -> tuple[str, list[str] | None]:
    (folder / "plugin.py").write_text(source)
    table = PluginTable("x", "./plugin.py:Plugin", disabled="", settings={}, line=None)
    plugin = describe(table, folder)
    return plugin.summary, None if plugin.settings is None else list(plugin.settings.__annotations__)


def test_it_is_imported_and_not_built(tmp_path: Path) -> None:
    assert described(tmp_path, PLUGIN) == ("Greet people.", ["word"])


def test_one_without_settings_takes_none(tmp_path: Path) -> None:
    assert described(tmp_path, "class Plugin: pass\n") == ("", None)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1 / 0\n", "ZeroDivisionError: division by zero while it was imported"),
        ("class Plugin:\n    Settings = 5\n", "its Settings is 5"),
        ("class Plug: pass\n", "did you mean Plug?"),
    ],
)
def test_what_keeps_it_from_speaking_is_a_plugin_error(tmp_path: Path, source: str, why: str) -> None:
    with pytest.raises(PluginError) as caught:
        described(tmp_path, source)
    assert why in str(caught.value)
