"""`pluggram run` in a process of its own, polling the simulator over HTTP."""

import asyncio
import json
import re
import signal
from collections import Counter
from collections.abc import Mapping
from functools import partial

import pytest

from pluggram.simulator import Bot, Telegram, User
from pluggram.simulator.errors import Answer
from pluggram.simulator.faults import Silence
from pluggram.simulator.http import serve

from .conftest import Shell


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def account(telegram: Telegram) -> Bot:
    return telegram.bot("postbot")


def environ(account: Bot, url: str, **more: str) -> Mapping[str, str]:
    return {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url, **more}


def answers(telegram: Telegram, account: Bot, person: User) -> list[str]:
    messages = telegram.private(person, account).messages.values()
    return [message.text for message in messages if message.author is account]


async def add_links(shell: Shell, count: int) -> None:
    links = shell.folder / "links.json"
    links.write_text(json.dumps({f"{number:04}": f"https://example.org/{number}" for number in range(count)}))
    assert (await shell.run("links", "import", str(links), "--apply")).code == 0


async def test_two_thousand_mixed_messages_are_each_answered_rightly_and_in_order(
    shell: Shell, telegram: Telegram, account: Bot
) -> None:
    await add_links(shell, 1000)
    people = [telegram.user(f"Person{number}") for number in range(40)]
    expected: dict[int, list[str]] = {person.id: [] for person in people}
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url)):
        for number in range(2000):
            person = people[number % 40]
            link = number % 1100
            text = (f"/postno{link:04}", f"/POSTNO{link:04}@PostBot", f"/postno{link:04}@otherbot")[number % 3]
            person.send(telegram.private(person, account), text)
            if number % 3 < 2:
                found = f"🔗 Link for post {link:04}: https://example.org/{link}"
                expected[person.id].append(found if link < 1000 else f"{link:04}")
        wanted = sum(map(len, expected.values()))
        await telegram.until(
            lambda: sum(len(answers(telegram, account, person)) for person in people) >= wanted, seconds=45
        )
    for person in people:
        got = answers(telegram, account, person)
        assert len(got) == len(expected[person.id])
        assert all(part in answer for part, answer in zip(expected[person.id], got, strict=True))


@pytest.mark.parametrize("delivery", ["memory", "durable"])
async def test_sigterm_in_a_backlog_exits_with_0_and_what_is_left_is_answered_after_the_next_start(
    delivery: str, shell: Shell, telegram: Telegram, account: Bot
) -> None:
    ann = telegram.user("Ann")
    async with serve(telegram) as url:
        served = environ(account, url, PLUGGRAM__TELEGRAM__DELIVERY=delivery)
        async with shell.running("run", environ=served) as process:
            for number in range(50):
                ann.send(telegram.private(ann, account), f"/postno{number:04}")
            await telegram.until(lambda: len(answers(telegram, account, ann)) > 0, seconds=30)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0
        async with shell.running("run", environ=served):
            await telegram.until(lambda: len(answers(telegram, account, ann)) >= 50, seconds=30)
        assert [f"{number:04}" in text for number, text in enumerate(answers(telegram, account, ann))] == [True] * 50


async def test_a_restart_answers_nothing_twice(shell: Shell, telegram: Telegram, account: Bot) -> None:
    ann = telegram.user("Ann")

    def has_answers(count: int) -> bool:
        return len(answers(telegram, account, ann)) >= count

    async with serve(telegram) as url:
        for round_ in range(3):
            async with shell.running("run", environ=environ(account, url)) as process:
                ann.send(telegram.private(ann, account), f"/postno{round_:04}")
                await telegram.until(partial(has_answers, round_ + 1), seconds=30)
                process.send_signal(signal.SIGTERM)
                assert await asyncio.wait_for(process.wait(), 20) == 0
    counted = Counter(text[:30] for text in answers(telegram, account, ann))
    assert len(counted) == 3
    assert set(counted.values()) == {1}


async def test_a_missing_token_is_one_sentence_and_78(shell: Shell) -> None:
    done = await shell.run("run")
    assert done.code == 78
    assert "BOT_TOKEN" in done.err
    assert "Traceback" not in done.err


CURIOUS = """
from pluggram import Context, Handler, handler, hookimpl

class Curious:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler("good morning", lambda request: "good morning"), handler("n", lambda request: "", on="button")]
"""


async def test_it_asks_for_what_plugins_declare_only_and_says_what_botfather_keeps_from_them(
    shell: Shell, telegram: Telegram, account: Bot
) -> None:
    (shell.folder / "curious.py").write_text(CURIOUS)
    shell.config.write_text('[bot]\nname = "x"\n[plugins.curious]\nuse = "./curious.py:Curious"\n')
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url)) as process:
        await telegram.until(lambda: account.updates.polled, seconds=30)
        assert account.updates.allowed == {"message", "callback_query"}
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 20)
    assert account.updates.allowed == {"message", "callback_query"}
    assert err.decode().count("plugin curious wants all messages of groups ('good morning'), but in privacy mode") == 1


class Watched(Telegram):
    """A Telegram that remembers the calls about menus."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    async def call(self, token: str, method: str, params: Mapping[str, object] | None = None) -> Answer:
        answer = await super().call(token, method, params)
        if "MyCommands" in method:
            self.made.append(method.removesuffix("MyCommands"))
            self.wake()
        return answer

    async def shown(self, bot: Bot, **scope: object) -> list[str]:
        """The commands that are set for a scope."""
        answer = await super().call(bot.token, "getMyCommands", {"scope": scope})
        assert isinstance(answer.body["result"], list)
        return [entry["command"] for entry in answer.body["result"]]


async def test_the_command_menus_are_set_once_and_follow_who_becomes_an_admin(shell: Shell) -> None:
    telegram = Watched()
    account, ann, ben = telegram.bot("postbot"), telegram.user("Ann"), telegram.user("Ben")
    for person in (ann, ben):
        person.send(telegram.private(person, account), "/whoami")
    async with serve(telegram) as url:
        more = environ(account, url, PLUGGRAM__BOT__OWNERS=f"[{ann.id}]")
        async with shell.running("run", environ=more) as process:
            await telegram.until(lambda: len(telegram.made) == 8, seconds=30)
            everybody_s = await telegram.shown(account, type="default")
            assert everybody_s[0] == "postno"
            assert {"start", "help", "whoami"} <= set(everybody_s)
            assert not {"addlink", "admins"} & set(everybody_s)
            hers = await telegram.shown(account, type="chat", chat_id=ann.id)
            assert {"addlink", "admins", *everybody_s} <= set(hers)
            ann.send(telegram.private(ann, account), f"/admins add {ben.id}")
            await telegram.until(lambda: len(telegram.made) == 10, seconds=30)
            assert "admins" in await telegram.shown(account, type="chat", chat_id=ben.id)
            assert telegram.made == ["get", "set"] * 5
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0
        telegram.made.clear()
        async with shell.running("run", environ=more):
            await telegram.until(lambda: len(telegram.made) == 5, seconds=30)
            ann.send(telegram.private(ann, account), f"/admins remove {ben.id}")
            await telegram.until(lambda: len(telegram.made) == 6, seconds=30)
            assert await telegram.shown(account, type="chat", chat_id=ben.id) == []
    assert telegram.made == ["get"] * 5 + ["delete"]


async def test_an_owner_who_writes_for_the_first_time_has_his_menu_then(shell: Shell) -> None:
    telegram = Watched()
    account, ann = telegram.bot("postbot"), telegram.user("Ann")
    more = environ(account, "", PLUGGRAM__BOT__OWNERS=f"[{ann.id}]")
    async with serve(telegram) as url, shell.running("run", environ={**more, "PLUGGRAM__TELEGRAM__BASE_URL": url}):
        await telegram.until(lambda: telegram.made == ["get", "set"] * 3 + ["get"], seconds=30)
        assert ann.menu(account) != []
        assert "admins" not in [entry["command"] for entry in ann.menu(account)]
        ann.start(account)
        await telegram.until(lambda: telegram.made[7:] == ["get", "set"], seconds=30)
        assert "admins" in [entry["command"] for entry in ann.menu(account)]


async def test_menus_are_left_alone_when_the_config_says_so(shell: Shell) -> None:
    telegram = Watched()
    account, ann = telegram.bot("postbot"), telegram.user("Ann")
    more = {"PLUGGRAM__TELEGRAM__MENUS": "false", "PLUGGRAM__BOT__OWNERS": f"[{ann.id}]"}
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url, **more)) as process:
        ann.send(telegram.private(ann, account), "/admins add 5")
        await telegram.until(lambda: len(answers(telegram, account, ann)) == 1, seconds=30)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert telegram.made == []


async def test_an_outage_of_the_menus_holds_up_neither_start_nor_answers_nor_stop(shell: Shell) -> None:
    telegram = Watched()
    account, ann = telegram.bot("postbot"), telegram.user("Ann")
    telegram.faults.next("getMyCommands", Silence(), times=100)
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url)) as process:
        ann.send(telegram.private(ann, account), "/whoami")
        await telegram.until(lambda: len(answers(telegram, account, ann)) == 1, seconds=30)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_the_token_is_in_no_log_at_any_level(shell: Shell, telegram: Telegram, account: Bot) -> None:
    ann = telegram.user("Ann")
    async with serve(telegram) as url:
        more = environ(account, url, PLUGGRAM__LOG__LEVEL="debug")
        async with shell.running("run", environ=more) as process:
            ann.send(telegram.private(ann, account), "/postno0001")
            await telegram.until(lambda: len(answers(telegram, account, ann)) > 0, seconds=30)
            process.send_signal(signal.SIGTERM)
            out, err = await process.communicate()
    assert err
    assert account.token not in (out + err).decode()


async def test_what_is_imported_beside_a_running_bot_is_answered_at_once(
    shell: Shell, telegram: Telegram, account: Bot
) -> None:
    ann = telegram.user("Ann")
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url)):
        ann.send(telegram.private(ann, account), "/postno0007")
        await telegram.until(lambda: len(answers(telegram, account, ann)) == 1, seconds=30)
        await add_links(shell, 10)
        ann.send(telegram.private(ann, account), "/postno0007")
        await telegram.until(lambda: len(answers(telegram, account, ann)) == 2, seconds=30)
    before, after = answers(telegram, account, ann)
    assert "was not found" in before
    assert after == "🔗 Link for post 0007: https://example.org/7"


async def test_of_two_copies_on_a_json_folder_the_second_is_told_so_with_75(
    shell: Shell, telegram: Telegram, account: Bot
) -> None:
    ann = telegram.user("Ann")
    async with serve(telegram) as url:
        more = environ(account, url, PLUGGRAM__STORAGE__URL="json:data")
        async with shell.running("run", environ=more):
            ann.send(telegram.private(ann, account), "/start")
            await telegram.until(lambda: len(answers(telegram, account, ann)) == 1, seconds=30)
            second = await shell.run("run", environ=more)
    assert second.code == 75
    assert "Traceback" not in second.err
    assert str(shell.folder / "data") in second.err


async def test_the_links_json_of_an_old_bot_serves_from_the_json_folder_as_it_is(shell: Shell) -> None:
    folder = shell.folder / "data" / "postbot" / "data"
    folder.mkdir(parents=True)
    (folder / "links.json").write_text('{"0001": "https://example.org/old", "0002": null, "x": "javascript:1"}')
    done = await shell.run("chat", input="/postno0001\n", environ={"PLUGGRAM__STORAGE__URL": "json:data"})
    assert done.out == "🔗 Link for post 0001: https://example.org/old\n"


HANGING = """
import asyncio
import time
from pluggram import Context, Handler, Request, handler, hookimpl

class Hanging:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler("/hang", self.hang), handler("/wait", self.wait),
                handler("/block", self.block), handler("/cling", self.cling)]

    def hang(self, request: Request) -> str:
        time.sleep(1000)
        return "never"

    async def wait(self, request: Request) -> str:
        await request.reply("waiting")
        await asyncio.Event().wait()
        return "never"

    async def block(self, request: Request) -> str:
        await request.reply("blocking")
        time.sleep(1000)
        return "never"

    async def cling(self, request: Request) -> str:
        await request.reply("clinging")
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass
"""


async def test_a_handler_that_hangs_does_not_outlive_the_deadline(
    shell: Shell, telegram: Telegram, account: Bot
) -> None:
    (shell.folder / "hanging.py").write_text(HANGING)
    shell.config.write_text(
        '[bot]\nname = "x"\nshutdown_timeout = 1\n[plugins.hanging]\nuse = "./hanging.py:Hanging"\n'
    )
    ann, ben = telegram.user("Ann"), telegram.user("Ben")
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url)) as process:
        ann.send(telegram.private(ann, account), "/hang")
        ben.send(telegram.private(ben, account), "/wait")
        await telegram.until(lambda: len(answers(telegram, account, ben)) == 1, seconds=30)
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert "stopped with 2 updates unanswered, which wait in the inbox" in err.decode()
    assert "plugin hanging: handler '/wait' is cut off on update" in err.decode()


@pytest.mark.parametrize("command", ["/block", "/cling"])
async def test_a_handler_that_blocks_the_loop_or_clings_to_it_is_cut_off_and_named(
    command: str, shell: Shell, telegram: Telegram, account: Bot
) -> None:
    (shell.folder / "hanging.py").write_text(HANGING)
    shell.config.write_text(
        '[bot]\nname = "x"\nshutdown_timeout = 0.1\n[plugins.hanging]\nuse = "./hanging.py:Hanging"\n'
    )
    ann = telegram.user("Ann")
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url)) as process:
        ann.send(telegram.private(ann, account), command)
        await telegram.until(lambda: len(answers(telegram, account, ann)) == 1, seconds=30)
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 20)
    place = re.escape(f"({shell.folder}/hanging.py, line ") + r"\d+\)"
    if command == "/block":
        assert process.returncode == 1
        assert re.search(f"has not let the bot stop in time, and is cut off: plugin hanging {place}", err.decode())
    else:
        assert process.returncode == 0
        assert re.search(f"plugin hanging: handler '/cling' is cut off on update \\d+ {place}", err.decode())
        assert re.search(f"plugin hanging: handler '/cling' does not let itself be ended.* {place}", err.decode())


async def test_a_second_signal_stops_at_once(shell: Shell, telegram: Telegram, account: Bot) -> None:
    (shell.folder / "hanging.py").write_text(HANGING)
    shell.config.write_text(
        '[bot]\nname = "x"\nshutdown_timeout = 1000\n[plugins.hanging]\nuse = "./hanging.py:Hanging"\n'
    )
    ben = telegram.user("Ben")
    async with serve(telegram) as url, shell.running("run", environ=environ(account, url)) as process:
        ben.send(telegram.private(ben, account), "/wait")
        await telegram.until(lambda: len(answers(telegram, account, ben)) == 1, seconds=30)
        process.send_signal(signal.SIGTERM)
        await telegram.until(lambda: not account.updates.polled, seconds=30)
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 20) != 0


async def test_without_uvloop_the_bot_serves_on_the_loop_of_python(
    shell: Shell, telegram: Telegram, account: Bot
) -> None:
    ann = telegram.user("Ann")
    (shell.folder / "uvloop.py").write_text("raise ImportError('it is not installed')")
    async with serve(telegram) as url:
        more = environ(account, url, PYTHONPATH=str(shell.folder))
        async with shell.running("run", environ=more) as process:
            ann.send(telegram.private(ann, account), "/start")
            await telegram.until(lambda: len(answers(telegram, account, ann)) == 1, seconds=30)
            process.send_signal(signal.SIGTERM)
            _, err = await process.communicate()
    assert process.returncode == 0
    assert "@postbot is answering, on asyncio" in err.decode()


async def test_a_log_in_json_is_json_in_every_line(shell: Shell, telegram: Telegram, account: Bot) -> None:
    ann = telegram.user("Ann")
    async with serve(telegram) as url:
        more = environ(account, url, PLUGGRAM__LOG__FORMAT="json")
        async with shell.running("run", environ=more) as process:
            ann.send(telegram.private(ann, account), "/start")
            await telegram.until(lambda: len(answers(telegram, account, ann)) == 1, seconds=30)
            process.send_signal(signal.SIGTERM)
            _, err = await process.communicate()
    lines = [json.loads(line) for line in err.decode().splitlines()]
    assert [line["message"] for line in lines] == ["@postbot is answering, on uvloop", "stopped"]
