"""That a start costs no more for each pattern when there are many: counted in calls, which no busy machine changes."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from pluggram.bot import Bot
from pluggram.config import load

PLUGIN = """
from pluggram import handler, hookimpl

class Plugin:
    def __init__(self, context):
        self.name = context.name

    async def answer(self, request, n: int):
        return str(n)

    @hookimpl
    def handlers(self):
        return [
            handler({pattern}, self.answer, help="One of many", examples=[{example}])
            for number in range(int(self.name.split("_")[2]))
        ]
"""
SHAPES = {
    "one literal each": ('f"/{self.name}n{number:04}x(?P<n>[0-9]+)"', 'f"/{self.name}n{number:04}x7"'),
    "alternatives": ('f"/{self.name}n{number:04}x(?P<n>[0-9]+)|nothing"', 'f"/{self.name}n{number:04}x7"'),
    "no two alike": ('f"(?P<n>[0-9]+)[ ]{self.name}[.]{number}"', 'f"7 {self.name}.{number}"'),
}


def calls(work: Callable[[], object]) -> int:
    """Count the calls, of Python and of C, that the work makes."""
    made = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return made


def start(folder: Path, plugins: int, patterns: int) -> int:
    """Count the calls that it takes to build a bot of so many plugins with so many patterns each."""
    names = [f"many_{number}_{patterns}" for number in range(plugins)]
    tables = "".join(f'[plugins.{name}]\nuse = "./many.py:Plugin"\n' for name in names)
    (folder / "bot.toml").write_text(f'[bot]\nname = "x"\nstrict = true\n{tables}')
    config = load(folder / "bot.toml", {"XDG_DATA_HOME": str(folder)})
    return calls(lambda: Bot(config))


@pytest.mark.parametrize("shape", SHAPES)
def test_each_pattern_costs_a_start_the_same_however_many_there_are(shape: str, tmp_path: Path) -> None:
    pattern, example = SHAPES[shape]
    (tmp_path / "many.py").write_text(PLUGIN.replace("{pattern}", pattern).replace("{example}", example))
    start(tmp_path, 1, 1)  # what is made once only is not counted
    few, more, many = (start(tmp_path, 1, patterns) for patterns in (100, 200, 400))
    assert many - more < 1.1 * 2 * (more - few)


def test_each_plugin_costs_a_start_the_same_however_many_there_are(tmp_path: Path) -> None:
    pattern, example = SHAPES["one literal each"]
    (tmp_path / "many.py").write_text(PLUGIN.replace("{pattern}", pattern).replace("{example}", example))
    start(tmp_path, 1, 1)  # what is made once only is not counted
    few, more, many = (start(tmp_path, plugins, 5) for plugins in (10, 20, 40))
    assert many - more < 1.1 * 2 * (more - few)
