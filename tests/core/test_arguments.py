from __future__ import annotations

import functools
import math
from collections.abc import Callable
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.arguments import ArgumentError, Arguments

if TYPE_CHECKING:
    from decimal import Decimal

    from pluggram.request import Request


class Colour(Enum):
    RED = "r"
    GREEN = "g"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


def ask_nothing(request: Request) -> None: ...
def ask_unsaid(request, value): ...  # type: ignore[no-untyped-def]
def ask_any(request: Request, value: Any) -> None: ...
def ask_str(request: Request, value: str) -> None: ...
def ask_int(request: Request, value: int) -> None: ...
def ask_float(request: Request, value: float) -> None: ...
def ask_bool(request: Request, value: bool) -> None: ...
def ask_literal(request: Request, value: Literal["add", "Remove", 3]) -> None: ...
def ask_enum(request: Request, value: Colour) -> None: ...
def ask_int_enum(request: Request, value: Size) -> None: ...
def ask_or_none(request: Request, value: int | None) -> None: ...
def ask_optional(request: Request, value: Optional[int]) -> None: ...  # noqa: UP045
def ask_annotated_or_none(request: Request, value: Annotated[int, "a note"] | None) -> None: ...
def ask_annotated(request: Request, value: Annotated[int, ["from", "1"]]) -> None: ...


def convert(answer: Callable[..., object], text: str | None) -> Any:
    return Arguments.compile(answer, ["value"]).convert({"value": text})["value"]


@pytest.mark.parametrize(
    ("answer", "text", "value"),
    [
        (ask_unsaid, "0042", "0042"),
        (ask_any, "0042", "0042"),
        (ask_str, "0042", "0042"),
        (ask_str, "", ""),
        (ask_int, "0042", 42),
        (ask_int, "-7", -7),
        (ask_int, "+7", 7),
        (ask_float, "2.50", 2.5),
        (ask_float, "-.5e1", -5.0),
        (ask_float, "3.", 3.0),
        (ask_bool, "Yes", True),
        (ask_bool, "off", False),
        (ask_bool, "0", False),
        (ask_literal, "ADD", "add"),
        (ask_literal, "remove", "Remove"),
        (ask_literal, "3", 3),
        (ask_enum, "g", Colour.GREEN),
        (ask_enum, "GREEN", Colour.GREEN),
        (ask_enum, "green", Colour.GREEN),
        (ask_int_enum, "2", Size.LARGE),
        (ask_int_enum, "small", Size.SMALL),
        (ask_or_none, "5", 5),
        (ask_or_none, None, None),
        (ask_optional, "5", 5),
        (ask_annotated, "5", 5),
        (ask_annotated_or_none, "5", 5),
    ],
)
def test_a_text_becomes_what_the_annotation_asks_for(answer: Callable[..., object], text: str, value: object) -> None:
    converted = convert(answer, text)
    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(
    ("answer", "text", "why"),
    [
        (ask_int, "4.0", "'4.0' is not a whole number"),
        (ask_int, "", "'' is not a whole number"),
        (ask_int, "1_000", "'1_000' is not a whole number"),
        (ask_int, " 1", "' 1' is not a whole number"),
        (ask_int, "٤٢", "'٤٢' is not a whole number"),
        (ask_int, "9" * 4500, "9…' is not a whole number"),
        (ask_float, "nan", "'nan' is not a number"),
        (ask_float, "1e999", "'1e999' is not a number"),
        (ask_float, ".", "'.' is not a number"),
        (ask_bool, "maybe", "'maybe' is none of yes, on, true, 1, no, off, false, 0"),
        (ask_literal, "list", "'list' is none of add, Remove, 3"),
        (ask_enum, "blue", "'blue' is none of r, g"),
        (ask_int_enum, "3", "'3' is none of 1, 2"),
        (ask_or_none, "x", "'x' is not a whole number"),
        (ask_int, "\u202e42", r"'\u202e42' is not a whole number"),
        (ask_int, "\ud800", r"'\ud800' is not a whole number"),
    ],
)
def test_what_does_not_convert_is_said_in_words(answer: Callable[..., object], text: str, why: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        convert(answer, text)
    assert str(caught.value).endswith(why)
    assert len(str(caught.value)) < 120


def refusal(answer: Callable[..., object], text: str) -> str | None:
    try:
        convert(answer, text)
    except ArgumentError as error:
        return str(error)
    return None


@given(st.text(st.characters(codec=None)))
@pytest.mark.parametrize("answer", [ask_int, ask_float, ask_bool, ask_literal, ask_enum])
def test_any_text_converts_or_is_refused_in_a_line_that_can_be_sent(answer: Callable[..., object], text: str) -> None:
    if why := refusal(answer, text):
        assert why.isprintable()
        assert len(why) < 600


@given(st.integers())
def test_every_whole_number_comes_back(number: int) -> None:
    assert convert(ask_int, str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_comes_back(number: float) -> None:
    assert convert(ask_float, repr(number)) == number
    assert math.isfinite(convert(ask_float, repr(number)))


def test_a_group_that_took_no_part_leaves_the_default() -> None:
    def page(request: Request, number: int = 1, *, size: int, loud: bool = False) -> None: ...

    arguments = Arguments.compile(page, ["number", "size", "loud"])
    assert arguments.convert({"number": None, "size": None, "loud": "on"}) == {"size": None, "loud": True}


def test_groups_that_nobody_names_go_where_all_are_taken() -> None:
    def take(request: Request, **groups: str) -> None: ...

    assert Arguments.compile(take, ["one", "two"]).convert({"one": "1", "two": None}) == {"one": "1"}


class Plugin:
    def method(self, request: Request, value: int) -> None: ...

    async def coroutine(self, request: Request, value: int) -> None: ...

    def __call__(self, request: Request, value: int) -> None: ...


def decorated(function: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(function)
    def wrapper(*args: object, **named: object) -> object:
        return function(*args, **named)

    return wrapper


@pytest.mark.parametrize(
    "answer",
    [
        ask_int,
        Plugin().method,
        Plugin().coroutine,
        Plugin(),
        functools.partial(ask_int),
        functools.partial(Plugin().method),
        decorated(ask_int),
        decorated(Plugin().method),
        lambda request, value: value,
    ],
)
def test_everything_that_can_be_called_can_answer(answer: Callable[..., object]) -> None:
    assert convert(answer, "5") in (5, "5")
    if getattr(answer, "__name__", "") != "<lambda>":
        assert convert(answer, "5") == 5


def ask_list(request: Request, value: list[int]) -> None: ...
def ask_two(request: Request, value: int | str) -> None: ...
def ask_instance(request: Request, value: [int]) -> None: ...  # type: ignore[valid-type, misc]
def ask_unimported(request: Request, value: Decimal) -> None: ...
def ask_by_position(request: Request, value: str, /) -> None: ...
def take_nothing() -> None: ...
def take_by_name(*, request: Request) -> None: ...


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (take_nothing, "take_nothing must take the Request as its first argument"),
        (take_by_name, "take_by_name must take the Request as its first argument"),
        (ask_nothing, "the pattern has the named group value, but ask_nothing does not take it"),
        (ask_list, r"ask_list\(value\): no text can be converted to list\[int\]; use str, int"),
        (ask_two, r"ask_two\(value\): no text can be converted to int | str"),
        (ask_instance, r"ask_instance\(value\): no text can be converted to \[<class 'int'>\]"),
        (ask_unimported, r"ask_unimported\(value\): the annotation 'Decimal' means nothing when the bot runs \(name"),
        (ask_by_position, "ask_by_position takes value by position only"),
    ],
)
def test_an_author_s_mistake_is_named(answer: Callable[..., object], why: str) -> None:
    with pytest.raises(TypeError, match=why):
        Arguments.compile(answer, ["value"])


def test_an_argument_without_a_group_is_an_author_s_mistake() -> None:
    with pytest.raises(TypeError, match="ask_int asks for value, but the pattern has no such named group"):
        Arguments.compile(ask_int, [])


def test_a_group_named_like_the_request_is_an_author_s_mistake() -> None:
    def take(request: Request, **groups: str) -> None: ...

    with pytest.raises(TypeError, match="the pattern has the named group request, but"):
        Arguments.compile(take, ["request"])
