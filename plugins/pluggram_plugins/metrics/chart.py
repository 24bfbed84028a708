"""The chart: requests, failures and answer times, one below the other, to be read on a phone.

It imports Pillow, which is an extra: nothing imports this before a chart is drawn.
"""

from collections.abc import Callable, Iterator, Sequence

from pluggram_plugins._times import duration
from pluggram_plugins.metrics.canvas import Canvas
from pluggram_plugins.metrics.scale import Scale, counting, lasting
from pluggram_plugins.metrics.series import Point, Series

WIDTH, HEIGHT = 1080, 1320

_BACKGROUND, _PANEL, _OFF, _HATCH, _GRID = "#17202b", "#212d3a", "#1a242e", "#43566a", "#3a4a5c"
_TEXT, _FAINT = "#f4f7fa", "#b3c1cf"
_REQUESTS, _FAILED, _MEAN, _MOST = "#5cb2ff", "#ff7d6b", "#4fd6a8", "#ffc857"
_LEFT, _RIGHT, _MARGIN = 156, WIDTH - 40, 40
_PANELS = ((238, 540), (646, 856), (962, 1242))
_SMALL, _MIDDLE, _LARGE = 30, 36, 50
_SPARSE, _WIDE = 0.5, 20


def draw(series: Series) -> bytes:
    """Draw a chart as a PNG file. It takes a while: draw on another thread than the event loop's."""
    canvas = Canvas(WIDTH, HEIGHT, _BACKGROUND)
    _head(canvas, series)
    requests, failed, times = (_Panel(canvas, series, top, bottom) for top, bottom in _PANELS)
    asked = [point.requests if point else 0 for point in series.points]
    requests.count(f"Requests per {series.every}", _REQUESTS, asked, "no requests yet")
    lost = [point.failed if point else 0 for point in series.points]
    failed.count(f"Failed per {series.every}", _FAILED, lost, "none failed")
    times.last("Answer time", series.points)
    times.name(series.marks)
    if any(requests.off()):
        _explain(canvas, "the bot was off")
    return canvas.png()


class _Panel:
    """One of the panels: a ground, a scale, and what stands in it."""

    def __init__(self, canvas: Canvas, series: Series, top: int, bottom: int) -> None:
        self._canvas = canvas
        self._points, self._begun, self._marks = series.points, series.begun, series.marks
        self._top, self._bottom = top, bottom
        self._step = (_RIGHT - _LEFT) / len(series.points)

    def count(self, title: str, colour: str, numbers: Sequence[int], none: str) -> None:
        """Show how many by bars, and above them how many altogether."""
        scale = counting(numbers)
        self._ground(title, scale, _counted)
        self._canvas.text((_RIGHT, self._top - 24), f"{sum(numbers):,}", _MIDDLE, colour, "rs")
        gap = min(8.0, self._step / 4)
        for number, count in enumerate(numbers):
            if count:
                left, top = self._left(number) + gap / 2, min(self._height(scale.share(count)), self._bottom - 5)
                self._canvas.box((left, top, left + self._step - gap, self._bottom), colour)
        self._cut(numbers, scale)
        if not any(numbers):
            across, down, half = (
                (_LEFT + _RIGHT) / 2,
                (self._top + self._bottom) / 2,
                self._canvas.width(none, _SMALL) / 2,
            )
            self._canvas.box((across - half - 10, down - 20, across + half + 10, down + 20), _PANEL)
            self._canvas.text((across, down), none, _SMALL, _FAINT, "mm")

    def last(self, title: str, points: Sequence[Point | None]) -> None:
        """Show how long by lines, and above them what each means."""
        means = [point.mean if point else 0.0 for point in points]
        mosts = [point.most if point else 0.0 for point in points]
        scale = lasting([*means, *mosts])
        self._ground(title, scale, _spoken)
        for values, colour, width in ((mosts, _MOST, 4), (means, _MEAN, 6)):
            dotted = self._step > _WIDE or sum(value > 0 for value in values) < _SPARSE * len(values)
            for run in _runs(values):
                places = [(self._left(number + 0.5), self._height(scale.share(values[number]))) for number in run]
                self._canvas.line(places, colour, width)
                for place in places if dotted or len(places) == 1 else ():
                    self._canvas.dot(place, colour, width + 1)
        right = self._legend(_RIGHT, "95 % within", _MOST)
        self._legend(right, "mean", _MEAN)

    def name(self, marks: Sequence[tuple[float, str]]) -> None:
        """Write the times below."""
        for place, label in marks:
            middle = min(self._left(place), WIDTH - self._canvas.width(label, _SMALL) / 2 - 8)
            self._canvas.text((middle, self._bottom + 46), label, _SMALL, _FAINT, "ms")

    def off(self) -> Iterator[tuple[float, float]]:
        """Give where the bot was off, from where to where."""
        for run in _runs([number >= self._begun and point is None for number, point in enumerate(self._points)]):
            yield self._left(run[0]), self._left(run[-1] + 1)

    def _ground(self, title: str, scale: Scale, named: Callable[[float], str]) -> None:
        self._canvas.text((_MARGIN, self._top - 24), title, _MIDDLE, _TEXT)
        self._canvas.box((_LEFT, self._top, _RIGHT, self._bottom), _PANEL)
        for left, right in self.off():
            self._canvas.hatch((left, self._top, right, self._bottom), _OFF, _HATCH)
        for place, _ in self._marks:
            self._canvas.line([(self._left(place), self._top), (self._left(place), self._bottom)], _GRID, 1)
        for tick in scale.ticks:
            height = self._height(scale.share(tick))
            self._canvas.line([(_LEFT, height), (_RIGHT, height)], _GRID, 1)
            self._canvas.text((_LEFT - 14, height), named(tick), _SMALL, _FAINT, "rm")

    def _cut(self, numbers: Sequence[int], scale: Scale) -> None:
        """Show of bars that do not fit that they are cut, and of the highest how high it is."""
        spikes = [number for number, count in enumerate(numbers) if scale.share(count) > 1]
        for number in spikes:
            left, right = self._left(number) - 3, self._left(number + 1) + 3
            self._canvas.line([(left, self._top + 34), (right, self._top + 22)], _PANEL, 6)
        if spikes:
            highest = max(spikes, key=lambda number: numbers[number])
            text = f"{numbers[highest]:,}"
            fits = self._left(highest + 1) + 10 + self._canvas.width(text, _SMALL) < _RIGHT
            place = self._left(highest + 1) + 10 if fits else self._left(highest) - 10
            self._canvas.text((place, self._top + 38), text, _SMALL, _TEXT, "ls" if fits else "rs")

    def _legend(self, right: float, text: str, colour: str) -> float:
        """Write what a colour means, and give where there is room for the next."""
        self._canvas.text((right, self._top - 24), text, _SMALL, colour, "rs")
        return right - self._canvas.width(text, _SMALL) - 32

    def _left(self, place: float) -> float:
        return _LEFT + place * self._step

    def _height(self, share: float) -> float:
        return self._bottom - min(1.0, max(0.0, share)) * (self._bottom - self._top)


def _head(canvas: Canvas, series: Series) -> None:
    size = min(_LARGE, int(_LARGE * (_RIGHT - _MARGIN) / canvas.width(series.title, _LARGE)))
    canvas.text((_MARGIN, 84), series.title, size, _TEXT)
    canvas.text((_MARGIN, 134), series.until, _SMALL, _FAINT)


def _explain(canvas: Canvas, hatched: str) -> None:
    left = _RIGHT - canvas.width(hatched, _SMALL)
    canvas.hatch((left - 58, 106, left - 16, 136), _OFF, _HATCH)
    canvas.text((left, 134), hatched, _SMALL, _FAINT)


def _runs(values: Sequence[object]) -> Iterator[list[int]]:
    """Give the places of values that are something, those beside each other together."""
    run: list[int] = []
    for number, value in enumerate([*values, None]):
        if value:
            run.append(number)
        elif run:
            yield run
            run = []


def _counted(number: float) -> str:
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= 10 * size:
            return f"{number / size:,.4g}{unit}"
    return f"{number:,.0f}"


def _spoken(seconds: float) -> str:
    return duration(seconds).replace("µ", "u").replace(".0", "")  # the font has no µ
