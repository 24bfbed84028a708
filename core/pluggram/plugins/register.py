"""What a built plugin must be: an object whose hookimpls fit the contract."""

import difflib
import inspect
import re
from typing import Any

import pluggy
from pydantic import BaseModel

from pluggram.hooks import API_VERSION, Hooks
from pluggram.plugins.reason import PluginError

PROJECT = "pluggram"


def new_manager() -> pluggy.PluginManager:
    """Make a manager that knows our hooks."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    return manager


def check_version(factory: object) -> None:
    """Raise PluginError when the plugin was written for a newer contract."""
    wanted = getattr(factory, "api_version", API_VERSION)
    if isinstance(wanted, int) and wanted <= API_VERSION:
        return
    raise PluginError(f"it was written for version {wanted} of the plugin API, this pluggram has {API_VERSION}; "
                      "install a newer pluggram or an older version of the plugin")  # fmt: skip


def settings_model(factory: object) -> type[BaseModel] | None:
    """Give the model that the plugin names as its `Settings`; raises PluginError when that is none."""
    model = getattr(factory, "Settings", None)
    if model is None or (isinstance(model, type) and issubclass(model, BaseModel)):
        return model
    raise PluginError(f"its Settings is {model!r}; it must be a class derived from pydantic.BaseModel")


def check_hooks(plugin: object, name: str) -> tuple[str, ...]:
    """Try the plugin in a manager of its own, so that a half-registered one leaves no trace; give its hooks' names.

    Raises PluginError for an unknown hook, wrong arguments, a coroutine function, a wrapper, or no hook at all.
    """
    trial = new_manager()
    try:
        trial.register(plugin, name)
    except pluggy.PluginValidationError as error:
        raise PluginError(_misfit(plugin, str(error))) from error
    callers = trial.get_hookcallers(plugin) or []
    if not callers:
        raise PluginError("it implements no hook; mark its methods with @hookimpl")
    for caller in callers:
        _check_hook(caller, caller.get_hookimpls()[0])
    return tuple(sorted(caller.name for caller in callers if caller.has_spec()))


def _check_hook(caller: pluggy.HookCaller, implementation: Any) -> None:
    where = _place(implementation.function)
    if not caller.has_spec() and not implementation.optionalhook:
        near = difflib.get_close_matches(caller.name, [n for n in vars(Hooks) if not n.startswith("_")], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise PluginError(f"there is no hook {caller.name!r}{hint} ({where})")
    if inspect.iscoroutinefunction(implementation.function) or inspect.isasyncgenfunction(implementation.function):
        raise PluginError(
            f"its hook {caller.name!r} is `async def`; a hook is a plain `def` that returns data ({where})"
        )
    if implementation.wrapper or implementation.hookwrapper:
        raise PluginError(
            f"its hook {caller.name!r} is a wrapper; each plugin's hooks are called on their own ({where})"
        )


def _misfit(plugin: object, message: str) -> str:
    """Say in which line a hook does not fit; pluggy's message names the hook, and what is wrong in its last line."""
    named = re.search(r"for hook '(\w+)'", message)
    function = getattr(plugin, named[1], None) if named else None
    place = f" ({_place(function)})" if function else ""
    return f"a hook does not fit: {message.splitlines()[-1]}{place}"


def _place(function: Any) -> str:
    code = inspect.unwrap(getattr(function, "__func__", function)).__code__
    return f"{code.co_filename}, line {code.co_firstlineno}"
