"""`pluggram run` with a plugin that does whatever it can: everybody is answered, and the log names it."""

import asyncio
import re
import signal

import pytest

from pluggram.simulator import Bot, Telegram
from pluggram.simulator.http import serve

from .conftest import Shell
from .test_run import answers, environ

WICKED = """
import asyncio
import sys
import time
from pluggram import Button, Context, Handled, Handler, Reply, Request, handler, hookimpl

class Mute(Exception):
    def __str__(self):
        raise SystemExit
    __repr__ = __str__

class Wicked:
    def __init__(self, context: Context) -> None:
        context.every(0.1, self.job)

    @hookimpl
    def handlers(self) -> list[Handler]:
        names = [name for name in vars(Wicked) if name.startswith("do_")]
        return [handler("/" + name[3:], getattr(self, name)) for name in names]

    @hookimpl
    def handled(self, event: Handled) -> None:
        raise KeyboardInterrupt

    @hookimpl
    def authorize(self):
        return self.may

    async def may(self, request: Request, handler: Handler) -> bool:
        if handler.pattern == "/refused":
            sys.exit(6)
        return True

    @hookimpl
    def checks(self):
        return {"exit": self.job}

    async def job(self):
        raise SystemExit

    async def do_ok(self, request):
        return "fine"

    async def do_refused(self, request):
        return "never"

    async def do_exit(self, request):
        sys.exit(3)

    async def do_interrupt(self, request):
        raise KeyboardInterrupt

    async def do_cancelled(self, request):
        raise asyncio.CancelledError

    async def do_group(self, request):
        raise BaseExceptionGroup("both", [SystemExit(1), KeyboardInterrupt()])

    async def do_closed(self, request):
        raise GeneratorExit

    async def do_mute(self, request):
        raise Mute

    def do_deep(self, request):
        return self.do_deep(request)

    async def do_memory(self, request):
        return "x" * 10**15

    async def do_big(self, request):
        return "x" * 40_000_000

    async def do_nonsense(self, request):
        return {1: 2}

    async def do_suicide(self, request):
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    async def do_flood(self, request):
        while True:
            await request.reply("flood")

    async def do_hang(self, request):
        await asyncio.Event().wait()

    def do_thread(self, request):
        time.sleep(1000)

    async def do_pool(self, request):
        await asyncio.to_thread(time.sleep, 1000)

    async def do_cling(self, request):
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass

    async def do_buttons(self, request):
        return Reply("many", buttons=[[Button(str(n), data=str(n))] for n in range(10_000)])

    async def do_block(self, request):
        time.sleep(2)
        return "blocked"

    async def do_stop(self, request):
        asyncio.get_running_loop().stop()
        return "stopped"

    async def do_later(self, request):
        asyncio.create_task(self.fail(ValueError, "later"))
        asyncio.create_task(self.fail(SystemExit, 4))
        asyncio.get_running_loop().call_soon(sys.exit, 5)
        return "later"

    async def fail(self, kind, what):
        raise kind(what)
"""
KILLER = """
import asyncio
from pluggram import Context, Handler, handler, hookimpl

class Killer:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler("/massacre", self.massacre)]

    async def massacre(self, request):
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        return "all dead"
"""
CONFIG = """
[bot]
name = "x"
shutdown_timeout = 1
[telegram]
handler_timeout = 0.5
[plugins.wicked]
use = "./wicked.py:Wicked"
[plugins.killer]
use = "./killer.py:Killer"
[plugins.health]
"""
SORRY = "Something went wrong here. It is in the bot's log; please try again later."
LATE = "This took too long and was given up. Please try again later."
FAIL = ["exit", "interrupt", "cancelled", "group", "closed", "mute", "deep", "memory", "big", "nonsense", "suicide"]
HANG = ["hang", "thread", "pool", "cling"]
EXPECTED = {
    **dict.fromkeys(FAIL, SORRY),
    **dict.fromkeys(HANG, LATE),
    "buttons": "many",
    "block": "blocked",
    "stop": "stopped",
    "later": "later",
    "refused": "You may not use /refused here.",
}


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def account(telegram: Telegram) -> Bot:
    return telegram.bot("postbot")


@pytest.fixture
def wicked(shell: Shell) -> Shell:
    (shell.folder / "wicked.py").write_text(WICKED)
    (shell.folder / "killer.py").write_text(KILLER)
    shell.config.write_text(CONFIG)
    return shell


async def test_whatever_a_plugin_does_everybody_is_answered_in_one_line_and_the_log_names_it(
    wicked: Shell, telegram: Telegram, account: Bot
) -> None:
    people = {name: telegram.user(name.title()) for name in EXPECTED}
    async with serve(telegram) as url, wicked.running("run", environ=environ(account, url)) as process:
        for name, person in people.items():
            for text in (f"/{name}", "/ok"):
                person.send(telegram.private(person, account), text)
        await telegram.until(
            lambda: all(len(answers(telegram, account, person)) > 1 for person in people.values()), seconds=45
        )
        kim = telegram.user("Kim")
        for text in ("/massacre", "/ok"):
            kim.send(telegram.private(kim, account), text)
        await telegram.until(lambda: answers(telegram, account, kim) == ["all dead", "fine"], seconds=30)
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 20)
    assert {name: answers(telegram, account, person) for name, person in people.items()} == {
        name: [text, "fine"] for name, text in EXPECTED.items()
    }
    assert process.returncode == 0
    log, place = err.decode(), re.escape(f"{wicked.folder}/wicked.py, line ") + r"\d+"
    for name in FAIL:
        traced = r"\n +(?:\+ Exception Group )?Traceback \(most recent call last\):"
        assert re.search(rf"plugin wicked: handler '/{name}' failed on update \d+{traced}", log), name
    for name in HANG:
        assert re.search(rf"plugin wicked: handler '/{name}' took longer than 0\.5 s on update \d+", log), name
    for told in (
        rf"plugin wicked: handler '/cling' does not let itself be ended, .* \({place}\)",
        rf"plugin wicked: handler '/cling' does not end, and is left behind: {place}",
        rf"the event loop is blocked, and nobody is answered meanwhile: plugin wicked \({place}\)",
        r"the event loop goes on; it was blocked for \d\.\d s: plugin wicked",
        rf"plugin wicked: ValueError: later in the background \({place}\)",
        rf"plugin wicked: it called sys\.exit\(4\) in the background \({place}\)",
        r"plugin killer would have cancelled tasks that are not its own; they go on",
        r"plugin wicked failed in its hook 'handled'\n",
        r"plugin wicked: it called sys\.exit\(\) in a job",
        r"plugin wicked failed to authorize, so it is refused: handler '/refused'",
    ):
        assert re.search(told, log), told


async def test_a_flood_of_answers_ends_and_a_handler_that_keeps_failing_is_switched_off_and_named_by_health(
    wicked: Shell, telegram: Telegram, account: Bot
) -> None:
    wicked.config.write_text(CONFIG.replace("handler_timeout = 0.5", "handler_timeout = 30"))
    ann, ben = telegram.user("Ann"), telegram.user("Ben")

    async with serve(telegram) as url, wicked.running("run", environ=environ(account, url)) as process:
        for text in (*["/exit"] * 6, "/ok", "/health"):
            ann.send(telegram.private(ann, account), text)
        ben.send(telegram.private(ben, account), "/flood")
        await telegram.until(
            lambda: len(answers(telegram, account, ann)) == 8 and answers(telegram, account, ben)[-1:] == [SORRY],
            seconds=30,
        )
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 20)
    *failed, paused, fine, health = answers(telegram, account, ann)
    assert failed == [SORRY] * 5
    assert re.fullmatch(r"/exit is switched off for \d+ s because it keeps failing\. Please try again later\.", paused)
    assert fine == "fine"
    assert health.startswith("❌ Not healthy: wicked (handler), wicked (exit)")
    assert re.search(r"• wicked \(handler\): /exit keeps failing, and is switched off for \d+ s\n", health)
    assert answers(telegram, account, ben)[:-1] == ["flood"] * 100
    assert err.decode().count("handler '/exit' has failed 5 times in a row: it is switched off, and tried") == 1
