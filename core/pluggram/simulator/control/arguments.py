"""The fields of a JSON object as the arguments of a function, checked and converted by its annotations."""

import inspect
from base64 import b64decode
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pluggram.simulator.errors import JsonObject, SimulatorError
from pluggram.simulator.model.accounts import Account
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.people import User
from pluggram.simulator.model.world import World

Function = Callable[..., object]


class Parameter(NamedTuple):
    """What a function takes by a name: a value of this type, which need not be given if there is a default."""

    name: str
    type: object
    default: object

    @property
    def required(self) -> bool:
        """Whether it has to be given."""
        return self.default is inspect.Parameter.empty

    @property
    def kind(self) -> str:
        """The JSON it takes, in a word or two, as `user` or `list of account`."""
        if get_origin(self.type) is list:
            return f"list of {_WORDS[get_args(self.type)[0]]}"
        return _WORDS[self.type]


@cache
def parameters_of(function: Function) -> tuple[Parameter, ...]:
    """Return what a function takes behind its first parameter, or a dataclass for its fields."""
    hints = get_type_hints(function)
    taken = list(inspect.signature(function).parameters.values())
    if not isinstance(function, type):
        taken = taken[1:]
    return tuple(Parameter(each.name, _bare(hints[each.name]), each.default) for each in taken)


def arguments(world: World, function: Function, given: Mapping[str, object]) -> dict[str, Any]:
    """Return the arguments for a call of the function, of the types that it wants.

    Raises SimulatorError that names what is wrong.
    """
    known = {each.name: each for each in parameters_of(function)}
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there is {', '.join(known)}" if known else ""
            raise SimulatorError(f"there is no {name}{hint}")
    missing = [each.name for each in known.values() if each.required and given.get(each.name) is None]
    if missing:
        raise SimulatorError(f"{' and '.join(missing)} must be given")
    return {name: _converted(world, known[name], value) for name, value in given.items() if value is not None}


def _bare(hint: object) -> object:
    """Return an annotation without `| None`."""
    if get_origin(hint) in (Union, UnionType):
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


def _converted(world: World, parameter: Parameter, value: object) -> object:
    if get_origin(parameter.type) is list:
        if not isinstance(value, list):
            raise SimulatorError(f"{parameter.name} must be of type {parameter.kind}, not {value!r}")
        inner = Parameter(parameter.name, get_args(parameter.type)[0], None)
        return [_converted(world, inner, each) for each in value]
    try:
        return _CONVERTERS[parameter.type](world, value)
    except (ValueError, TypeError, OverflowError):
        raise SimulatorError(f"{parameter.name} must be of type {parameter.kind}, not {value!r}") from None


def _number(world: World, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _integer(world: World, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if not -(2**63) <= value < 2**63:
        raise ValueError
    return value


def _exactly(kind: type) -> Callable[[World, object], object]:
    def convert(world: World, value: object) -> object:
        if not isinstance(value, kind):
            raise TypeError
        return value

    return convert


def _bytes(world: World, value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError
    return b64decode(value, validate=True)


def _account(kind: type[Account]) -> Callable[[World, object], Account]:
    def convert(world: World, value: object) -> Account:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise TypeError
        accounts = [*world.users.values(), *world.bots.values()]
        name = value.removeprefix("@").lower() if isinstance(value, str) else ""
        for each in accounts:
            if isinstance(each, kind) and (each.id == value or each.username.lower() == name != ""):
                return each
        raise SimulatorError(f"there is no {_WORDS[kind]} {value!r}")

    return convert


_WORDS: dict[object, str] = {
    str: "string", int: "integer", float: "number", bool: "boolean", bytes: "string in base64", JsonObject: "object",
    User: "user", Bot: "bot", Account: "account",
}  # fmt: skip

_CONVERTERS: dict[object, Callable[[World, object], object]] = {
    str: _exactly(str), int: _integer, float: _number, bool: _exactly(bool), bytes: _bytes, JsonObject: _exactly(dict),
    User: _account(User), Bot: _account(Bot), Account: _account(Account),
}  # fmt: skip
