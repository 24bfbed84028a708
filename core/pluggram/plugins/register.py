"""What a built plugin must be: an object whose hookimpls fit the contract."""

import difflib
import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

import pluggy

from pluggram.hooks import API_VERSION, Hooks
from pluggram.plugins.reason import PluginError

PROJECT = "pluggram"

Callers = Mapping[str, pluggy.HookCaller]
"""The hooks that a plugin implements: the name of each, and what calls it."""


class _Manager(pluggy.PluginManager):
    """Looks for hooks under no name with which Python begins every class: measured, half of what a plugin costs."""

    def parse_hookspec_opts(self, module_or_class: Any, name: str) -> Any:
        return None if name.startswith("__") else super().parse_hookspec_opts(module_or_class, name)

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        return None if name.startswith("__") else super().parse_hookimpl_opts(plugin, name)


def check_version(factory: object) -> None:
    """Raise PluginError when the plugin was written for a newer contract."""
    wanted = getattr(factory, "api_version", API_VERSION)
    if isinstance(wanted, int) and wanted <= API_VERSION:
        return
    raise PluginError(f"it was written for version {wanted} of the plugin API, this pluggram has {API_VERSION}; "
                      "install a newer pluggram or an older version of the plugin")  # fmt: skip


def settings_class(factory: object) -> type | None:
    """Give the class that the plugin names as its `Settings`; raises PluginError when its settings cannot be."""
    kind = getattr(factory, "Settings", None)
    if kind is None or (isinstance(kind, type) and (is_dataclass(kind) or _is_model(kind))):
        return kind
    raise PluginError(f"its Settings is {kind!r}; it must be a dataclass, or a class derived from pydantic.BaseModel")


def _is_model(kind: type) -> bool:
    pydantic = sys.modules.get("pydantic")  # who derives from it has imported it
    return pydantic is not None and issubclass(kind, pydantic.BaseModel)


def register(plugin: object, name: str) -> Callers:
    """Register the plugin in a manager of its own and give its hooks' callers, by name.

    Of its own, because a manager compares and hashes its plugins: one with an odd `__eq__`, or a dataclass, would
    disturb the others. Raises PluginError for an unknown hook, wrong arguments, a coroutine function, a wrapper, or
    no hook at all.
    """
    manager = _Manager(PROJECT)
    manager.add_hookspecs(Hooks)
    try:
        manager.register(plugin, name)
    except pluggy.PluginValidationError as error:
        raise PluginError(_misfit(plugin, str(error))) from error
    callers = manager.get_hookcallers(plugin) or []
    if not callers:
        raise PluginError("it implements no hook; mark its methods with @hookimpl")
    for caller in callers:
        _check_hook(caller, caller.get_hookimpls()[0])
    return {caller.name: caller for caller in callers if caller.has_spec()}


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
