"""The figures of a run replace those of the last one in the documentation, and nothing else there."""

from pathlib import Path

import pytest

from tests.benchmarks.page import BEGIN, END, PAGE, write


def test_figures_replace_figures(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n")
    write(["new", "and more"], page)
    write(["new", "and more"], page)
    assert page.read_text() == f"before\n\n{BEGIN}\n\nnew\n\nand more\n\n{END}\n\nafter\n"


def test_a_page_without_a_place_is_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before")
    with pytest.raises(ValueError, match="no place"):
        write(["new"], page)
    assert page.read_text() == "before"


def test_the_page_has_a_place_for_them() -> None:
    assert PAGE.read_text().partition(BEGIN)[2].count(END) == 1
