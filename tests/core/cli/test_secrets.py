"""No secret is in anything that the process writes, whatever plugins and servers do with it, at any level."""

import asyncio
import json
import signal
from urllib.parse import quote

import pytest

from pluggram.simulator import Bot, Telegram, User
from pluggram.simulator.faults import Page, Refused, Reset
from pluggram.simulator.http import serve

from .conftest import Done, Shell, line_with

LEAKY = '''
"""A plugin that lets slip what it should not."""

import asyncio
import gc
import logging
import os
import threading
import time
import warnings
from contextlib import asynccontextmanager
from urllib.parse import quote

import click
from telegram.ext import CommandHandler

from pluggram import handler, hookimpl
from pluggram.storage.memory import MemoryBackend

TOKEN = os.environ["BOT_TOKEN"]
HALF = TOKEN.partition(":")[2]
FORMS = f"{TOKEN} {HALF} {quote(TOKEN)} {quote(TOKEN).lower()} https://api.telegram.org/bot{TOKEN}/getMe"
ALL = f"{FORMS} {os.environ.get('WEBHOOK_SECRET')} {os.environ.get('PLUGGRAM__STORAGE__URL')}"
logger = logging.getLogger("leaky")

own = logging.getLogger("own")
own.addHandler(logging.StreamHandler())
own.handlers[0].setFormatter(logging.Formatter("own: %(message)s %(threadName)s"))
own.propagate = False


class Vault(MemoryBackend):
    async def probe(self):
        raise OSError(f"slip-vault {ALL}")


class Leaky:
    def __init__(self, context):
        self.context = context
        context.every(0.05, self.job)

    @hookimpl
    def handlers(self):
        names = "raise log format repr warn thread task del refused block own health basic"
        return [handler(f"/{name}", getattr(self, f"do_{name}")) for name in names.split()]

    @hookimpl
    def telegram_handlers(self):
        return [CommandHandler("ptb", self.ptb)]

    @hookimpl
    def storage_backends(self):
        return {"vault": lambda url, folder: Vault()}

    @hookimpl
    def commands(self):
        @click.command()
        def crash():
            raise ValueError(f"slip-crash {ALL}")
        return [crash]

    async def job(self):
        raise ValueError(f"slip-job {ALL}")

    async def do_raise(self, request):
        raise ValueError(f"slip-raise {ALL}")

    async def do_log(self, request):
        for level in (logging.DEBUG, logging.INFO, logging.ERROR):
            logger.log(level, "slip-log %s %s", ALL, {"bot": request.bot.token})
        return "done"

    async def do_format(self, request):
        class Mute:
            def __str__(self):
                raise ValueError(f"slip-mute {ALL}")
        logger.info("slip-format %d", TOKEN)
        logger.info("slip-few %s %s", TOKEN)
        logger.info("slip-mute %s", Mute())
        return "done"

    async def do_repr(self, request):
        things = (request, request.bot, self.context, self.context.bot, self.context.bot.config, request._edge)
        logger.info("slip-repr %r %s", things, vars(self.context.bot.config.bot))
        print(request.bot, flush=True)
        return "done"

    async def do_warn(self, request):
        warnings.warn(f"slip-warn {ALL}")
        return "done"

    async def do_thread(self, request):
        thread = threading.Thread(target=self.fail, args=("slip-thread",), name=TOKEN)
        thread.start()
        thread.join()
        return "done"

    async def do_task(self, request):
        async def fail():
            self.fail("slip-task")
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        gc.collect()
        return "done"

    async def do_del(self, request):
        class Odd:
            def __del__(self):
                raise ValueError(f"slip-del {ALL}")
        Odd()
        return "done"

    async def do_own(self, request):
        own.error("slip-own %s", ALL)
        try:
            self.fail("slip-own-trace")
        except ValueError:
            own.exception("failed")
        return "done"

    async def do_health(self, request):
        told = await self.context.bot.check()
        logger.info("slip-health %s", told)
        return " ".join(each.detail for each in told) or "well"

    async def do_basic(self, request):
        logging.basicConfig(force=True, level=1, format="basic: %(message)s")
        logger.debug("slip-basic %s", ALL)
        return "done"

    async def do_refused(self, request):
        await request.bot.get_chat(1)

    async def do_block(self, request):
        await request.reply("done")
        time.sleep(1000)

    async def ptb(self, update, context):
        logger.info("slip-ptb-repr %r %r %r", context.application, context.bot, context)
        raise ValueError(f"slip-ptb {ALL}")

    def fail(self, what):
        raise ValueError(f"{what} {ALL}")


class Early:
    def __init__(self, context):
        pass

    @hookimpl
    def lifespan(self):
        @asynccontextmanager
        async def life():
            raise ValueError(f"slip-lifespan {ALL}")
            yield
        return life()


class Odd:
    def __init__(self, context):
        raise ValueError(f"slip-built {ALL}")


class Nonsense:
    def __init__(self, context):
        pass

    @hookimpl
    def handlers(self):
        return [f"slip-nonsense {ALL}"]
'''
COMMANDS = ["raise", "log", "format", "repr", "warn", "thread", "task", "del", "ptb", "refused"]
OTHER_HANDLERS = ["own", "own-trace", "health", "vault", "basic"]
SECRETS = {"WEBHOOK_SECRET": "hook-" + "Ww9_" * 8, "PLUGGRAM__STORAGE__URL": "vault://bot:s3cr%3Dt@db.example.org/bot"}
PASSWORDS = ("s3cr%3Dt", "s3cr=t")
TEXT = "Ann's own words, 0664 123"
SLIPS = [*COMMANDS[:-1], "few", "mute", "ptb-repr", "job", "lifespan", "built", "nonsense"]
"""What must have been logged, and masked."""


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def account(telegram: Telegram) -> Bot:
    return telegram.bot("leakybot", token="8123456789:" + "Aa0-_Bb1" * 4 + "Cc2")


@pytest.fixture
def leaky(shell: Shell, account: Bot) -> Shell:
    """A folder with the plugins that let the token slip, and the token in the environment."""
    (shell.folder / "leaky.py").write_text(LEAKY)
    tables = "".join(
        f'[plugins.{name.lower()}]\nuse = "./leaky.py:{name}"\n' for name in ("Leaky", "Early", "Odd", "Nonsense")
    )
    webhook = '[telegram.webhook]\nurl = "https://bot.example.org/x"\n'
    shell.config.write_text(f'[bot]\nname = "leakybot"\nshutdown_timeout = 0.1\n{webhook}{tables}')
    shell.environ |= {"BOT_TOKEN": account.token} | SECRETS
    return shell


def slipped(token: str, text: str) -> list[str]:
    """The lines in which the token stands, in any form."""
    half = token.partition(":")[2]
    forms = (token, half, quote(token), quote(token).lower(), SECRETS["WEBHOOK_SECRET"], *PASSWORDS)
    return [line for line in text.splitlines() if any(form in line for form in forms)]


async def say(telegram: Telegram, account: Bot, ann: User, text: str) -> None:
    chat = telegram.private(ann, account)
    said = ann.send(chat, text)
    await telegram.until(
        lambda: any(each.author is account and each.id > said.id for each in chat.messages.values()), 30
    )


async def misbehave(telegram: Telegram, account: Bot, ann: User, url: str) -> None:
    """Let servers in between tell the address, and the token in it, wherever an answer is due."""
    page = Page(502, f"<html>cannot reach {url}/bot{account.token}/sendMessage or {quote(account.token)}</html>")
    told = f"Bad Request: {url}/bot{account.token}/x is {quote(account.token)}"
    for fault in (page, Refused(500, description=told), Reset()):
        telegram.faults.next("sendMessage", fault)
        await say(telegram, account, ann, "/log")
    telegram.faults.next("getChat", Refused(401))
    await say(telegram, account, ann, "/refused")
    telegram.faults.next("getChat", Refused(400, description=told))
    await say(telegram, account, ann, "/refused")
    for outage in (page, Refused(502, description=told), Refused(401), Refused(404, description=told), Reset()):
        telegram.faults.next("getUpdates", outage)
        await say(telegram, account, ann, "/log")


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_line_of_a_running_bot_holds_the_token(
    form: str, leaky: Shell, telegram: Telegram, account: Bot
) -> None:
    ann = telegram.user("Ann")
    async with serve(telegram) as url:
        environ = {"PLUGGRAM__TELEGRAM__BASE_URL": url, "PLUGGRAM__LOG__LEVEL": "debug", "PLUGGRAM__LOG__FORMAT": form}
        async with leaky.running("run", environ=environ) as process:
            for command in COMMANDS:
                await say(telegram, account, ann, f"/{command}")
            await misbehave(telegram, account, ann, url)
            ann.send(telegram.private(ann, account), TEXT)
            for command in ("own", "health", "basic"):
                await say(telegram, account, ann, f"/{command}")
            await say(telegram, account, ann, "/block")
            process.send_signal(signal.SIGTERM)
            out, err = await asyncio.wait_for(process.communicate(), 30)
    written = err.decode()
    told = [message.text for chat in telegram.chats.values() for message in chat.messages.values()]
    assert slipped(account.token, "\n".join([written, out.decode(), *told])) == []
    assert [slip for slip in SLIPS + OTHER_HANDLERS if f"slip-{slip} " not in written] == []
    assert TEXT not in written
    assert "has not let the bot stop in time" in written
    assert process.returncode == 1
    assert form == "text" or all(json.loads(line)["message"] for line in written.partition("own: ")[0].splitlines())


@pytest.mark.parametrize(
    "arguments",
    ["check", "check --json", "config show", "config show --json", "plugins list", "plugins list --json",
     "plugins info odd", "leaky crash", "leaky --help"],
)  # fmt: skip
async def test_no_command_shows_the_token(arguments: str, leaky: Shell, account: Bot) -> None:
    done = await leaky.run(*arguments.split())
    assert slipped(account.token, done.out + done.err) == []
    assert done.out + done.err


async def test_a_crash_of_a_command_shows_its_traceback_without_the_token(leaky: Shell) -> None:
    done = await leaky.run("leaky", "crash")
    assert done.code == 1
    assert "ValueError: slip-crash *** ***" in done.err
    assert "Traceback" in done.err


async def test_a_chat_shows_it_neither(leaky: Shell, account: Bot) -> None:
    done = await leaky.run("chat", input="".join(f"/{command}\n" for command in COMMANDS))
    assert slipped(account.token, done.out + done.err) == []
    assert "slip-raise ***" in done.err


@pytest.mark.parametrize("form", ["text", "json"])
async def test_what_stops_a_start_does_not_show_it(form: str, leaky: Shell, account: Bot) -> None:
    base = {"PLUGGRAM__LOG__LEVEL": "debug", "PLUGGRAM__LOG__FORMAT": form}
    strict = await leaky.run("run", environ=base | {"PLUGGRAM__BOT__STRICT": "true"})
    async with serve(Telegram()) as url:
        unknown = await leaky.run_impatiently(0, "run", environ=base | {"PLUGGRAM__TELEGRAM__BASE_URL": url})
    for done in (strict, unknown):
        assert done.code == 78
        assert slipped(account.token, done.out + done.err) == []


async def test_what_a_start_waits_for_does_not_show_it_either(leaky: Shell, account: Bot) -> None:
    environ = {"PLUGGRAM__LOG__LEVEL": "debug", "PLUGGRAM__TELEGRAM__BASE_URL": "http://127.0.0.1:9"}
    async with leaky.running("run", environ=environ) as process:
        line = await line_with("not connected yet", process)
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), 20)
    assert slipped(account.token, line + (out + err).decode()) == []


async def test_a_token_from_a_file_is_masked_too(leaky: Shell, account: Bot) -> None:
    (leaky.folder / "token").write_text(account.token)
    leaky.config.write_text(leaky.config.read_text().replace("shutdown", 'token = { file = "token" }\nshutdown'))
    done: Done = await leaky.run("run", environ={"PLUGGRAM__BOT__STRICT": "true", "PLUGGRAM__LOG__LEVEL": "debug"})
    assert done.code == 78
    assert "slip-built ***" in done.err
    assert slipped(account.token, done.out + done.err) == []
