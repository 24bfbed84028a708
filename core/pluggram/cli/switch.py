"""`pluggram plugins enable|disable`: switch a plugin in bot.toml, without importing it."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from pluggram.cli.tables import complete_declared, declared
from pluggram.installed import installed

if TYPE_CHECKING:
    from pluggram.cli.bot_file import BotFile


def _complete_known(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    names = dict.fromkeys([*declared(ctx), *sorted(installed())])
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command()
@click.argument("name", shell_complete=_complete_known)
@click.option("--use", help='Where a plugin is that has no table yet: "./file.py:Name" or "package.module:Name".')
@click.pass_obj
def enable(config: Path | None, name: str, use: str | None) -> None:
    """Enable a plugin in bot.toml; one that has no table there yet gets one.

    Nothing else in the file is changed, and the plugin is not imported.
    """
    file = _open(config)
    table = file.table(name)
    if table is None:
        if use is None and name not in installed():
            raise _unknown(file, name, f"{file.source} has no [plugins.{name}], and no installed package provides it",
                           "a plugin in a file needs --use ./file.py:Name")  # fmt: skip
        file.declare(name, use)
        _tell(file, name, f"Enabled {name}: {file.place('plugins', name)} declares it.")
    elif use is not None and table.get("use") != use:
        raise click.UsageError(f"{file.place('plugins', name)} declares {name} already; write its `use` there")
    else:
        _switch(file, name, True, table.get("enabled", True))


@click.command()
@click.argument("name", shell_complete=complete_declared)
@click.pass_obj
def disable(config: Path | None, name: str) -> None:
    """Disable a plugin in bot.toml; its table and its data stay.

    Nothing else in the file is changed, and the plugin is not imported.
    """
    file = _open(config)
    table = file.table(name)
    if table is not None:
        _switch(file, name, False, table.get("enabled", True))
    elif name in installed():
        click.echo(f"Nothing to do: {file.source} has no [plugins.{name}], so it is not loaded.")
    else:
        raise _unknown(file, name, f"{file.source} has no [plugins.{name}]")


def _open(config: Path | None) -> "BotFile":
    from pluggram.cli.bot_file import BotFile  # measured: 0.3 s, which --help and completion do without

    return BotFile.open(config)


def _switch(file: "BotFile", name: str, wanted: bool, said: object) -> None:
    done = "Enabled" if wanted else "Disabled"
    if said is wanted:
        _warn(file, name)
        click.echo(f"Nothing to do: {name} is {done.lower()} in {file.place('plugins', name)} already.")
        return
    file.switch(name, wanted)
    place = file.place("plugins", name, "enabled")
    _tell(file, name, f"{done} {name}: {place} says enabled = {str(wanted).lower()}.")


def _tell(file: "BotFile", name: str, done: str) -> None:
    click.echo(done)
    _warn(file, name)
    click.echo("A bot that is running goes on as it is until it is restarted.")


def _warn(file: "BotFile", name: str) -> None:
    variable = file.variable(name)
    if variable:
        click.echo(f"Warning: {variable} is set in this environment, and wins over the file.", err=True)


def _unknown(file: "BotFile", name: str, what: str, *hints: str) -> click.UsageError:
    near = difflib.get_close_matches(name, [*file.tables, *installed()], 1)
    meant = [f"did you mean {near[0]}?"] if near else []
    return click.BadParameter("; ".join([what, *meant, *hints]), param_hint="NAME")
