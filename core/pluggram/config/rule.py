"""A rule for one value of bot.toml, in our own words, written beside its type: `Annotated[str, Rule(_url)]`."""

from collections.abc import Callable, Mapping
from typing import Any

OUR_ERROR = "pluggram"
"""The type of the pydantic errors whose context brings `expected` and `hint` in our own words."""


class Refused(ValueError):
    """A value is not what is `expected`; neither text may hold the value."""

    def __init__(self, expected: str, hint: str = "") -> None:
        super().__init__(expected)
        self.expected, self.hint = expected, hint


class Rule:
    """Takes a value before its type is looked at.

    take: gives the value, as it is or in its usual form; raises Refused.
    schema: tells editors what is taken, where the type does not say it all.
    """

    __slots__ = ("_schema", "take")

    def __init__(self, take: Callable[[object], object], schema: Mapping[str, Any] | None = None) -> None:
        self.take, self._schema = take, schema

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Take part in what pydantic makes of the type."""
        # measured: 20 ms, which a bot does without whose settings are right
        from pydantic_core.core_schema import no_info_before_validator_function

        return no_info_before_validator_function(told_to_pydantic(self.take), handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], Any]) -> Any:
        """Tell editors."""
        return dict(self._schema) if self._schema is not None else handler(schema)


def told_to_pydantic(call: Callable[[Any], object]) -> Callable[[Any], object]:
    """Let pydantic carry what a call refuses to the one who tells all errors at once."""
    from pydantic_core import PydanticCustomError  # measured: as above

    def told(value: Any) -> object:
        try:
            return call(value)
        except Refused as why:
            context = {"expected": why.expected, "hint": why.hint}
            raise PydanticCustomError(OUR_ERROR, "{expected}", context) from None

    return told


def text_rule(take: Callable[[object], str], pattern: str, **schema: str) -> Rule:
    """Make a rule for a text, of which editors know a pattern."""
    return Rule(take, {"type": "string", "pattern": f"^{pattern}$", **schema})
