import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram_plugins.metrics.top import KEPT, Top


def top_of(texts: list[str]) -> Top:
    top = Top()
    for text in texts:
        top.add(text)
    return top


def test_a_few_are_counted_exactly() -> None:
    assert top_of(["/a", "/b", "/a", "/c", "/b", "/a"]).most(2) == [("/a", 3), ("/b", 2)]
    assert Top().most(3) == []


def test_what_is_asked_much_is_found_among_ever_new_texts() -> None:
    chance = random.Random(5)
    texts = [f"/hit{n}" for n in range(5) for _ in range(2000 - 200 * n)] + [f"/rare{n}" for n in range(20_000)]
    chance.shuffle(texts)
    top = top_of(texts)
    most = top.most(5)
    assert [text for text, _ in most] == [f"/hit{n}" for n in range(5)]
    assert all(count <= 2000 - 200 * n for n, (_, count) in enumerate(most))
    assert most[0][1] > 1500


@given(st.lists(st.sampled_from([f"/t{number}" for number in range(400)]), max_size=2000))
def test_nothing_is_said_to_be_asked_more_often_than_it_was(texts: list[str]) -> None:
    true = Counter(texts)
    top = top_of(texts)
    assert all(0 <= count <= true[text] for text, count in top.most(10))
    assert len(top._counts) <= 2 * KEPT


def test_however_many_there_are_the_memory_is_bounded() -> None:
    top = top_of([f"/postno{number:04}" for number in range(10_000)])
    assert len(json.dumps(top.dumped())) < 4000


def test_days_are_joined() -> None:
    days = [top_of(["/a"] * 3 + ["/b"]), top_of(["/b"] * 4), top_of([f"/x{n}" for n in range(1000)])]
    joined = Top.joined(days)
    assert joined.most(2) == [("/b", 5), ("/a", 3)]
    assert len(joined._counts) <= 2 * KEPT


def test_it_comes_back_from_json_as_it_was() -> None:
    top = top_of([f"/x{n % 150}" for n in range(1000)])
    back = Top.loaded(json.loads(json.dumps(top.dumped())))
    assert back.most(100) == top.most(100)
    top.add("/new")
    back.add("/new")
    assert back.dumped() == top.dumped()


@pytest.mark.parametrize(
    "stored",
    [{}, {"floor": 0}, {"floor": "x", "counts": {}}, {"floor": 0, "counts": []}, {"floor": 0, "counts": {"a": 1}}],
)
def test_anything_else_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Top.loaded(stored)
