"""Settings that are plainly right, without pydantic: it is asked, and imported, only about those that are not."""

import dataclasses
import math
import operator
import re
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from pluggram.config.rule import Rule

T = TypeVar("T")

_EXACT = 2**53
_SAYS_NOTHING = ("description", "examples", "title")
_KNOWN_CONFIG = {"strict", "hide_input_in_errors", "json_schema_extra"}
_LIMITS: Mapping[str, Callable[[Any, Any], object]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "pattern": lambda text, pattern: "\n" not in text and re.search(pattern, text),
    "allow_inf_nan": lambda number, allowed: allowed or math.isfinite(number),
}


class Unsure(Exception):
    """Whether the settings are right, and what they come to, is for pydantic to say."""


def plain(kind: type[T], table: Mapping[str, object]) -> T:
    """Make an instance of a dataclass from a table in which every value is of the very type that its field says.

    What it gives is what pydantic would give. Raises Unsure.
    """
    fields = {field.name: field for field in dataclasses.fields(cast(Any, kind))}
    config: Mapping[str, Any] = getattr(kind, "__pydantic_config__", {})
    if config.keys() - _KNOWN_CONFIG:
        raise Unsure
    strict = config.get("strict", False)
    try:
        given = {key: _taken(fields[key].type, value, strict) for key, value in table.items()}
        for key, value in given.items():
            _keep_to(fields[key].metadata, value)
        return kind(**given)
    except (AssertionError, KeyError, TypeError, ValueError, re.error):
        raise Unsure from None


def _keep_to(limits: Mapping[str, Any], value: object) -> None:
    for name, limit in limits.items():
        if name not in _SAYS_NOTHING and not _LIMITS[name](value, limit):
            raise Unsure


def _taken(kind: Any, value: Any, strict: bool) -> object:
    """Give the value as a field of this type holds it."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (bool, int, str):
        fits = type(value) is kind
    elif kind is float:
        return _number(value)
    elif kind in (object, Any):
        fits = True
    elif origin is Annotated:
        return _ruled(arguments[0], arguments[1:], value, strict)
    elif origin is Literal:
        fits = any(type(value) is type(each) and value == each for each in arguments)
    elif origin in (Union, UnionType):
        return _one_of([each for each in arguments if each is not type(None)], value, strict)
    elif dataclasses.is_dataclass(kind) and type(value) is dict:
        return plain(cast(type[object], kind), value)
    else:
        return _many(origin, arguments, value, strict)
    if not fits:
        raise Unsure
    return value


def _number(value: Any) -> float:
    if type(value) is float or (type(value) is int and abs(value) <= _EXACT):
        return float(value)
    raise Unsure


def _ruled(kind: Any, rules: tuple[Any, ...], value: Any, strict: bool) -> object:
    for rule in reversed(rules):
        if not isinstance(rule, Rule):
            raise Unsure
        value = rule.take(value)
    return _taken(kind, value, strict)


def _one_of(kinds: list[Any], value: Any, strict: bool) -> object:
    if len(kinds) != 1 or value is None:
        raise Unsure
    return _taken(kinds[0], value, strict)


def _many(origin: Any, arguments: tuple[Any, ...], value: Any, strict: bool) -> object:
    if origin is list and type(value) is list:
        return [_taken(arguments[0], each, strict) for each in value]
    if origin is dict and arguments[0] is str and type(value) is dict:
        return {key: _taken(arguments[1], each, strict) for key, each in value.items()}
    if origin is tuple and arguments[1:] == (...,) and (type(value) is tuple or (type(value) is list and not strict)):
        return tuple(_taken(arguments[0], each, strict) for each in value)
    raise Unsure
