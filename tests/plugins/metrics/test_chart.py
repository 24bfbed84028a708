"""The chart is looked at by people; these tests hold that there is one for whatever happened, and what stands where."""

import io
import subprocess
import sys
from collections.abc import Sequence

import pytest
from PIL import Image

from pluggram_plugins.metrics.canvas import Canvas
from pluggram_plugins.metrics.chart import HEIGHT, WIDTH, draw
from pluggram_plugins.metrics.series import Point, Series

BLUE, RED, GREEN, HATCH = (0x5C, 0xB2, 0xFF), (0xFF, 0x7D, 0x6B), (0x4F, 0xD6, 0xA8), (0x43, 0x56, 0x6A)
CALM = Point(10, 0, 0.01, 0.05)
QUIET = Point(0, 0, 0, 0)
PANELS = ((238, 540), (646, 856), (962, 1242))
LEFT, RIGHT, (TOP, BOTTOM) = 156, 1040, PANELS[0]


def picture(points: Sequence[Point | None], begun: int = 0, title: str = "postbot, 24 hours") -> Image.Image:
    marks = [(number + 0.5, "12:00") for number in range(0, len(points), 16)]
    content = draw(Series(title, "to 12:00 UTC, 3 Oct", "15 min", points, begun, marks))
    assert content.startswith(b"\x89PNG")
    image = Image.open(io.BytesIO(content))
    assert (image.size, image.mode) == ((WIDTH, HEIGHT), "RGB")
    return image


def has(image: Image.Image, colour: tuple[int, int, int], box: tuple[int, int, int, int] | None = None) -> bool:
    parts = [image.crop(place) for place in ([box] if box else [(LEFT, top, RIGHT, bottom) for top, bottom in PANELS])]
    return any(found == colour for part in parts for _, found in part.getcolors(part.width * part.height) or [])


def test_nothing_at_all_is_a_chart_too() -> None:
    image = picture([None] * 96, begun=96)
    assert not any(has(image, colour) for colour in (BLUE, RED, GREEN, HATCH))


def test_a_quiet_time_shows_neither_bars_nor_gaps() -> None:
    image = picture([QUIET] * 96)
    assert not any(has(image, colour) for colour in (BLUE, RED, GREEN, HATCH))


@pytest.mark.parametrize("place", [0, 50, 95])
def test_a_single_request_is_seen_where_it_was(place: int) -> None:
    image = picture([*[QUIET] * place, Point(1, 1, 0.004, 0.004), *[QUIET] * (95 - place)])
    step = (RIGHT - LEFT) / 96
    around = int(LEFT + place * step), TOP, int(LEFT + (place + 1) * step) + 1, HEIGHT - 70
    assert all(has(image, colour, around) for colour in (BLUE, RED, GREEN))
    assert not has(image, BLUE, (LEFT, TOP, max(LEFT + 1, around[0] - 1), BOTTOM)) or place == 0


def test_time_in_which_the_bot_was_off_is_hatched() -> None:
    image = picture([*[CALM] * 40, *[None] * 20, *[CALM] * 36])
    step = (RIGHT - LEFT) / 96
    off = int(LEFT + 41 * step), TOP, int(LEFT + 59 * step), BOTTOM
    assert has(image, HATCH, off)
    assert not has(image, BLUE, off)
    assert not has(image, HATCH, (LEFT, TOP, int(LEFT + 39 * step), BOTTOM))


def test_a_spike_leaves_the_others_visible() -> None:
    image = picture([*[CALM] * 60, Point(1_000_000, 0, 0.01, 0.05), *[CALM] * 35])
    assert has(image, BLUE, (LEFT, BOTTOM - 100, LEFT + 200, BOTTOM - 90))


@pytest.mark.parametrize("number", [1, 30])
def test_few_points_and_odd_values_are_drawn(number: int) -> None:
    assert has(picture([Point(10**9, 10**9, 1e-9, 1e6)] * number), BLUE)


def test_the_longest_name_a_bot_can_have_fits() -> None:
    image = picture([CALM] * 96, title="w" * 64 + ", 24 hours")
    assert not has(image, (0xF4, 0xF7, 0xFA), (1045, 40, 1080, 100))


def test_pillow_is_loaded_with_the_first_chart_and_not_before() -> None:
    code = "import sys, pluggram_plugins.metrics, pluggram_plugins.health; print('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_letters_are_those_of_the_font() -> None:
    missing = _written("\uffff")
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_,:%.":
        assert _written(letter) != missing, letter


def _written(text: str) -> bytes:
    canvas = Canvas(60, 60, "#000000")
    canvas.text((10, 50), text, 40, "#ffffff")
    return canvas.png()
