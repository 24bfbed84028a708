import json
from typing import Any, Self

import pytest

from pluggram_plugins.metrics.ring import Ring


class Numbers:
    """A slot that keeps what was put into it."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def dumped(self) -> Any:
        return self.numbers

    @classmethod
    def loaded(cls, stored: Any) -> Self:
        slot = cls()
        slot.numbers = [int(number) for number in stored]
        return slot


def ring() -> Ring[Numbers]:
    return Ring(10, 4, Numbers)


def shown(some: Ring[Numbers], now: float) -> list[list[int] | None]:
    return [None if slot is None else slot.numbers for slot in some.slots(now)]


def test_each_slot_of_time_has_its_own() -> None:
    some = ring()
    for now in (100, 109.9, 110, 125):
        some.at(now).numbers.append(int(now))
    assert shown(some, 129) == [None, [100, 109], [110], [125]]
    assert list(some.starts(129)) == [90, 100, 110, 120]


def test_what_is_older_is_gone() -> None:
    some = ring()
    for now in range(0, 1000, 10):
        some.at(now).numbers.append(now)
    assert shown(some, 995) == [[960], [970], [980], [990]]
    assert len(some.dumped()) == 3


def test_a_slot_in_which_nobody_looked_is_not_there() -> None:
    some = ring()
    some.at(100).numbers.append(1)
    assert shown(some, 131) == [[1], None, None, []]
    assert [slot.numbers for slot in some.present(131)] == [[1], []]


def test_after_a_long_absence_nothing_is_there() -> None:
    some = ring()
    some.at(100).numbers.append(1)
    assert shown(some, 10_000) == [None, None, None, []]


def test_a_clock_that_goes_back_stays_in_its_slot() -> None:
    some = ring()
    some.at(120).numbers.append(1)
    some.at(85).numbers.append(2)
    assert shown(some, 121)[-1] == [1, 2]


def stored(some: Ring[Numbers]) -> Any:
    return json.loads(json.dumps([*some.dumped(), some.dumped_live()]))


def test_it_comes_back_from_json_as_it_was_and_goes_on() -> None:
    some, back = ring(), ring()
    for now in (100, 110, 125):
        some.at(now).numbers.append(now)
    back.load(stored(some), 126)
    assert shown(back, 126) == shown(some, 126)
    back.at(127).numbers.append(127)
    assert shown(back, 127)[-1] == [125, 127]
    assert shown(back, 131) == [[100], [110], [125, 127], []]


def test_time_in_which_the_bot_was_off_is_a_gap() -> None:
    some, back = ring(), ring()
    some.at(100).numbers.append(1)
    back.load(stored(some), 121)
    assert shown(back, 121) == [None, [1], None, []]


def test_what_a_wrong_clock_has_put_into_the_future_is_dropped() -> None:
    some, back = ring(), ring()
    some.at(100).numbers.append(1)
    some.at(9_999_990).numbers.append(2)
    back.load(stored(some), 111)
    assert shown(back, 111) == [None, None, [1], []]


@pytest.mark.parametrize("odd", [[7], [[1]], [["x", []]], [[1, 7]], [[1, ["x"]]], [None]])
def test_anything_else_is_refused(odd: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        ring().load(odd, 100)
