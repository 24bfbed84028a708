import json
import logging
from typing import Any

import pytest

from pluggram_plugins.metrics.recorder import AT_ONCE, DAY, MET, QUARTER, Recorder

from .events import ADDLINK, event

NOON = 20_000 * DAY + DAY // 2


class Clock:
    """Shows the time that is set."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recorder(clock: Clock) -> Recorder:
    return Recorder(clock)


def asked(recorder: Recorder) -> list[tuple[str, int]]:
    recorder.look()
    return recorder.week.at(recorder.clock()).asked.most(10)


def test_a_request_is_counted_in_its_quarter_of_an_hour_and_its_day(recorder: Recorder, clock: Clock) -> None:
    recorder.add(event(seconds=0.01))
    recorder.look()
    clock.now += QUARTER
    recorder.add(event(seconds=0.03, outcome="failed"))
    recorder.add(event(seconds=0.03, outcome="timeout"))
    recorder.look()
    day = [(slot.times.count, slot.failed) for slot in recorder.day.present(clock.now)]
    assert day == [(1, 0), (2, 2)]
    [month] = recorder.month.present(clock.now)
    assert (month.times.count, month.failed) == (3, 2)
    assert month.times.mean == pytest.approx(0.07 / 3)


def test_many_requests_do_not_wait_for_a_look(recorder: Recorder) -> None:
    for _ in range(AT_ONCE):
        recorder.add(event())
    assert recorder.rows.all()[0].times.count == AT_ONCE


def test_people_are_counted_once_a_day_and_who_is_nobody_not_at_all(recorder: Recorder, clock: Clock) -> None:
    for user in (1, 2, 1, None):
        recorder.add(event(user=user))
    recorder.look()
    assert len(recorder.week.at(clock.now).people) == 2
    clock.now += DAY
    assert len(recorder.week.at(clock.now).people) == 0


def test_people_who_are_known_as_counted_are_so_many_at_the_most_and_count_on_the_next_day(
    recorder: Recorder, clock: Clock
) -> None:
    for user in [*range(MET + AT_ONCE), *range(AT_ONCE)]:
        recorder.add(event(user=user))
    recorder.look()
    assert len(recorder._met) <= MET + AT_ONCE
    assert len(recorder.week.at(clock.now).people) == pytest.approx(MET + AT_ONCE, rel=0.1)
    clock.now += DAY
    recorder.add(event(user=0))
    recorder.look()
    assert len(recorder.week.at(clock.now).people) == 1


@pytest.mark.parametrize(
    "text",
    ["/postno0042", "/POSTNO0042", "/postno0042@OurBot", "/start postno0042", "/postno0042 "],
)
def test_what_is_asked_is_one_thing_however_it_is_written(recorder: Recorder, text: str) -> None:
    recorder.add(event(text=text))
    assert asked(recorder) == [("/postno0042", 1)]


def test_only_what_was_answered_and_is_more_than_the_bare_command_is_asked_for(recorder: Recorder) -> None:
    recorder.add(event(text="/postno0042", outcome="failed"))
    recorder.add(event(text="/postno", outcome="usage"))
    recorder.add(event(text="/postno"))
    recorder.add(event(text="/postno 0042"))
    recorder.add(event(ADDLINK, text="/addlink0042"))
    assert asked(recorder) == []


def reloaded(recorder: Recorder, clock: Clock, kept: dict[str, Any]) -> Recorder:
    kept |= json.loads(json.dumps(recorder.changed()))
    back = Recorder(clock)
    back.load(kept)
    return back


def test_it_comes_back_after_a_restart_as_it_was(recorder: Recorder, clock: Clock) -> None:
    kept: dict[str, Any] = {}
    for hour in range(100):
        clock.now = NOON + hour * 3600
        recorder.add(event(user=hour, seconds=0.001 * hour, text=f"/postno{hour % 5:04}"))
        recorder.add(event(ADDLINK, user=hour, plugin="links", outcome="failed"))
        kept |= json.loads(json.dumps(recorder.changed()))
    back = reloaded(recorder, clock, kept)
    assert back.since == recorder.since == NOON
    assert back.rows.dumped() == recorder.rows.dumped()
    for name, ring in recorder._rings().items():
        assert back._rings()[name].dumped() == ring.dumped()
        assert back._rings()[name].dumped_live() == ring.dumped_live()


def test_what_is_kept_is_small_however_much_happens(recorder: Recorder, clock: Clock) -> None:
    for minute in range(0, 31 * 24 * 60, 5):
        clock.now = NOON + minute * 60
        for number in range(8):
            recorder.add(
                event(user=minute + number, seconds=0.0001 * (minute % 997), text=f"/postno{minute % 9999:04}")
            )
        recorder.look()
    values = recorder.changed()
    sizes = {key: len(json.dumps(value)) for key, value in values.items()}
    assert sizes["live"] < 15_000
    assert sizes["past"] < 150_000


def test_only_what_changed_is_kept(recorder: Recorder, clock: Clock) -> None:
    assert recorder.changed().keys() == {"past", "live"}
    assert recorder.changed() == {}
    recorder.add(event())
    assert recorder.changed().keys() == {"live"}
    clock.now += QUARTER
    assert recorder.changed().keys() == {"past", "live"}


def test_what_could_not_be_kept_is_given_again(recorder: Recorder) -> None:
    recorder.add(event())
    recorder.changed()
    recorder.not_kept()
    assert recorder.changed().keys() == {"past", "live"}


ODD: list[Any] = [
    {"live": 7, "past": {}},
    {"live": {}},
    {"past": {}},
    {"live": {"version": 99}, "past": {}},
    {"live": "x" * 100, "past": None},
]


@pytest.mark.parametrize("odd", ODD)
def test_what_cannot_be_read_is_told_and_all_begins_anew(
    odd: dict[str, Any], recorder: Recorder, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.load(odd)
    assert "the metrics that were kept cannot be read, and begin anew" in caplog.text
    recorder.add(event())
    assert reloaded(recorder, clock, {}).rows.all()[0].times.count == 1


def test_what_is_half_damaged_leaves_nothing_half_read(
    recorder: Recorder, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.add(event())
    kept: dict[str, Any] = json.loads(json.dumps(recorder.changed()))
    kept["live"]["week"] = [1, {"people": "%", "asked": {}}]
    back = Recorder(clock)
    back.load(kept)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert back.rows.all() == []
    assert sum(slot.times.count for slot in back.day.present(clock.now)) == 0


def test_without_anything_kept_it_begins_in_silence(recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    recorder.load({})
    assert not caplog.records
