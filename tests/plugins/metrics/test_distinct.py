import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram_plugins.metrics.distinct import EXACT, Distinct

NUMBERS = st.lists(st.integers(0, 2**52), max_size=EXACT)


def distinct_of(numbers: "list[int] | range") -> Distinct:
    distinct = Distinct()
    for number in numbers:
        distinct.add(number)
    return distinct


@given(NUMBERS)
def test_some_are_counted_exactly(numbers: list[int]) -> None:
    assert len(distinct_of(numbers)) == len(set(numbers))


@pytest.mark.parametrize("many", [EXACT + 1, 1000, 5000, 20_000, 200_000])
@pytest.mark.parametrize("step", [1, 1024, 999_983])
def test_many_are_estimated(many: int, step: int) -> None:
    assert len(distinct_of(range(10**9, 10**9 + many * step, step))) == pytest.approx(many, rel=0.08)


def test_however_many_there_are_the_memory_is_bounded() -> None:
    for many in (EXACT, 50_000):
        assert len(json.dumps(distinct_of(range(many)).dumped())) < 2800


@given(NUMBERS, NUMBERS)
def test_who_is_in_both_counts_once(some: list[int], others: list[int]) -> None:
    joined = Distinct.joined([distinct_of(some), distinct_of(others)])
    whole = len({*some, *others})
    assert len(joined) == (whole if whole <= EXACT else pytest.approx(whole, rel=0.1))


def test_estimates_are_joined_too() -> None:
    days = [distinct_of(range(start, start + 3000)) for start in range(0, 7000, 1000)]
    assert len(Distinct.joined([*days, distinct_of(range(5))])) == pytest.approx(9000, rel=0.08)


@pytest.mark.parametrize("many", [0, 1, EXACT, EXACT + 1, 10_000])
def test_it_comes_back_from_text_as_it_was(many: int) -> None:
    distinct = distinct_of(range(many))
    back = Distinct.loaded(distinct.dumped())
    assert len(back) == len(distinct)
    assert back.dumped() == distinct.dumped()
    back.add(0)
    assert len(back) == max(1, len(distinct))


@pytest.mark.parametrize("stored", ["%%%", "~", "~AAAA", "A" * 4 * (8 * EXACT), "ÄÄ", 7, None])
def test_anything_else_is_refused(stored: str) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError)):
        Distinct.loaded(stored)


def test_hashes_are_kept_instead_of_the_numbers() -> None:
    someone = random.Random(1).randrange(10**9)
    assert str(someone) not in distinct_of([someone]).dumped()
