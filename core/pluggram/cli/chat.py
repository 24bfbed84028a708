"""`pluggram chat`: talk to the bot in the terminal."""

from pathlib import Path

import click

from pluggram.cli.options import safe_mode


@click.command()
@click.option("--sandbox", is_flag=True, help="Talk on a copy of the bot's storage; nothing said is kept.")
@safe_mode
@click.pass_obj
def command(config: Path | None, sandbox: bool, safe_mode: bool) -> None:
    """Talk to the bot in the terminal, or by lines from a pipe; no token, no network.

    You are an administrator named Admin; `!help` says how to be someone else, or in a group. The bot uses its own
    storage, and says so, unless --sandbox is given.
    """
    from pluggram.cli.chat_session import talk  # measured: 0.5 s, which --help and completion do without

    talk(config, sandbox, safe_mode)
