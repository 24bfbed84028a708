"""`pluggram config`: what the configuration comes to, and the schema of bot.toml for editors."""

from pathlib import Path

import click

from pluggram.cli.options import safe_mode


@click.group()
def command() -> None:
    """Show what bot.toml and the environment come to; print the schema of bot.toml for editors."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@safe_mode
@click.pass_obj
def show(config: Path | None, as_json: bool, safe_mode: bool) -> None:
    """Show the configuration that is in effect, as TOML, each value with where it comes from.

    That is a line of bot.toml, a variable of the environment, or the default. Secrets are masked.
    """
    from pluggram.cli.config_show import Shown  # measured: 0.3 s, which --help and completion do without

    shown = Shown.load(config, safe_mode)
    click.echo(shown.as_json() if as_json else shown.as_toml())


@command.command()
@safe_mode
@click.pass_obj
def schema(config: Path | None, safe_mode: bool) -> None:
    """Print the JSON Schema of bot.toml, with the settings of all plugins that are installed or declared.

    For editors, which complete and check bot.toml by it. A plugin that cannot be imported is left open, and named on
    standard error.
    """
    from pluggram.cli.config_schema import schema_text  # measured: the same

    click.echo(schema_text(config, safe_mode))
