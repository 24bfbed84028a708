"""`pluggram links import` and `pluggram links export`."""

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import cast

import click

from pluggram import Store
from pluggram_plugins._audit import Act, Log
from pluggram_plugins._link import counted, quoted
from pluggram_plugins.links import export, report
from pluggram_plugins.links.plan import Plan, replacing
from pluggram_plugins.links.source import Entry, Format, read

_FORMATS = ("json", "csv")


def commands(links: Store, digits: int, log: Log) -> Sequence[click.Command]:
    """Make the commands for one namespace of links."""
    return [_import(links, digits, log), _export(links)]


def _import(links: Store, digits: int, log: Log) -> click.Command:
    @click.command("import", short_help="Import links from a file; without --apply, only show what would be.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--apply", is_flag=True, help="Write it, all in one transaction.")
    @click.option("--format", "form", type=click.Choice(["auto", *_FORMATS]), default="auto", help="What FILE is.")
    @click.option("--all", "everything", is_flag=True, help="Name every link that is added or changed.")
    @click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
    def command(file: Path, apply: bool, form: str, everything: bool, as_json: bool) -> None:
        """Import links from FILE: the old bots' links.json, or CSV with the columns number and url (and title).

        Without --apply nothing is written: it shows what would be added, changed and refused.
        """
        found, entries = read(file, None if form == "auto" else cast(Format, form))
        plan = _plan(entries, links, digits)
        if apply and plan.writes:
            over = partial(replacing, plan.overwrites, plan.writes)
            links.sync.wait(log.apply(Act("import", note=file.name), links, list(plan.writes), over))
        if as_json:
            click.echo(json.dumps(report.as_json(plan, applied=apply), indent=1))
            return
        click.echo(f"{file}: {counted(len(entries), 'entry', 'entries')} ({found.upper()})")
        click.echo("\n".join(report.lines(plan, applied=apply, everything=everything)))
        if not apply:
            click.echo("Nothing is written yet; --apply writes it.")
        elif plan.writes:
            click.echo(f"{counted(len(plan.writes), 'link')} written.")

    return command


def _plan(entries: list[Entry], links: Store, digits: int) -> Plan:
    stored = dict(links.sync.items())
    with click.progressbar(entries, label="Checking", file=sys.stderr, hidden=not sys.stderr.isatty()) as checking:
        return Plan.make(checking, stored, digits)


def _export(links: Store) -> click.Command:
    @click.command("export", short_help="Export all links to a file or to the screen.")
    @click.argument("file", required=False, type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
    @click.option("--format", "form", type=click.Choice(_FORMATS), help="If not said: as FILE is named, else json.")
    def command(file: Path | None, form: str | None) -> None:
        """Export all links to FILE, or to the screen (also as -); `import` reads what it writes."""
        named = "csv" if file is not None and file.suffix.lower() == ".csv" else "json"
        items = links.sync.items()
        content = export.dump(items, cast(Format, form or named))
        if file in (None, Path("-")):
            click.echo(content, nl=False)
        else:
            export.write(file, content)
            click.echo(f"{counted(len(items), 'entry', 'entries')} written to {file}", err=True)
        for number, why in export.unusable(items):
            click.echo(f"{quoted(number, 40)} is not usable, and kept as it is stored: {why}", err=True)

    return command
