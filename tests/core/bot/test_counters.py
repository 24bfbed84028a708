import threading
from decimal import Decimal
from typing import Any

import pytest

from pluggram.bot.counters import NAMES, OTHERS, Counters


def test_each_plugin_counts_for_itself() -> None:
    counters = Counters()
    counters.add("dice", "rolls")
    counters.add("dice", "rolls", 2)
    counters.add("dice", "eyes", 0.5)
    counters.add("cards", "rolls", 7)
    assert (counters.of("dice"), counters.of("cards")) == ({"eyes": 0.5, "rolls": 3}, {"rolls": 7})
    assert counters.of("nobody") == {}


def test_a_counter_may_begin_with_nothing() -> None:
    counters = Counters()
    counters.add("dice", "rolls", 0)
    assert counters.of("dice") == {"rolls": 0}


@pytest.mark.parametrize("by", [-1, float("nan"), float("inf"), 10**400, 1e300, Decimal(1), "1"])
def test_a_counter_only_rises_and_by_what_can_be_added_up(by: Any) -> None:
    counters = Counters()
    with pytest.raises(ValueError, match="raised by a number from 0 to"):
        counters.add("dice", "rolls", by)
    assert counters.of("dice") == {}


def test_what_is_no_name_is_refused() -> None:
    counters = Counters()
    with pytest.raises(ValueError, match="is no name"):
        counters.add("dice", "Rolls of 6")
    assert counters.of("dice") == {}


def test_names_without_end_are_counted_together_and_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    counters = Counters()
    for number in range(NAMES + 50):
        counters.add("dice", f"rolls_of_{number}")
    counters.add("dice", "rolls_of_0")
    counts = counters.of("dice")
    assert (len(counts), counts[OTHERS], counts["rolls_of_0"]) == (NAMES + 1, 50, 2)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "plugin dice" in caplog.text


def test_threads_that_count_at_once_lose_nothing() -> None:
    counters = Counters()

    def count() -> None:
        for _ in range(5000):
            counters.add("dice", "rolls")

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counters.of("dice") == {"rolls": 40_000}
