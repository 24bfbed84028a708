"""The `[plugins.<name>]` tables: which plugins a bot has, in which order, and what they are given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pluggram.config.document import Document
from pluggram.config.masking import shown
from pluggram.config.problem import KeyPath, Problem

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""What a table is called."""
_FILE = re.compile(r"[^\x00-\x1f]+\.py:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
COMMANDS = frozenset(
    "chat check completion config dev inbox init plugins run simulator storage trace".split()  # noqa: SIM905
)
"""Of the command line: no table is called so."""
USE = f"^({_FILE.pattern}|{_DOTTED.pattern})$"
"""What `use` looks like."""
_USE_EXAMPLES = '"./dice.py:Dice" for a file, "package.module:Name" for what is installed'


@dataclass(frozen=True, slots=True)
class PluginTable:
    """One `[plugins.<name>]` table."""

    name: str
    use: str | None
    """`./file.py:Name` or `package.module:Name`; None: the entry point of the table's name."""
    disabled: str
    """Why it is not loaded, in words; empty: it is."""
    settings: Mapping[str, object] = field(repr=False)
    """All other keys as they were read; not in the repr: they may hold secrets."""
    line: int | None
    """Of the table in the file; None if a variable of the environment gave all of it."""

    @property
    def enabled(self) -> bool:
        """Whether it is loaded."""
        return not self.disabled


def plugin_tables(document: Document) -> tuple[tuple[PluginTable, ...], list[Problem]]:
    """Return the declared plugins in their order, without those that have a problem, and the problems."""
    declared = document.data.get("plugins")
    tables: list[PluginTable] = []
    problems: list[Problem] = []
    for name, table in declared.items() if isinstance(declared, dict) else ():
        found = table_problems(document, name, table)
        problems += found
        if not found:
            tables.append(_table(document, name, table))
    return tuple(tables), problems


def _table(document: Document, name: str, table: Mapping[str, object]) -> PluginTable:
    use = table.get("use")
    return PluginTable(
        name=name,
        use=use if isinstance(use, str) else None,
        disabled=_why_disabled(document, name) if table.get("enabled") is False else "",
        settings={key: value for key, value in table.items() if key not in ("use", "enabled")},
        line=document.lines.get(("plugins", name)),
    )


def _why_disabled(document: Document, name: str) -> str:
    variable = document.variable(("plugins", name, "enabled"))
    return f"{variable} says false" if variable else "enabled = false in bot.toml"


def table_problems(document: Document, name: str, table: object) -> list[Problem]:
    """Say what is wrong with a table that declares a plugin: its name, `use` and `enabled`."""
    path = ("plugins", name)
    problems = [_name_problem(document, path, name)]
    if isinstance(table, dict):
        problems.append(_use_problem(document, (*path, "use"), table.get("use")))
        problems.append(_enabled_problem(document, (*path, "enabled"), table.get("enabled", True)))
    else:
        hint = f"a plugin is a table of its own: [plugins.{name}]" if NAME.fullmatch(name) else ""
        problems.append(document.problem(path, found=shown(table, path), expected="a table", hint=hint))
    return [problem for problem in problems if problem is not None]


def _name_problem(document: Document, path: KeyPath, name: str) -> Problem | None:
    if name in COMMANDS:
        hint = f"`pluggram {name}` is a command of its own; give the table another name and say `use`"
        return document.problem(path, found="the name of a built-in command", expected="another name", hint=hint)
    if NAME.fullmatch(name):
        return None
    hint = "the table's name is free: with `use` it need not be the plugin's"
    expected = "1 to 32 of a-z, 0-9 and _, beginning with a letter"
    return document.problem(path, found=f"the name {shown(name)}", expected=expected, hint=hint)


def _use_problem(document: Document, path: KeyPath, use: object) -> Problem | None:
    if use is None or (isinstance(use, str) and (_FILE.fullmatch(use) or _DOTTED.fullmatch(use))):
        return None
    return document.problem(path, found=shown(use, path), expected=_USE_EXAMPLES, hint=_use_hint(use))


def _use_hint(use: object) -> str:
    if not isinstance(use, str) or ":" in use:
        return ""
    if use.endswith(".py"):
        return f"say which name in the file is the plugin: {shown(use + ':Name')}"
    module, dot, name = use.rpartition(".")
    if dot and _DOTTED.fullmatch(f"{module}:{name}"):
        return f"a colon stands before the name: {shown(f'{module}:{name}')}"
    return "for an installed plugin leave `use` out and name the table after its entry point"


def _enabled_problem(document: Document, path: KeyPath, enabled: object) -> Problem | None:
    if isinstance(enabled, bool):
        return None
    return document.problem(path, found=shown(enabled, path), expected="true or false")
