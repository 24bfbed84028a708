"""Changes to the text of a bot.toml that a person wrote: what is not changed stays as it is, byte for byte."""

import contextlib
import os
import re
import tomllib
from collections.abc import Callable
from typing import Any, cast

import tomlkit
from tomlkit.items import Table

from pluggram.config.lines import key_lines
from pluggram.errors import PluggramError

_HELP = "pluggram_plugins.help"


class CannotEdit(PluggramError):
    """The text is written in a way that cannot be changed without changing more; it says what to write by hand."""

    exit_code = 78


def switched(text: str, name: str, enabled: bool) -> str:
    """Return the text of a bot.toml that says `enabled` in the table of a plugin that it declares.

    Where nothing said it, it stands right below the table's header: behind the last key there may be comments that
    are about something else. Raises CannotEdit.
    """
    value = str(enabled).lower()

    def switch() -> str:
        document = tomlkit.parse(text)
        table = cast(Any, document)["plugins"][name]
        if "enabled" not in table and isinstance(table, Table) and table.display_name:
            header_end = table.trivia.trail.removesuffix("\n") + "\n"  # a last line may have none
            table.trivia.trail = f"{header_end}{table.trivia.indent}enabled = {value}\n"
        else:
            table["enabled"] = enabled
        return tomlkit.dumps(document)

    def change(plugins: dict[str, Any]) -> None:
        plugins[name]["enabled"] = enabled

    return _checked(text, switch, change, f"write `enabled = {value}` in the table of {name}")


def declared(text: str, name: str, use: str | None = None) -> str:
    """Return the text of a bot.toml with a new table for the plugin: at the end, but before a last [plugins.help].

    Raises CannotEdit.
    """
    table = f"[plugins.{name}]" + (f"\nuse = {tomlkit.item(use).as_string()}" if use else "")

    def insert() -> str:
        lines = text.split("\n")
        at = _last_help(text, lines)
        if at is None:
            return f"{text}{_gap(text)}{table}\n"
        is_dense = at > 0 and lines[at - 1].strip() != ""
        return "\n".join([*lines[:at], table, *([] if is_dense else [""]), *lines[at:]])

    def change(plugins: dict[str, Any]) -> None:
        plugins[name] = {"use": use} if use else {}

    return _checked(text, insert, change, f"write at its end:\n\n{table}")


def _gap(text: str) -> str:
    """Give what ends the last line and leaves an empty one below it, as far as the text does not."""
    end = text.replace("\r\n", "\n")[-2:]
    return "" if end in ("", "\n\n") else "\n" if end.endswith("\n") else "\n\n"


def _last_help(text: str, lines: list[str]) -> int | None:
    """Find the index of the line where the help plugin begins, with the comment above it, if it is the last plugin."""
    plugins: dict[str, Any] = tomllib.loads(text).get("plugins", {})
    last = next(reversed(plugins), "")
    line = key_lines(text.replace("\r\n", "\n")).get(("plugins", last))
    if line is None or not lines[line - 1].lstrip().startswith("[") or not _is_help(last, plugins[last]):
        return None
    at = line - 1
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at if _is_toml("\n".join(lines[:at])) else line - 1


def _is_toml(text: str) -> bool:
    """Tell whether no string goes on behind the text, whose last lines may only look like comments."""
    with contextlib.suppress(ValueError):
        tomllib.loads(text)
        return True
    return False


def _is_help(name: str, table: Any) -> bool:
    use = table.get("use") if isinstance(table, dict) else None
    return name == "help" if use is None else str(use).startswith(_HELP)


def _checked(text: str, edit: Callable[[], str], change: Callable[[dict[str, Any]], None], by_hand: str) -> str:
    """Edit the text; make sure that one place of it was changed, and that it now says what it should."""
    wanted = tomllib.loads(text)
    change(wanted.setdefault("plugins", {}))
    with contextlib.suppress(Exception):  # tomlkit's own, where it does not understand
        before, old, new, after = _difference(text, edit())
        newline = "\r\n" if "\r\n" in text else "\n"
        edited = before + re.sub(r"\r?\n", newline, new) + after
        if "\n" not in old and tomllib.loads(edited) == wanted:
            return edited
    raise CannotEdit(f"it is written in a way that pluggram cannot edit; by hand, {by_hand}")


def _difference(old: str, new: str) -> tuple[str, str, str, str]:
    """Cut into what both begin with, what is between in the old, what in the new, and what both end with."""
    before = os.path.commonprefix([old, new])  # noqa: RUF071 - letter by letter is what is wanted
    old, new = old[len(before) :], new[len(before) :]
    after = os.path.commonprefix([old[::-1], new[::-1]])[::-1]  # noqa: RUF071 - the same
    return before, old[: len(old) - len(after)], new[: len(new) - len(after)], after
