"""`pluggram inbox`: the updates that wait, and those that were set aside."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pluggram.intake.inbox_desk import InboxDesk, Letter

SHOWN = 20

_NEGATIVE = {"ignore_unknown_options": True}  # what came without an id is known by a number below 0
_ids = click.argument("update_ids", nargs=-1, type=int, metavar="UPDATE_ID...")


@click.group()
def command() -> None:
    """See the updates that wait to be answered, and those that were set aside; have these tried again."""


@command.command("list")
@click.option("--limit", type=click.IntRange(0), default=SHOWN, show_default=True, help="Show so many that wait.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_(config: Path | None, limit: int, as_json: bool) -> None:
    """List dead letters with their reasons, then the oldest updates that wait."""
    desk = _desk(config)
    waiting, dead = desk.counts() if desk.exists else (0, 0)
    letters = desk.letters(limit) if desk.exists else []
    if as_json:
        listed = [_record(letter) for letter in letters]
        click.echo(json.dumps({"waiting": waiting, "dead": dead, "updates": listed}, indent=2))
        return
    for line in _lines(letters):
        click.echo(line)
    click.echo(f"{waiting:,} wait{'s' if waiting == 1 else ''}, {dead:,} {'is' if dead == 1 else 'are'} set aside.")


@command.command(context_settings=_NEGATIVE)
@click.argument("update_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(config: Path | None, update_id: int, as_json: bool) -> None:
    """Show an update as it came, and what is known of it."""
    desk = _desk(config)
    letters = desk.find(update_id) if desk.exists else []
    if not letters:
        raise click.BadParameter(
            f"the inbox has no update {update_id} that is not done; `pluggram inbox list` shows what it has",
            param_hint="UPDATE_ID",
        )
    for letter in letters:
        click.echo(json.dumps(_record(letter), indent=2) if as_json else "\n".join(_whole(letter)))


@command.command(context_settings=_NEGATIVE)
@_ids
@click.option("--all", "every", is_flag=True, help="All that are set aside.")
@click.pass_obj
def retry(config: Path | None, update_ids: Sequence[int], every: bool) -> None:
    """Have updates tried again that were set aside: at once by a bot that runs, else when it starts."""
    desk = _desk(config)
    dead = {letter.id: letter for letter in _chosen(desk, update_ids, every)}
    unfit = [update_id for update_id, letter in dead.items() if not letter.is_update]
    if unfit and not every:
        raise click.BadParameter(f"{unfit[0]} is no update, so there is nothing to try", param_hint="UPDATE_ID")
    changed = desk.retry([update_id for update_id in dead if update_id not in unfit]) if dead else []
    click.echo(f"{len(changed):,} to be tried again, at once by a bot that runs, else when it starts.")


@command.command(context_settings=_NEGATIVE)
@_ids
@click.option("--all", "every", is_flag=True, help="All that are set aside.")
@click.pass_obj
def drop(config: Path | None, update_ids: Sequence[int], every: bool) -> None:
    """Throw updates away that were set aside."""
    desk = _desk(config)
    dead = {letter.id for letter in _chosen(desk, update_ids, every)}
    click.echo(f"{len(desk.drop(dead) if dead else []):,} thrown away.")


def _desk(config: Path | None) -> "InboxDesk":
    from pluggram.config import load  # measured: 0.2 s, which --help does without
    from pluggram.intake.inbox_desk import InboxDesk  # the same

    return InboxDesk(load(config).data_folder)


def _chosen(desk: "InboxDesk", update_ids: Sequence[int], every: bool) -> "Sequence[Letter]":
    """Give the dead letters that are meant; raises UsageError when it is not said, or one is none."""
    if bool(update_ids) == every:
        raise click.UsageError("Name updates by their ids, or say --all.")
    dead = [letter for letter in desk.letters(0) if letter.state == "dead"] if desk.exists else []
    if every:
        return dead
    for update_id in update_ids:
        if update_id not in {letter.id for letter in dead}:
            raise click.BadParameter(
                f"no update {update_id} was set aside; `pluggram inbox list` shows those that were",
                param_hint="UPDATE_ID",
            )
    return [letter for letter in dead if letter.id in update_ids]


def _lines(letters: "Sequence[Letter]") -> Iterator[str]:
    width = max((len(str(letter.id)) for letter in letters), default=0)
    for letter in letters:
        told = letter.reason + (" (is tried again)" if letter.retry else "") if letter.state == "dead" else ""
        yield f"{letter.id:{width}}  {letter.state:8}  {_age(letter.seconds):>5}  {letter.lane or '-'}  {told}".rstrip()


def _whole(letter: "Letter") -> Iterator[str]:
    yield f"Update {letter.id}: {letter.state}, came {_age(letter.seconds)} ago, {letter.lane or 'no update'}"
    if letter.reason:
        yield f"  why: {letter.reason}"
    if letter.reply is not None:
        yield f"  its answer, which is not sent: {letter.reply}"
    yield letter.update


def _age(seconds: float) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{max(0.0, seconds):.0f} s"


def _record(letter: "Letter") -> dict[str, Any]:
    found = asdict(letter) | {"seconds": round(letter.seconds, 3)}
    return found | {"update": json.loads(letter.update) if letter.is_update else letter.update}
