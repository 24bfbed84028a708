"""What a spreadsheet would run is written such that it does not, and read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram_plugins.links.cells import as_cell, from_cell


@given(st.text() | st.text("'=+-@a"))
def test_a_text_comes_back_as_it_was_and_is_no_formula(text: str) -> None:
    assert from_cell(as_cell(text)) == text
    assert as_cell(text)[:1] not in ("=", "+", "-", "@", "\t", "\r") or not text


@pytest.mark.parametrize("text", ["", "0001", "https://a.example/=1", "it's", "'quoted'", "a=b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert as_cell(text) == text == from_cell(text)
