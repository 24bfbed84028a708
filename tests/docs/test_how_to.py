"""The how-tos, done by a test: their files are written, their commands run, and what they show is what comes."""

from pathlib import Path

import pytest

from tests.docs.pages import Page, pages
from tests.docs.shell import Shell


@pytest.mark.parametrize("page", pages("how-to"), ids=str)
def test_a_how_to_shows_what_happens(page: Page, tmp_path: Path) -> None:
    assert any(block.language == "console" for block in page.blocks)
    Shell.make(tmp_path, "bot").follow(page)
