"""The plugins that the bot.toml of a command line declares: their names, without importing any."""

import click
from click.shell_completion import CompletionItem

from pluggram.config.locate import find, table_names


def declared(ctx: click.Context) -> list[str]:
    """Name them, in their order; none where the file is missing or broken."""
    return table_names(find(ctx.find_root().params.get("config")))


def complete_declared(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Complete the name of one."""
    return [CompletionItem(name) for name in declared(ctx) if name.startswith(incomplete)]
