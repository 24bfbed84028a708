from typing import Any

import pytest

from pluggram.handlers import handler
from pluggram.request import Request
from pluggram.router import Route, clashes


def route(plugin: str, pattern: str, *examples: str, **options: Any) -> Route:
    async def answer(request: Request) -> None: ...

    return Route.compile(plugin, handler(pattern, answer, examples=examples, **options))


def test_the_later_of_two_plugins_that_answer_one_example_clashes_and_is_told_both_patterns() -> None:
    assert clashes([route("one", "/a", "/a"), route("two", "/[ab]"), route("two", "/a+", "/a")]) == {
        "two": "/a is answered by two's '/a+' and by one's '/a'"
    }


def test_a_later_pattern_that_takes_an_earlier_example_clashes() -> None:
    found = clashes([route("one", "/add", "/add"), route("two", "/ad[a-z]")])
    assert found == {"two": "/add is answered by one's '/add' and by two's '/ad[a-z]'"}


def test_who_clashes_himself_is_in_nobodys_way() -> None:
    routes = [route("one", "/a", "/a"), route("two", "/a", "/a"), route("two", "/b", "/b"), route("three", "/b", "/b")]
    assert [*clashes(routes)] == ["two"]


@pytest.mark.parametrize(
    "other",
    [
        route("two", "/b", "/b"),
        route("two", ".a"),
        route("two", "/a", "/a", on="button"),
        route("two", "/a", "/a", fallback=True),
        route("one", "/a", "/a"),
    ],
)
def test_who_does_not_begin_alike_or_is_asked_another_way_or_last_does_not_clash(other: Route) -> None:
    assert clashes([route("one", "/a", "/a"), other]) == {}


def test_commands_clash_in_any_case() -> None:
    assert [*clashes([route("one", "/Add", "/ADD"), route("two", "/add", "/add")])] == ["two"]
