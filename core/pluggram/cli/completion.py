"""`pluggram completion`: the script that lets a shell complete commands, options and names."""

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_PLUGGRAM_COMPLETE"  # the one that click looks at: made of the program's name


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that lets a shell complete pluggram.

    For bash, in ~/.bashrc: eval "$(pluggram completion bash)". No plugin is imported when a shell completes.
    """
    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(ctx.find_root().command, {}, "pluggram", _VARIABLE).source())
