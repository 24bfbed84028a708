"""The tutorial, done by a test: its files are written, its commands run, and what it shows is what comes."""

from pathlib import Path

import pytest

from tests.docs.pages import Page, pages
from tests.docs.shell import Shell


@pytest.mark.parametrize("page", pages("tutorial"), ids=str)
def test_the_tutorial_shows_what_happens(page: Page, tmp_path: Path) -> None:
    assert any(block.language == "console" for block in page.blocks)
    Shell.make(tmp_path, "dicebot").follow(page)
