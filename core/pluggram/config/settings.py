"""A plugin's own settings: its table, validated against the model that the plugin names."""

from typing import TypeVar, overload

from pydantic import BaseModel, ValidationError

from pluggram.config.explain import Explainer
from pluggram.config.loaded import Config
from pluggram.config.masking import texts
from pluggram.config.plugin_table import PluginTable
from pluggram.config.problem import ConfigError, Problem
from pluggram.config.schema import is_secret_field
from pluggram.masks import remember

Model = TypeVar("Model", bound=BaseModel)


@overload
def validate_settings(config: Config, table: PluginTable, model: type[Model]) -> Model: ...
@overload
def validate_settings(config: Config, table: PluginTable, model: None) -> None: ...
@overload
def validate_settings(config: Config, table: PluginTable, model: type[Model] | None) -> Model | None: ...
def validate_settings(config: Config, table: PluginTable, model: type[Model] | None) -> Model | None:
    """Make an instance of the plugin's `model` from the settings in `table`; None for a plugin without a model.

    A key that the model does not know is an error, whatever it says of extra keys, unless it says
    `extra="allow"`: then its keys are free. Raises ConfigError with all that is wrong.
    """
    if model is None:
        problems = _takes_none(config, table)
    else:
        _remember_secrets(table, model)
        free = model.model_config.get("extra") == "allow"
        try:
            return model.model_validate(table.settings, extra=None if free else "forbid")
        except ValidationError as error:
            problems = Explainer(config.document, model, ("plugins", table.name)).problems(error, table.settings)
    if problems:
        raise ConfigError(problems)
    return None


def _remember_secrets(table: PluginTable, model: type[BaseModel]) -> None:
    """Have masked what the model says is a secret, though its key does not sound like one."""
    for path, value in texts(table.settings):
        if is_secret_field(model, path):
            remember(value)


def _takes_none(config: Config, table: PluginTable) -> list[Problem]:
    return [
        config.document.problem(
            ("plugins", table.name, key),
            found="a key",
            expected=f"none but `use` and `enabled`: the plugin `{table.name}` takes no settings",
            hint="remove it",
        )
        for key in table.settings
    ]
