import ast
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.house.habits import mocks, skips, sleeps, toothless, unfinished
from tests.house.source import ROOT, SOURCE_ROOTS, Source, sources

TESTS = sources(ROOT, "tests")
HOUSE = sources(ROOT, *SOURCE_ROOTS)


def made(text: str) -> list[Source]:
    return [Source(Path("made.py"), "made", text, ast.parse(text))]


def test_nothing_here_is_left_unfinished() -> None:
    assert unfinished(HOUSE) == []


def test_no_test_here_skips_waits_or_mocks() -> None:
    assert [*skips(TESTS), *sleeps(TESTS), *mocks(TESTS)] == []


def test_every_test_here_asserts_something() -> None:
    assert toothless(TESTS, helpers=HOUSE) == []
    assert TESTS


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "X" + "XX", "raise NotImplemented" + "Error"])
def test_each_marker_of_unfinished_work_is_found(word: str) -> None:
    assert unfinished(made(f"x = 1\n# {word} later\n")) == [f"made.py:2 # {word} later"]


@pytest.mark.parametrize(
    ("finder", "text"),
    [
        (skips, "@pytest.mark.skip\ndef test_x(): ..."),
        (skips, "@pytest.mark.skipif(True, reason='')\ndef test_x(): ..."),
        (skips, "def test_x():\n    pytest.skip('not today')"),
        (skips, "pytest.importorskip('redis')"),
        (skips, "from pytest import skip as leave"),
        (skips, "p = pytest.param(1, marks=pytest.mark.xfail)"),
        (sleeps, "time.sleep(1)"),
        (sleeps, "await asyncio.sleep(delay)"),
        (sleeps, "sleep(0.01)"),
        (mocks, "from unittest.mock import Mock"),
        (mocks, "from unittest import mock"),
        (mocks, "import unittest.mock"),
        (toothless, "def test_x():\n    run()"),
        (toothless, "def test_x():\n    assert True"),
        (toothless, "class TestX:\n    async def test_x(self):\n        test_x()"),
    ],
)
def test_each_bad_habit_is_found(finder: Callable[[Sequence[Source]], list[str]], text: str) -> None:
    assert len(finder(made(text))) == 1


@pytest.mark.parametrize(
    ("finder", "text"),
    [
        (sleeps, "await asyncio.sleep(0)"),
        (skips, "skipped = 3"),
        (mocks, "import mocking_bird"),
        (toothless, "def test_x():\n    assert run()"),
        (toothless, "def test_x():\n    with pytest.raises(KeyError):\n        run()"),
        (toothless, "def expect(x):\n    assert x\ndef both(x):\n    expect(x)\ndef test_x():\n    both(1)"),
    ],
)
def test_a_good_habit_is_left_alone(finder: Callable[[Sequence[Source]], list[str]], text: str) -> None:
    assert finder(made(text)) == []
