"""The root command: knows every command's name and line, loads the one that is called."""

import difflib
import gc
import importlib
import sys
import traceback
from pathlib import Path
from types import TracebackType

import click
from click.shell_completion import CompletionItem

from pluggram import __version__
from pluggram.cli.tables import declared
from pluggram.errors import PluggramError
from pluggram.masks import mask

COMMANDS = {
    "chat": "Talk to the bot in the terminal; needs no token.",
    "check": "Check everything that can be wrong, without network.",
    "completion": "Print the script that lets your shell complete pluggram.",
    "config": "Show what bot.toml and the environment come to; print its schema for editors.",
    "inbox": "See which updates wait or were set aside; have these tried again.",
    "plugins": "See which plugins there are and how they fare; enable and disable them.",
    "run": "Serve Telegram.",
    "simulator": "Serve a simulated Telegram, for bots in any language.",
}


class Root(click.Group):
    """The commands of COMMANDS, each in the module of its name, then one for each plugin that bot.toml declares."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name our own commands and the tables of bot.toml."""
        return [*COMMANDS, *declared(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; garbage that it then makes is collected as ever."""
        try:
            return self._load(ctx, cmd_name)
        finally:
            gc.freeze()  # measured: 10 ms to look through what was imported, none of which is garbage
            gc.enable()

    def _load(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            command: click.Command = importlib.import_module(f"pluggram.cli.{cmd_name}").command
            return command
        if cmd_name not in declared(ctx):
            return None
        if ctx.resilient_parsing:
            return _unloaded(cmd_name)
        group: click.Command = importlib.import_module("pluggram.cli.plugin").group(ctx.params.get("config"), cmd_name)
        return group

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete a command's name without loading any."""
        lines = dict.fromkeys(declared(ctx), "A plugin that bot.toml declares.") | COMMANDS
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        items = [CompletionItem(name, help=lines[name]) for name in names]
        return items + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest a command that is meant, when there is none of the name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(error.message + hint, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        if tables := declared(ctx):
            with formatter.section("Plugins in bot.toml (pluggram NAME --help shows what each offers)"):
                formatter.write_text(", ".join(tables))


def _unloaded(name: str) -> click.Command:
    """Stand in for a plugin's commands while a shell completes: which there are is known only once it is imported."""
    rest = click.Argument(["rest"], nargs=-1, type=click.Path())
    return click.Command(name, params=[rest], context_settings={"ignore_unknown_options": True})


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-c", "--config", type=click.Path(path_type=Path, dir_okay=False), is_eager=True,
    help="The bot.toml to use, instead of the first one found.",
)  # fmt: skip
@click.version_option(__version__, message="pluggram %(version)s")
@click.pass_context
def root(ctx: click.Context, config: Path | None) -> None:
    """Run and try a Telegram bot made of plugins that bot.toml declares."""
    ctx.obj = config


def run() -> None:
    """Run the root command; an error that a person can mend is one message and its exit code."""
    sys.excepthook = _print_uncaught
    try:
        root(prog_name="pluggram")
    except PluggramError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)


def _print_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a traceback as Python does, with every secret masked; commands that log replace this."""
    click.echo(mask("".join(traceback.format_exception(kind, error, trace))), err=True, nl=False)
