"""pydantic's findings about bot.toml, turned into problems with a place, our words and a hint."""

import dataclasses
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pluggram.config.document import Document
from pluggram.config.environment import variable_name
from pluggram.config.loaded import Config
from pluggram.config.masking import is_secret, key_name, redacted, shown, texts
from pluggram.config.mirror import model_of, validated
from pluggram.config.plugin_table import PluginTable
from pluggram.config.problem import ConfigError, KeyPath, Problem
from pluggram.config.rule import OUR_ERROR
from pluggram.config.schema import examples_at, is_secret_field, keys_at
from pluggram.config.wording import expected, may_quote
from pluggram.masks import MASK, remember

T = TypeVar("T")

_QUOTED = re.compile(r"'([^']*)'")


def checked(document: Document, kind: type[T], data: Mapping[str, object]) -> tuple[T | None, list[Problem]]:
    """Make an instance of the dataclass of a whole bot.toml, or say all that is wrong with it."""
    try:
        return validated(kind, data), []
    except ValidationError as error:
        return None, Explainer(document, model_of(kind)).problems(error, data)


def checked_settings(config: Config, table: PluginTable, kind: type[T]) -> T:
    """Make an instance of a plugin's dataclass or model from its table; raises ConfigError with all that is wrong."""
    model = model_of(kind)
    for path, value in texts(table.settings):
        if is_secret_field(model, path):
            remember(value)  # the model says that it is a secret, though its key does not sound like one
    try:
        return validated(kind, table.settings)
    except ValidationError as error:
        problems = Explainer(config.document, model, ("plugins", table.name)).problems(error, table.settings)
    raise ConfigError(problems)


@dataclasses.dataclass(frozen=True, slots=True)
class Explainer:
    """Explains the errors of one model, whose table lies at `base` of the document."""

    document: Document
    model: type[BaseModel]
    base: KeyPath = ()

    def problems(self, error: ValidationError, data: object) -> list[Problem]:
        """One problem for each value that is wrong; `data` is what was validated.

        The members of a union that a value did not fit are told together.
        """
        secrets = sorted(self._secrets(data), key=len, reverse=True)
        merged: dict[KeyPath, Problem] = {}
        for details in error.errors(include_url=False):
            path = _path_in(data, details["loc"], is_missing=details["type"] == "missing")
            problem = self._problem(details, path, secrets)
            if path in merged and problem.expected not in merged[path].expected:
                either = f"{merged[path].expected}, or {problem.expected}"
                problem = dataclasses.replace(merged[path], expected=either)
            elif path in merged:
                continue
            merged[path] = problem
        return list(merged.values())

    def _problem(self, details: ErrorDetails, path: KeyPath, secrets: Sequence[str]) -> Problem:
        if details["type"] == "extra_forbidden":
            return self._unknown(path)
        context = details.get("ctx", {})
        ours = details["type"] == OUR_ERROR
        secret = is_secret_field(self.model, path) and details["type"] != "missing"
        wanted = str(context["expected"]) if ours else expected(details["type"], details["msg"], context)
        if may_quote(details["type"]):
            wanted = redacted(wanted, secrets)
        return self.document.problem(
            self.base + path,
            found=self._found(details, path, secret),
            expected=wanted,
            hint=str(context["hint"]) if ours else self._hint(details, path),
        )

    def _found(self, details: ErrorDetails, path: KeyPath, secret: bool) -> str:
        if details["type"] == "missing":
            return "nothing"
        return f"{MASK} (a secret is not shown)" if secret else shown(details["input"], self.base + path)

    def _unknown(self, path: KeyPath) -> Problem:
        full = self.base + path
        name = str(path[-1])
        keys = keys_at(self.model, path[:-1])
        return self.document.problem(
            full,
            found="a key that does not exist",
            expected=f"one of {', '.join(keys)}" if keys else "no key here",
            hint=self._did_you_mean(full, name, keys),
        )

    def _did_you_mean(self, full: KeyPath, name: str, keys: Sequence[str]) -> str:
        close = difflib.get_close_matches(name.lower(), keys, n=1)
        if close:
            return f"did you mean `{self._spelled((*full[:-1], close[0]), full)}`?"
        return "" if self.base else self._other_table(name)

    def _other_table(self, name: str) -> str:
        for table in keys_at(self.model, ()):
            close = difflib.get_close_matches(name.lower(), keys_at(self.model, (table,)), n=1, cutoff=0.75)
            if close:
                return f"`{close[0]}` is a key of [{table}]"
        return ""

    def _spelled(self, full: KeyPath, wrong: KeyPath) -> str:
        """Return the last key of the path, or its variable's name if a variable was misspelt."""
        if wrong in self.document.origins:
            return variable_name(full)
        return str(full[-1])

    def _hint(self, details: ErrorDetails, path: KeyPath) -> str:
        full = self.base + path
        if details["type"] == "missing":
            return self._example(path)
        if details["type"] in ("literal_error", "enum") and isinstance(details["input"], str):
            choices = _QUOTED.findall(str(details["ctx"]["expected"]))
            close = difflib.get_close_matches(details["input"].lower(), choices, n=1)
            return f'did you mean "{close[0]}"?' if close else ""
        variable = self.document.variable(full)
        if details["type"] == "string_type" and variable:
            return f"""text that looks like a number stands in quotes: {variable}='"..."'"""
        return ""

    def _example(self, path: KeyPath) -> str:
        examples = examples_at(self.model, path)
        if not examples:
            return ""
        return f"for example {key_name(path[-1:])} = {shown(examples[0], path)}"

    def _secrets(self, data: object) -> Iterator[str]:
        """Yield the texts that their keys or the model call secret: no message may quote them."""
        todo: list[tuple[KeyPath, object]] = [(self.base, data)]
        while todo:
            path, value = todo.pop()
            if isinstance(value, dict):
                todo += [((*path, str(key)), inner) for key, inner in value.items()]
            elif isinstance(value, list):
                todo += [((*path, index), inner) for index, inner in enumerate(value)]
            elif isinstance(value, str) and value and self._is_secret(path):
                yield value

    def _is_secret(self, path: KeyPath) -> bool:
        return is_secret(path) or is_secret_field(self.model, path[len(self.base) :])


def _path_in(data: object, location: KeyPath, *, is_missing: bool) -> KeyPath:
    """Take pydantic's own parts (a union's members, validators' names) out of a location: only keys of the data stay.

    The last part of a missing key is kept, of course, although the data lacks it.
    """
    path: list[str | int] = []
    for index, part in enumerate(location):
        inside = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(inside, dict) and part in inside:
            data = inside[part]
        elif not (is_missing and index == len(location) - 1):
            continue
        path.append(part)
    return tuple(path)
