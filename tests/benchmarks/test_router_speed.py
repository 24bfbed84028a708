"""Whether a pattern is found in the same time among 10 and among 10,000; `pytest tests/benchmarks`, figures in us."""

from collections.abc import Callable
from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from pluggram.router.backtracking import catastrophic
from pluggram.router.index import Index
from pluggram.router.pattern import Pattern

COUNTS = [10, 100, 1_000, 10_000]
SHAPES = {
    "command": (r"/cmd{:05}(?P<n>[0-9]{{4}})", "/cmd{:05}1234"),
    "any case": (r"/cmd{:05}(?P<n>[0-9]{{4}})", "/CMD{:05}1234"),
    "no literal": (r"(?P<n>[0-9]{{4}}) word{:05}", "1234 word{:05}"),
    "one literal": (r"/x(?:{0:05}|y{0:05}) (?P<n>[0-9]+)", "/x{:05} 1234"),
}


@cache
def index_of(pattern: str, count: int) -> Index[int]:
    return Index([(Pattern.compile(pattern.format(n)), n) for n in range(count)])


def first(index: Index[int], text: str) -> int | None:
    for value, _ in index.matches(text):
        return value
    return None


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_find(benchmark: BenchmarkFixture, shape: str, count: int) -> None:
    benchmark.group = f"bench: find, {shape}"
    pattern, text = SHAPES[shape]
    assert benchmark(first, index_of(pattern, count), text.format(count // 2)) == count // 2


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("shape", ["command", "no literal"])
def test_find_nothing(benchmark: BenchmarkFixture, shape: str, count: int) -> None:
    benchmark.group = f"bench: find nothing, {shape}"
    assert benchmark(first, index_of(SHAPES[shape][0], count), "good morning, everyone") is None


def test_match(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "bench: match one pattern"
    assert benchmark(Pattern.compile("/postno(?P<n>[0-9]{4})").match, "/postno0042") == {"n": "0042"}


@pytest.mark.parametrize("prepare", [Pattern.compile, catastrophic])
def test_prepare(benchmark: BenchmarkFixture, prepare: Callable[[str], object]) -> None:
    benchmark.group = "bench: make a pattern ready"
    numbers = iter(range(10**9))
    made = benchmark(lambda: prepare(rf"/addlink{next(numbers)} (?P<number>\S+) (?P<url>\S+)(?: (?P<title>.+))?"))
    assert (made is None) == (prepare is catastrophic)


def test_worst_pattern_that_is_taken(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "bench: worst text for a pattern that is taken"
    pattern = ".*foo.*"
    assert catastrophic(pattern) is None
    assert benchmark(Pattern.compile(pattern).match, "foo" * 1365 + "\n") is None


@pytest.mark.parametrize("length", [14, 16, 18, 20])
def test_pattern_that_is_refused(benchmark: BenchmarkFixture, length: int) -> None:
    benchmark.group = "bench: why (a+)+ is refused, by length of the text"
    assert catastrophic("(a+)+") is not None
    assert benchmark(Pattern.compile("(a+)+").match, "a" * length + "!") is None
