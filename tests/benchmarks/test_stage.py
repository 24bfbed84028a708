"""A bot that does not work is told apart from one that is slow, with what it said."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks.contenders import Contender
from tests.benchmarks.stage import running

POLLS_AND_DIES = """
import os, urllib.request
urllib.request.urlopen(os.environ["TELEGRAM_URL"] + "/bot1/getUpdates?timeout=0").read()
print("I cannot go on", flush=True)
"""


def contender(code: str) -> Contender:
    return Contender("broken", lambda: (sys.executable, "-c", code))


async def test_a_bot_that_ends_before_it_polls(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)at started.*no such link"):
        async with running(contender("raise SystemExit('no such link')"), tmp_path):
            pass


async def test_a_bot_that_ends_amid_updates(tmp_path: Path) -> None:
    async with running(contender(POLLS_AND_DIES), tmp_path) as stage:
        with pytest.raises(RuntimeError, match=r"(?s)at burst.*I cannot go on"):
            await stage.order("burst", updates=10)
