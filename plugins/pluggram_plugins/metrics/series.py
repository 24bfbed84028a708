"""Series: what a chart shows, as plain numbers that no request changes while it is drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pluggram_plugins.metrics.recorder import DAY, Recorder
from pluggram_plugins.metrics.ring import Ring
from pluggram_plugins.metrics.slots import Traffic

HOURS_APART, DAYS_APART = 4, 5


@dataclass(frozen=True, slots=True)
class Point:
    """One slot of time. mean, most: seconds that answers took on average, and that 95 % of them did not exceed."""

    requests: int
    failed: int
    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class Series:
    """Points one after the other; None while the bot was off.

    title, until: what is shown, and to which moment. every: how long a slot is. begun: the first slot that could be
    known. marks: what stands below, and where: 1.5 is the middle of the second slot.
    """

    title: str
    until: str
    every: str
    points: Sequence[Point | None]
    begun: int
    marks: Sequence[tuple[float, str]]


def last_day(recorder: Recorder, name: str, now: float) -> Series:
    """Give the last 24 hours, in quarters of an hour."""
    return _series(recorder.day, f"{name}, 24 hours", "15 min", recorder.since, now)


def last_month(recorder: Recorder, name: str, now: float) -> Series:
    """Give the last 30 days."""
    return _series(recorder.month, f"{name}, 30 days", "day", recorder.since, now)


def _series(ring: Ring[Traffic], title: str, every: str, since: float, now: float) -> Series:
    starts = ring.starts(now)
    return Series(
        title,
        f"to {_utc(now):%H:%M} UTC, {day_of(now)}",
        every,
        [None if slot is None else _point(slot) for slot in ring.slots(now)],
        sum(start + ring.seconds <= since for start in starts),
        list(_days(starts) if ring.seconds == DAY else _hours(starts)),
    )


def _point(slot: Traffic) -> Point:
    times = slot.times
    return Point(times.count, slot.failed, times.mean, times.quantile(0.95))


def _hours(starts: Sequence[int]) -> Iterator[tuple[float, str]]:
    for number, start in enumerate(starts):
        if start % (HOURS_APART * 3600) == 0:
            yield number, f"{_utc(start):%H:%M}"


def _days(starts: Sequence[int]) -> Iterator[tuple[float, str]]:
    for number, start in enumerate(starts):
        if (len(starts) - 1 - number) % DAYS_APART == 0:
            yield number + 0.5, day_of(start)


def day_of(moment: float) -> str:
    """Name the day of a moment: 3 Oct."""
    return f"{_utc(moment).day} {_utc(moment):%b}"


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
