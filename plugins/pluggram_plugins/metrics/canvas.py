"""Canvas: draws with Pillow at twice the size and halves it, so that lines and letters are smooth.

It imports Pillow, which is an extra: nothing imports this but what draws.
"""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

_FINE = 2

Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Canvas:
    """A picture of so many pixels; colours are `#rrggbb`."""

    def __init__(self, width: int, height: int, background: str) -> None:
        self._image = Image.new("RGB", (width * _FINE, height * _FINE), background)
        self._draw = ImageDraw.Draw(self._image)
        self._fonts: dict[int, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}

    def text(self, at: Point, text: str, size: int, colour: str, anchor: str = "ls") -> None:
        """Write in Pillow's own font, which has Latin letters only; `anchor` as Pillow names it."""
        self._draw.text(_fine(at), text, colour, self._font(size), anchor)

    def width(self, text: str, size: int) -> float:
        """Say how wide a text is."""
        return self._draw.textlength(text, self._font(size)) / _FINE

    def box(self, box: Box, colour: str) -> None:
        """Fill a rectangle: left, top, right, bottom."""
        left, top, right, bottom = (value * _FINE for value in box)
        self._draw.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), colour)

    def hatch(self, box: Box, colour: str, lines: str) -> None:
        """Fill a rectangle with slanted lines."""
        left, top, right, bottom = (round(value * _FINE) for value in box)
        tile = Image.new("RGB", (max(1, right - left), bottom - top), colour)
        draw = ImageDraw.Draw(tile)
        for start in range(-tile.height, tile.width, 12 * _FINE):
            draw.line([(start, tile.height), (start + tile.height, 0)], lines, 2 * _FINE)
        self._image.paste(tile, (left, top))

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """Draw from point to point."""
        self._draw.line([_fine(point) for point in points], colour, round(width * _FINE), "curve")

    def dot(self, at: Point, colour: str, radius: float) -> None:
        """Draw a filled circle."""
        self._draw.circle(_fine(at), radius * _FINE, colour)

    def png(self) -> bytes:
        """Give the picture as a PNG file."""
        size = (self._image.width // _FINE, self._image.height // _FINE)
        content = io.BytesIO()
        self._image.resize(size, Image.Resampling.BOX).save(content, "PNG", optimize=True)
        return content.getvalue()

    def _font(self, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if size not in self._fonts:
            self._fonts[size] = ImageFont.load_default(size * _FINE)
        return self._fonts[size]


def _fine(point: Point) -> Point:
    return point[0] * _FINE, point[1] * _FINE
