from datetime import UTC, datetime

from pluggram_plugins.metrics.recorder import DAY, QUARTER, Recorder
from pluggram_plugins.metrics.series import last_day, last_month

from .events import event

NOW = datetime(2026, 11, 25, 14, 31, tzinfo=UTC).timestamp()


def recorded(begun: float, *looked: float) -> Recorder:
    now = [begun]
    recorder = Recorder(lambda: now[0])
    for now[0] in looked:
        recorder.add(event(seconds=0.01, outcome="failed"))
        recorder.add(event(seconds=0.03))
        recorder.look()
    return recorder


def test_the_last_day_is_in_quarters_of_an_hour() -> None:
    series = last_day(recorded(0, NOW - 3 * QUARTER, NOW), "postbot", NOW)
    assert (series.title, series.until, series.every) == ("postbot, 24 hours", "to 14:31 UTC, 25 Nov", "15 min")
    assert len(series.points) == 96
    known = {number: point for number, point in enumerate(series.points) if point}
    assert known.keys() == {92, 95}
    assert (known[95].requests, known[95].failed, round(known[95].mean, 3)) == (2, 1, 0.02)
    assert known[95].mean < known[95].most < 0.032


def test_hours_stand_where_they_begin() -> None:
    series = last_day(recorded(0, NOW), "postbot", NOW)
    assert [label for _, label in series.marks] == ["16:00", "20:00", "00:00", "04:00", "08:00", "12:00"]
    assert series.marks[-1] == (95 - 2 - 4 * 2, "12:00")  # 14:30 is the last slot


def test_days_stand_in_their_middle_and_today_is_named() -> None:
    series = last_month(recorded(0, NOW), "postbot", NOW)
    assert len(series.points) == 30
    assert (series.title, series.every) == ("postbot, 30 days", "day")
    assert series.marks[-1] == (29.5, "25 Nov")
    assert series.marks[0] == (4.5, "31 Oct")


def test_what_was_before_the_beginning_is_no_time_off() -> None:
    series = last_day(recorded(NOW - 4 * QUARTER, NOW - 4 * QUARTER, NOW), "postbot", NOW)
    assert series.begun == 91
    assert [number for number, point in enumerate(series.points) if point] == [91, 95]
    assert last_month(recorded(NOW - 40 * DAY, NOW), "postbot", NOW).begun == 0
