"""Dataclasses as pydantic models: the same keys, limits and defaults, for errors, editors, and values that it converts.

It is imported when pydantic has something to say: `pluggram.config.plain` takes what is plainly right without it.
"""

import dataclasses
from collections.abc import Mapping
from functools import partial, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, create_model

from pluggram.config.rule import told_to_pydantic

T = TypeVar("T")

_MODELS: dict[type, type[BaseModel]] = {}


def model_of(kind: type) -> type[BaseModel]:
    """Give the model of a dataclass, always the same; a model is its own."""
    if issubclass(kind, BaseModel):
        return kind
    if kind not in _MODELS:
        _MODELS[kind] = _made(kind)
    return _MODELS[kind]


def _made(kind: type) -> type[BaseModel]:
    hints = get_type_hints(kind, include_extras=True)
    fields: dict[str, Any] = {
        field.name: (_mirrored(hints[field.name]), Field(**_default(field), **field.metadata))
        for field in dataclasses.fields(cast(Any, kind))
        if field.init
    }
    config: Any = {"extra": "forbid", "protected_namespaces": (), **getattr(kind, "__pydantic_config__", {})}
    model: type[BaseModel] = create_model(kind.__name__, __config__=config, __doc__=kind.__doc__, **fields)
    return model


def declared(model: type[BaseModel]) -> type:
    """Give the class that a model was made of, in whose source its fields stand."""
    return next((kind for kind, made in _MODELS.items() if made is model), model)


def validated(kind: type[T], data: Mapping[str, object]) -> T:
    """Make an instance of a dataclass or model, which may not have keys that it does not name.

    Raises pydantic's ValidationError.
    """
    made: Any
    if issubclass(kind, BaseModel):
        free = kind.model_config.get("extra") == "allow"
        made = kind.model_validate(data, extra=None if free else "forbid")
    else:
        made = TypeAdapter(_mirrored(kind)).validate_python(data)
    return cast(T, made)


def _mirrored(kind: Any) -> Any:
    """Put models into the place of the dataclasses in a type; what is validated is an instance of the dataclass."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return Annotated[model_of(kind), AfterValidator(told_to_pydantic(partial(_built, kind)))]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return Annotated[(_mirrored(arguments[0]), *arguments[1:])]
    if origin in (Union, UnionType):
        return reduce(or_, map(_mirrored, arguments))
    if origin in (list, tuple, dict):
        return origin[tuple(map(_mirrored, arguments))]
    return kind


def _built(kind: type, model: BaseModel) -> object:
    return kind(**{name: getattr(model, name) for name in type(model).model_fields})


def _default(field: "dataclasses.Field[Any]") -> dict[str, Any]:
    if field.default_factory is not dataclasses.MISSING:
        return {"default_factory": field.default_factory}
    return {"default": field.default} if field.default is not dataclasses.MISSING else {}
