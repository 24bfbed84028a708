"""What a pydantic model says about the value at a path: its keys, its examples, and whether it is a secret."""

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo

from pluggram.config.problem import KeyPath


def keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """List the keys that the table at `path` may hold; empty where the model leaves that open."""
    return [key for inner in _models(_annotation(model, path)) for key in _fields(inner)]


def examples_at(model: type[BaseModel], path: KeyPath) -> list[object]:
    """List the examples that the field at `path` declares."""
    if not path:
        return []
    for inner in _models(_annotation(model, path[:-1])):
        for key, field in _fields(inner).items():
            if key == path[-1]:
                return list(field.examples or [])
    return []


def is_secret_field(model: type[BaseModel], path: KeyPath) -> bool:
    """Tell whether the field at `path`, or one that it lies in, is a SecretStr or SecretBytes."""
    return any(
        kind in (SecretStr, SecretBytes)
        for length in range(1, len(path) + 1)
        for kind in _kinds(_annotation(model, path[:length]))
    )


def _annotation(model: type[BaseModel], path: KeyPath) -> object:
    annotation: object = model
    for part in path:
        fields = (_fields(inner) for inner in _models(annotation))
        annotation = next((found[str(part)].annotation for found in fields if part in found), annotation)
    return annotation


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields by the names that they have in the file."""
    return {name_in_file(name, field): field for name, field in model.model_fields.items()}


def name_in_file(name: str, field: FieldInfo) -> str:
    """Give the key of a field, which may be an alias."""
    return field.validation_alias if isinstance(field.validation_alias, str) else name


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    for kind in _kinds(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind


def _kinds(annotation: object) -> Iterator[object]:
    """Yield the annotation and all it is made of: `list[Inner] | None` -> itself, list[Inner], Inner, None."""
    yield annotation
    for inner in get_args(annotation):
        yield from _kinds(inner)
