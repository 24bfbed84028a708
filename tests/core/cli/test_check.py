"""`pluggram check`: all that is wrong, at once, with 78."""

import json

import pytest

from pluggram.simulator import Telegram
from pluggram.simulator.http import serve

from .conftest import Shell


async def test_the_shipped_config_is_in_order_and_the_missing_token_is_a_warning(shell: Shell) -> None:
    done = await shell.run("check")
    assert done.code == 0, done.out
    assert "error" not in done.out
    assert "warning  token     " in done.out
    assert "bot.db can be read and written" in done.out


async def test_every_config_error_is_told_with_its_line(shell: Shell) -> None:
    shell.config.write_text('[bot]\nname = "x"\nowner = [1]\n[log]\nlevel = "loud"\n')
    done = await shell.run("check", "--json")
    findings = json.loads(done.out)
    assert done.code == 78
    assert [finding["level"] for finding in findings] == ["error", "error"]
    assert "line 3" in findings[0]["message"] or ":3" in findings[0]["message"]
    assert "owners" in findings[0]["message"]


async def test_a_broken_plugin_is_an_error_with_its_reason(shell: Shell) -> None:
    (shell.folder / "broken.py").write_text("import not_there\n")
    shell.config.write_text(shell.config.read_text() + '\n[plugins.broken]\nuse = "./broken.py:Broken"\n')
    done = await shell.run("check")
    assert done.code == 78
    assert "broken is quarantined: ModuleNotFoundError: No module named 'not_there'" in done.out


async def test_a_storage_that_cannot_be_written_is_an_error(shell: Shell) -> None:
    (shell.folder / "data").write_text("a file where the folder should be")
    done = await shell.run("check")
    assert done.code == 78
    assert "error    storage" in done.out
    assert "Traceback" not in done.out + done.err


async def test_online_asks_telegram_whether_it_knows_the_token(shell: Shell) -> None:
    telegram = Telegram()
    account = telegram.bot("postbot")
    async with serve(telegram) as url:
        environ = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        known = await shell.run("check", "--online", environ=environ)
        unknown = await shell.run("check", "--online", environ={**environ, "BOT_TOKEN": "123456789:" + "A" * 35})
        missing = await shell.run("check", "--online", environ={"PLUGGRAM__TELEGRAM__BASE_URL": url})
    assert (known.code, unknown.code, missing.code) == (0, 78, 78)
    assert "knows this bot as @postbot" in known.out


CURIOUS = """
from pluggram import Context, Handler, handler, hookimpl

class Curious:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler("good morning", lambda request: "good morning")]
"""


async def test_online_tells_what_botfather_keeps_from_a_plugin(shell: Shell) -> None:
    (shell.folder / "curious.py").write_text(CURIOUS)
    shell.config.write_text('[bot]\nname = "x"\n[plugins.curious]\nuse = "./curious.py:Curious"\n')
    telegram = Telegram()
    private, open_ = telegram.bot("postbot"), telegram.bot("openbot", privacy=False)
    async with serve(telegram) as url:
        environ = {"BOT_TOKEN": private.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        told = await shell.run("check", "--online", environ=environ)
        untold = await shell.run("check", "--online", environ={**environ, "BOT_TOKEN": open_.token})
    assert (told.code, untold.code) == (0, 0)
    assert "warning  telegram  plugin curious wants all messages of groups ('good morning'), but in pri" in told.out
    assert "curious wants" not in untold.out


async def test_what_fits_into_no_command_menu_is_a_warning(shell: Shell) -> None:
    (shell.folder / "long.py").write_text(
        CURIOUS.replace('"good morning", lambda', '"/" + "x" * 33, help="X", answer=lambda')
    )
    shell.config.write_text('[bot]\nname = "x"\n[plugins.long]\nuse = "./long.py:Curious"\n')
    told = await shell.run("check")
    untold = await shell.run("check", environ={"PLUGGRAM__TELEGRAM__MENUS": "false"})
    assert (told.code, untold.code) == (0, 0)
    assert f"warning  plugin    plugin long: /{'x' * 33} is not in the command menu: Telegram takes" in told.out
    assert "command menu" not in untold.out


async def test_a_text_that_is_no_token_is_an_error_although_a_missing_one_is_not(shell: Shell) -> None:
    done = await shell.run("check", environ={"BOT_TOKEN": "abc"})
    assert done.code == 78
    assert "error    token" in done.out


async def test_online_without_a_token_says_so_once(shell: Shell) -> None:
    done = await shell.run("check", "--online")
    assert done.code == 78
    assert done.out.count("$BOT_TOKEN is not set") == 1


FAULTY = """
from pluggram import Context, StorageError, hookimpl
from pluggram.storage.memory import MemoryBackend

class Backend(MemoryBackend):
    async def {verb}(self, *arguments):
        raise StorageError("{problem}")

class Plugin:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def storage_backends(self):
        return {{"faulty": lambda url, folder: Backend()}}
"""


@pytest.mark.parametrize(
    ("verb", "problem"), [("put", "read-only: mount it for writing"), ("look_through", "a page is damaged")]
)
async def test_a_storage_that_opens_but_takes_nothing_or_is_damaged_is_an_error(
    shell: Shell, verb: str, problem: str
) -> None:
    (shell.folder / "faulty.py").write_text(FAULTY.format(verb=verb, problem=problem))
    shell.config.write_text(
        '[bot]\nname = "x"\n[storage]\nurl = "faulty:"\n[plugins.faulty]\nuse = "./faulty.py:Plugin"\n'
    )
    done = await shell.run("check")
    assert done.code == 78
    assert f"error    storage   {problem}" in done.out
