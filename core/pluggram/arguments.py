"""From a pattern's named groups to a handler's arguments, by its annotations; compiled once, at start."""

import inspect
import math
import re
import types
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from inspect import Parameter
from typing import Annotated, Any, Literal, Union, get_args, get_origin

Converter = Callable[[str], Any]

_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTH = {"yes": True, "on": True, "true": True, "1": True, "no": False, "off": False, "false": False, "0": False}
_LONGEST_QUOTE = 40


class ArgumentError(ValueError):
    """What was written does not convert to what the handler's annotation asks for."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one answer: how each named group becomes a value.

    converters: by group. required: groups whose parameter has no default; they are passed None when the group
    took no part in the match.
    """

    converters: Mapping[str, Converter]
    required: frozenset[str]
    as_found: bool
    """Whether all are texts, to be passed on as they are."""

    @classmethod
    def compile(cls, answer: Callable[..., object], groups: Collection[str]) -> "Arguments":
        """Read the answer's signature against the pattern's named groups.

        Raises TypeError, in words for the plugin's author, when they do not fit or an annotation is none of
        str, int, float, bool, Literal, Enum, nor one of these with `| None`.
        """
        request, *parameters = _parameters(answer)
        takes_all = any(p.kind is Parameter.VAR_KEYWORD for p in parameters)
        named = {p.name: p for p in parameters if p.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)}
        required = {p.name for p in named.values() if p.default is p.empty}
        if missing := required.difference(groups):
            raise TypeError(f"{_name(answer)} asks for {_listed(missing)}, but the pattern has no such named group")
        taken = set(groups).difference([request.name]) if takes_all else set(named)
        if surplus := set(groups).difference(taken):
            raise TypeError(f"the pattern has the named group {_listed(surplus)}, but {_name(answer)} does not take it")
        annotations = {group: _annotation(answer, named[group]) if group in named else str for group in groups}
        converters = {group: _converter(asked, f"{_name(answer)}({group})") for group, asked in annotations.items()}
        as_found = required.issuperset(groups) and all(converter is str for converter in converters.values())
        return cls(converters, frozenset(required), as_found)

    def convert(self, groups: Mapping[str, str | None]) -> Mapping[str, Any]:
        """Convert what the pattern found.

        Raises ArgumentError for the first text that does not convert.
        """
        if self.as_found:
            return groups
        values: dict[str, Any] = {}
        for name, convert in self.converters.items():
            text = groups[name]
            if text is not None:
                values[name] = convert(text)
            elif name in self.required:
                values[name] = None
        return values


def _parameters(answer: Callable[..., object]) -> list[Parameter]:
    """Give the parameters: the first takes the Request, the others can take named groups."""
    parameters = list(inspect.signature(answer).parameters.values())
    if not parameters or parameters[0].kind not in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD):
        raise TypeError(f"{_name(answer)} must take the Request as its first argument")
    if unnamed := [p.name for p in parameters[1:] if p.kind is Parameter.POSITIONAL_ONLY and p.default is p.empty]:
        raise TypeError(f"{_name(answer)} takes {_listed(unnamed)} by position only; named groups are given by name")
    return parameters


def _annotation(answer: Callable[..., object], parameter: Parameter) -> Any:
    """Resolve one parameter's annotation; others may name what is imported for type checkers only."""
    annotation = str if parameter.annotation is parameter.empty else parameter.annotation
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, _globals(answer))
        except Exception as error:
            raise TypeError(
                f"{_name(answer)}({parameter.name}): the annotation {annotation!r} means nothing when the bot runs "
                f"({error}); define or import it at the module's top, outside of `if TYPE_CHECKING`"
            ) from error
    return annotation


def _globals(answer: Callable[..., object]) -> dict[str, Any]:
    """Give the names that annotations of a function, method, partial or callable object may mean."""
    function = inspect.unwrap(getattr(answer, "func", answer))
    return getattr(function, "__globals__", None) or getattr(type(function).__call__, "__globals__", {})


def _converter(annotation: Any, where: str) -> Converter:
    if get_origin(annotation) is Annotated:
        return _converter(get_args(annotation)[0], where)
    if isinstance(annotation, Hashable) and annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if get_origin(annotation) in (Union, types.UnionType):
        some = [part for part in get_args(annotation) if part is not type(None)]
        if len(some) == 1:
            return _converter(some[0], where)
    if get_origin(annotation) is Literal:
        return _choice({str(value): value for value in get_args(annotation)})
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _choice({str(member.value): member for member in annotation}, {m.name: m for m in annotation})
    raise TypeError(f"{where}: no text can be converted to {annotation!r}; "
                    "use str, int, float, bool, Literal, Enum, or one of these with | None")  # fmt: skip


def _choice(values: Mapping[str, Any], other_names: Mapping[str, Any] = types.MappingProxyType({})) -> Converter:
    """Convert to one of these values by its name, in any case where that is clear; messages list `values` only."""
    by_name = {**other_names, **values}
    by_lower = {name.lower(): value for name, value in by_name.items()}

    def convert(text: str) -> Any:
        try:
            return by_name[text] if text in by_name else by_lower[text.lower()]
        except KeyError:
            raise ArgumentError(f"{_quoted(text)} is none of {', '.join(values)}") from None

    return convert


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ArgumentError(f"{_quoted(text)} is not a whole number")
    return int(text)


def _decimal(text: str) -> float:
    number = float(text) if _DECIMAL.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise ArgumentError(f"{_quoted(text)} is not a number")
    return number


_SIMPLE: dict[Any, Converter] = {str: str, Any: str, int: _integer, float: _decimal, bool: _choice(_TRUTH)}


def _quoted(text: str) -> str:
    """Show what someone wrote: escaped where it is not printable, shortened where it is long."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


def _name(answer: Callable[..., object]) -> str:
    return getattr(answer, "__qualname__", None) or repr(answer)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
