"""Options that several commands have."""

import click

safe_mode = click.option("--safe-mode", is_flag=True, help="Load the built-in plugins only, and no code of others.")
