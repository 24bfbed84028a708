"""Settings that are plainly right are made without pydantic, and are what it would make of them."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pluggram.config.mirror import validated
from pluggram.config.plain import Unsure, plain
from pluggram.config.rule import Refused, Rule


def _even(value: object) -> object:
    if isinstance(value, int) and value % 2:
        raise Refused("an even number")
    return value


@dataclass(frozen=True)
class Inner:
    host: str
    port: int = 1

    def __post_init__(self) -> None:
        if self.host == "nowhere":
            raise ValueError("there is no such host")


@dataclass(frozen=True)
class Everything:
    number: int = field(default=4, metadata={"ge": 1, "le": 9, "examples": [4]})
    ratio: float = field(default=0.5, metadata={"gt": 0, "lt": 10, "allow_inf_nan": False})
    any_number: float = 1
    word: str = field(default="a", metadata={"pattern": "^[a-z]{1,3}$", "description": "A word."})
    on: bool = True
    mode: Literal["fast", 5] = "fast"
    pair: tuple[int, ...] = ()
    many: list[str] = field(default_factory=list)
    by_name: dict[str, int] = field(default_factory=dict)
    server: Inner | None = None
    servers: tuple[Inner, ...] = ()
    even: Annotated[int, Rule(_even)] = 0
    either: int | str = 0
    anything: object = None
    short: str = field(default="", metadata={"max_length": 3})


@dataclass(frozen=True)
class Strict:
    __pydantic_config__: ClassVar[dict[str, object]] = {"strict": True}

    pair: tuple[int, ...] = ()
    inner: Inner | None = None


RIGHT: dict[str, list[Any]] = {
    "number": [1, 9], "ratio": [0.1, 3], "any_number": [float("inf"), -5, 2.5], "word": ["abc"], "on": [False],
    "mode": ["fast", 5], "pair": [[1, 2], (3,), []], "many": [["x"]], "by_name": [{"a": 1}],
    "server": [{"host": "h"}, {"host": "h", "port": 2}], "servers": [[{"host": "h"}]], "even": [2],
    "anything": [{"deep": [1]}],
}  # fmt: skip
UNSURE: dict[str, list[Any]] = {
    "number": [0, 10, True, "4", 4.0, None], "ratio": [0, 10, float("nan"), float("inf"), "1", True],
    "any_number": [2**53 + 1, "1"], "word": ["abcd", "A", "a\n", 5], "on": [1, "true"], "mode": ["slow", 5.0, True],
    "pair": [["1"], 1, [True]], "many": [("x",), "x"], "by_name": [{"a": "1"}, []],
    "server": [{}, {"host": "nowhere"}, {"host": "h", "prot": 1}, None, 5], "servers": [[{}]], "even": [1],
    "either": [1, "x"], "short": ["x"], "unknown": [1],
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in RIGHT.items() for value in values])
def test_what_is_plainly_right_is_what_pydantic_makes_of_it(key: str, value: Any) -> None:
    made = plain(Everything, {key: value})
    assert made == validated(Everything, {key: value})
    assert type(getattr(made, key)) is type(getattr(validated(Everything, {key: value}), key))


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in UNSURE.items() for value in values])
def test_everything_else_is_for_pydantic_to_say(key: str, value: Any) -> None:
    with pytest.raises(Unsure):
        plain(Everything, {key: value})


def test_what_is_left_out_is_the_default_and_a_key_without_one_is_needed() -> None:
    assert plain(Everything, {}) == Everything()
    with pytest.raises(Unsure):
        plain(Inner, {})


def test_a_strict_table_takes_a_list_for_no_tuple_and_has_tables_inside() -> None:
    assert plain(Strict, {"inner": {"host": "h"}}) == validated(Strict, {"inner": {"host": "h"}})
    for take, refusal in ((plain, Unsure), (validated, ValidationError)):
        with pytest.raises(refusal):
            take(Strict, {"pair": [1]})


def test_types_that_are_written_as_text_are_for_pydantic() -> None:
    written: dict[str, Any] = {"__name__": __name__}
    exec("from dataclasses import dataclass\n@dataclass\nclass Late:\n    n: 'int' = 1", written)
    with pytest.raises(Unsure):
        plain(written["Late"], {"n": 2})


def test_what_else_pydantic_is_told_of_a_table_is_for_pydantic() -> None:
    @dataclass
    class Short:
        __pydantic_config__: ClassVar[dict[str, object]] = {"str_max_length": 3}
        word: str = ""

    for take, refusal in ((plain, Unsure), (validated, ValidationError)):
        with pytest.raises(refusal):
            take(Short, {"word": "abcd"})


def test_what_a_table_asserts_is_for_pydantic_to_tell() -> None:
    @dataclass
    class Odd:
        number: int = 1

        def __post_init__(self) -> None:
            assert self.number % 2

    for take, refusal in ((plain, Unsure), (validated, ValidationError)):
        with pytest.raises(refusal):
            take(Odd, {"number": 2})


def test_a_pattern_that_is_none_is_for_pydantic_to_complain_of() -> None:
    @dataclass
    class Broken:
        word: str = field(default="", metadata={"pattern": "("})

    with pytest.raises(re.error):
        re.compile("(")
    with pytest.raises(Unsure):
        plain(Broken, {"word": "x"})


KEYS = [*Everything.__dataclass_fields__, "unknown"]
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.integers(), st.floats(), st.text(max_size=4),
    st.sampled_from(["fast", "abc", "h", "nowhere", "1", "true"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["host", "port", "a"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4))
def test_pydantic_never_disagrees_with_what_is_plain(table: dict[str, Any]) -> None:
    try:
        made = plain(Everything, table)
    except Unsure:
        return
    assert made == validated(Everything, table)
