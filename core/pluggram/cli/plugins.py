"""`pluggram plugins`: which plugins there are, how they fare, and which are enabled."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pluggram.cli.options import safe_mode
from pluggram.cli.quiet import quietly
from pluggram.cli.switch import disable, enable
from pluggram.cli.tables import complete_declared
from pluggram.installed import installed

if TYPE_CHECKING:
    from pluggram.bot import Bot
    from pluggram.context import Declaration, PluginState


@click.group()
def command() -> None:
    """See which plugins there are and how they fare; enable and disable them."""


command.add_command(enable)
command.add_command(disable)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@safe_mode
@click.pass_obj
def list_(config: Path | None, as_json: bool, safe_mode: bool) -> None:
    """List the plugins of bot.toml: active, disabled, quarantined or missing, and why.

    Then those that are installed and that bot.toml does not declare: they are available, and are not imported.
    """
    bot = _bot(config, safe_mode)
    listed = [asdict(state) for state in bot.plugins] + [*_available(bot)]
    if as_json:
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    width = max((len(plugin["name"]) for plugin in listed), default=0)
    for plugin in listed:
        hooks = f"  [{', '.join(plugin['hooks'])}]" if plugin["hooks"] else ""
        text = (plugin["reason"] or plugin["summary"]).replace("\n", "\n    ")
        click.echo(f"{plugin['name']:{width}}  {plugin['status']:11}  {text}{hooks}")


@command.command()
@click.argument("name", shell_complete=complete_declared)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@safe_mode
@click.pass_obj
def info(config: Path | None, name: str, as_json: bool, safe_mode: bool) -> None:
    """Show one plugin: where it comes from, its hooks, what it answers."""
    bot = _bot(config, safe_mode)
    state = next((state for state in bot.plugins if state.name == name), None)
    if state is None:
        why = next((plugin["reason"] for plugin in _available(bot) if plugin["name"] == name), "")
        known = why or f"it has {', '.join(state.name for state in bot.plugins)}"
        raise click.BadParameter(f"bot.toml has no [plugins.{name}]; {known}", param_hint="NAME")
    declared = [declaration for declaration in bot.declarations if declaration.plugin == name]
    click.echo(
        json.dumps(_record(state, declared), indent=2, ensure_ascii=False) if as_json else _text(state, declared)
    )


def _bot(config: Path | None, safe_mode: bool) -> "Bot":
    from pluggram.bot import Bot  # measured: 0.25 s, which --help, completion and the other commands do without
    from pluggram.config import load  # the same

    with quietly():
        return Bot(load(config, safe_mode=safe_mode), strict=False)


def _available(bot: "Bot") -> Iterator[dict[str, Any]]:
    """Give the plugins that are installed and not declared, as the states of the others are."""
    names = {table.name for table in bot.config.plugins}
    used = {table.use for table in bot.config.plugins}
    for name, entries in sorted(installed().items()):
        if name not in names and not used & {entry.value for entry in entries}:
            packages = ", ".join(f"{entry.package} {entry.version}" for entry in entries)
            yield {
                "name": name,
                "status": "available",
                "reason": f"installed with {packages}; `pluggram plugins enable {name}` declares it",
                "source": ", ".join(f"{entry.package}: {entry.value}" for entry in entries),
                "version": ", ".join(entry.version for entry in entries),
                "hooks": (),
                "summary": "",
            }


def _record(state: "PluginState", declared: "Sequence[Declaration]") -> dict[str, object]:
    handlers = [
        {"pattern": h.pattern, "on": h.on, "access": h.access, "help": h.help, "form": h.form, "examples": h.examples}
        for h in (declaration.handler for declaration in declared)
    ]
    return asdict(state) | {"handlers": handlers}


def _text(state: "PluginState", declared: "Sequence[Declaration]") -> str:
    lines = [f"{state.name}: {state.status}"]
    lines += [f"  {label}: {value}".replace("\n", "\n    ") for label, value in (
        ("reason", state.reason), ("what", state.summary), ("from", state.source),
        ("version", state.version), ("hooks", ", ".join(state.hooks))) if value]  # fmt: skip
    lines += [f"  {h.form}  [{h.on}, {h.access}]  {h.help}" for h in (d.handler for d in declared)]
    return "\n".join(lines)
