"""`pluggram check`: everything that can be wrong before the bot serves."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click

from pluggram.bot import Bot
from pluggram.cli.check_inbox import check_inbox
from pluggram.cli.check_webhook import check_webhook, check_webhook_info
from pluggram.cli.finding import Finding
from pluggram.cli.options import safe_mode
from pluggram.cli.quiet import quietly
from pluggram.config import Config, ConfigError, load
from pluggram.errors import PluggramError

CONFIG_ERROR = 78


@click.command()
@click.option("--online", is_flag=True, help="Also ask Telegram about the token, and what plugins will get.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@safe_mode
@click.pass_obj
def command(config: Path | None, online: bool, as_json: bool, safe_mode: bool) -> None:
    """Check the config, the plugins and their patterns, and that storage and inbox can be written.

    Ends with 0 when the bot can be run, 78 when not. Uses no network without --online.
    """
    with quietly():
        findings = asyncio.run(_collect(config, online, safe_mode))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding.level:7}  {finding.part:8}  {finding.message}")
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(CONFIG_ERROR)


async def _collect(path: Path | None, online: bool, safe_mode: bool) -> list[Finding]:
    return [finding async for finding in _check(path, online, safe_mode)]


async def _check(path: Path | None, online: bool, safe_mode: bool) -> AsyncIterator[Finding]:
    try:
        config = load(path, safe_mode=safe_mode)
    except ConfigError as error:
        for problem in error.problems:
            yield Finding("config", "error", str(problem))
        return
    yield Finding("config", "ok", str(config.path))
    for warning in config.warnings:
        yield Finding("config", "warning", str(warning))
    bot = Bot(config, strict=False)
    for state in bot.plugins:
        level: Literal["ok", "error"] = "ok" if state.status in ("active", "disabled") else "error"
        yield Finding(
            "plugin", level, f"{state.name} is {state.status}" + (f": {state.reason}" if state.reason else "")
        )
    for left_out in bot.menus.left_out() if config.telegram.menus else ():
        yield Finding("plugin", "warning", left_out)
    async for finding in _check_storage(bot):
        yield finding
    for finding in check_inbox(config):
        yield finding
    token = _check_token(config, required=online)
    yield token
    for finding in check_webhook(config, required=online):
        yield finding
    if online and token.level == "ok":
        async for finding in _check_telegram(config, bot):
            yield finding


async def _check_storage(bot: Bot) -> AsyncIterator[Finding]:
    try:
        async with bot.storing() as backend:
            await backend.look_through()
            await backend.probe()
            yield Finding("storage", "ok", f"{backend.location} can be read and written")
            for notice in backend.notices:
                yield Finding("storage", "warning", notice)
    except PluggramError as error:
        yield Finding("storage", "error", str(error))


def _check_token(config: Config, required: bool) -> Finding:
    problem = config.token_problem()
    if problem is None:
        return Finding("token", "ok", "is set")
    return Finding("token", "error" if required else problem.severity, str(problem))


async def _check_telegram(config: Config, bot: Bot) -> AsyncIterator[Finding]:
    from pluggram.telegram import Client  # measured: half of this command's imports, for --online only

    try:
        async with Client(config.token(), config.telegram.base_url) as client:
            yield Finding("telegram", "ok", f"{config.telegram.base_url} knows this bot as @{client.username}")
            for notice in bot.notices(client.me):
                yield Finding("telegram", "warning", notice)
            for finding in check_webhook_info(config, await client.call("getWebhookInfo", {})):
                yield finding
    except PluggramError as error:
        yield Finding("telegram", "error", str(error))
