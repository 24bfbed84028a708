from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.model.images import image_size
from tests.core.simulator import pictures

KINDS = [
    pictures.png,
    pictures.gif,
    pictures.jpeg,
    pictures.webp,
    pictures.webp_lossless,
    pictures.webp_lossy,
    pictures.bmp,
]


@pytest.mark.parametrize("kind", KINDS)
def test_width_and_height_are_read_from_the_header(kind: Callable[[int, int], bytes]) -> None:
    assert image_size(kind(1200, 600)) == (1200, 600)


@given(st.sampled_from(KINDS), st.integers(0, 50), st.binary(max_size=50))
def test_a_broken_picture_has_no_size_or_one_and_never_crashes(
    kind: Callable[[int, int], bytes], kept: int, rest: bytes
) -> None:
    size = image_size(kind(12, 6)[:kept] + rest)
    assert size is None or min(size) > 0


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", pictures.png(0, 5), pictures.jpeg(5, 5)[:20]])
def test_what_is_no_picture_has_no_size(content: bytes) -> None:
    assert image_size(content) is None
