"""The reference is complete, and names nothing that is not there."""

import ast
import dataclasses
import inspect
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_args

import click
import pytest
import tomli_w

import pluggram
from pluggram import hooks
from pluggram.bot import Bot
from pluggram.cli.root import COMMANDS, root
from pluggram.config import ConfigError, load
from pluggram.config.environment import variable_name
from pluggram.config.tables import File
from pluggram.errors import PluggramError
from pluggram.installed import GROUP
from tests.docs.pages import DOCS, Page, table

HOOKS = Page(DOCS / "reference" / "hooks.md")
API = Page(DOCS / "reference" / "plugin-api.md")
BOT_TOML = Page(DOCS / "reference" / "bot-toml.md")
COMMAND_LINE = Page(DOCS / "reference" / "command-line.md")
NOT_OURS = set(dir(Exception)) | {"add_note"}


def hook_signatures() -> set[str]:
    """The hooks as their source writes them, without self and without the quotes of forward references."""
    [spec] = [node for node in ast.parse(inspect.getsource(hooks.Hooks)).body if isinstance(node, ast.ClassDef)]
    functions = [node for node in spec.body if isinstance(node, ast.FunctionDef)]
    return {_signature(function) for function in functions}


def _signature(function: ast.FunctionDef) -> str:
    function.args.args = function.args.args[1:]
    assert function.returns is not None
    written = f"{function.name}({ast.unparse(function.args)}) -> {ast.unparse(function.returns)}"
    return written.replace("'", "")


def test_every_hook_has_a_heading_with_its_signature() -> None:
    assert {title for title in HOOKS.sections(2) if "(" in title} == hook_signatures()


def test_every_hook_has_an_example_that_implements_it() -> None:
    for title, text in HOOKS.sections(2).items():
        if "(" in title:
            assert f"def {title.partition('(')[0]}(self" in text, title


def test_every_name_that_a_plugin_imports_has_a_heading() -> None:
    assert set(API.sections(3)) == set(pluggram.__all__)


@pytest.mark.parametrize("name", [n for n in pluggram.__all__ if inspect.isclass(getattr(pluggram, n))])
def test_every_part_of_a_class_is_described(name: str) -> None:
    cls = getattr(pluggram, name)
    fields = {field.name for field in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else set()
    parts = {part for part in {*dir(cls), *fields} if not part.startswith("_")} - NOT_OURS
    text = API.sections(3)[name]
    if "| part |" in text:
        assert {row[0].partition("(")[0] for row in table(text)} == parts
    else:
        assert {part for part in parts if f"`{part}" not in text} == set()


def keys() -> Iterator[tuple[str, str, Any]]:
    """Every key of bot.toml that the core or a plugin of ours knows: its table, its name, its default as TOML."""
    for field in dataclasses.fields(File):
        if dataclasses.is_dataclass(field.type):
            yield from _keys_of(field.name, field.type)
    for entry in entry_points(group=GROUP):
        if entry.value.startswith("pluggram_plugins."):
            yield from _keys_of(f"plugins.{entry.name}", getattr(entry.load(), "Settings", None))


def _keys_of(where: str, kind: Any) -> Iterator[tuple[str, str, Any]]:
    for field in dataclasses.fields(kind) if kind else ():
        inner = [each for each in get_args(field.type) if dataclasses.is_dataclass(each)]
        if inner and field.default is None:
            yield from _keys_of(f"{where}.{field.name}", inner[0])  # a table that may be left out
            continue
        yield where, field.name, "required" if field.default is dataclasses.MISSING else _as_toml(field.default)


def _as_toml(value: Any) -> str:
    if value is None:
        return "none"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = dataclasses.asdict(value).items()
        return f"{{ {', '.join(f'{name} = {_as_toml(inner)}' for name, inner in parts if inner is not None)} }}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_as_toml(each) for each in value)}]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").strip()


def described_keys() -> dict[tuple[str, str], list[str]]:
    """The rows of bot-toml.md: under the heading of a table, a row for each key."""
    return {
        (title.strip("[]"), row[0]): row
        for title, text in BOT_TOML.sections(2).items()
        if title.startswith("[")
        for row in table(text)
    }


def test_every_key_of_bot_toml_is_described_and_no_other() -> None:
    own = {("plugins.<name>", "use"), ("plugins.<name>", "enabled")}
    assert set(described_keys()) == {(where, name) for where, name, _ in keys()} | own


@pytest.mark.parametrize(("where", "name", "default"), list(keys()))
def test_the_default_and_the_variable_of_a_key_are_told_rightly(where: str, name: str, default: str) -> None:
    row = described_keys()[where, name]
    assert row[2] == default
    assert row[-1] == variable_name((*where.split("."), name))


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command of ours, and those that our plugins offer, by what is typed."""
    yield "pluggram", root
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        yield from _with_inner(f"pluggram {name}", command)


def _with_inner(typed: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield typed, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _with_inner(f"{typed} {name}", inner)


def plugin_commands(folder: Path) -> dict[str, click.Command]:
    """What our own plugins offer in the shell."""
    path = folder / "bot.toml"
    ours = [entry.name for entry in entry_points(group=GROUP) if entry.value.startswith("pluggram_plugins.")]
    path.write_text(tomli_w.dumps({"bot": {"name": "docs"}, "plugins": {name: {} for name in ours}}))
    bot = Bot(load(path, environ={}), strict=True)
    return {f"pluggram {name} {command.name}": command for name in ours for command in bot.commands(name)}


def test_every_command_and_option_is_described_and_no_other(tmp_path: Path) -> None:
    sections = COMMAND_LINE.sections(2)
    known = dict(commands()) | plugin_commands(tmp_path)
    assert {title for title in sections if title.startswith("pluggram")} == set(known)
    for typed, command in known.items():
        options = {option for p in command.params if isinstance(p, click.Option) for option in p.opts}
        described = {word for row in table(sections[typed]) for word in row[0].split("`, `") if word.startswith("-")}
        assert {option.split(" ")[0] for option in described} == options, typed


def test_every_exit_code_is_described() -> None:
    kinds: list[type[PluggramError]] = [PluggramError, ConfigError]
    for kind in kinds:
        kinds += [sub for sub in kind.__subclasses__() if sub not in kinds]
    rows = {row[0] for row in table(COMMAND_LINE.sections(2)["Exit codes"])}
    assert rows == {"0", "2"} | {str(kind.exit_code) for kind in kinds}
