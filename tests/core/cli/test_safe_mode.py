"""`--safe-mode`: the bot without the code of strangers, however bad that is."""

import json
import signal

import pytest

from pluggram.simulator import Telegram
from pluggram.simulator.http import serve

from .conftest import Shell

BOMB = "import os\nopen('imported', 'w').close()\nos._exit(3)\n"


@pytest.fixture
def bombed(shell: Shell) -> Shell:
    """A bot that a plugin kills before anything can be caught."""
    (shell.folder / "bomb.py").write_text(BOMB)
    shell.config.write_text(
        '[bot]\nname = "x"\nstrict = true\n[plugins.links]\n[plugins.help]\n'
        '[plugins.bomb]\nuse = "./bomb.py:Bomb"\n[plugins.dotted]\nuse = "bomb:Bomb"\n'
    )
    return shell


async def test_the_bomb_goes_off_without_it(bombed: Shell) -> None:
    assert (await bombed.run("chat", input="/start\n")).code == 3


async def test_chat_answers_and_says_what_is_left_out(bombed: Shell) -> None:
    done = await bombed.run("chat", "--safe-mode", input="/help\n")
    assert done.code == 0
    assert "/addlink" in done.out
    assert "Safe mode: without bomb, dotted\n" in done.err
    assert not (bombed.folder / "imported").exists()


async def test_run_serves_and_says_what_is_left_out(bombed: Shell) -> None:
    telegram = Telegram()
    account = telegram.bot("xbot")
    ann = telegram.user("Ann")
    async with serve(telegram) as url:
        environ = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        async with bombed.running("run", "--safe-mode", environ=environ) as process:
            ann.send(telegram.private(ann, account), "/start")
            await telegram.until(lambda: len(telegram.private(ann, account).messages) == 2, seconds=30)
            process.send_signal(signal.SIGTERM)
            _, err = await process.communicate()
    assert process.returncode == 0
    assert "safe mode: without bomb, dotted" in err.decode()
    assert not (bombed.folder / "imported").exists()


async def test_check_and_the_list_show_it_as_disabled(bombed: Shell) -> None:
    check = await bombed.run("check", "--safe-mode")
    assert check.code == 0
    assert "bomb is disabled: safe mode" in check.out
    states = json.loads((await bombed.run("plugins", "list", "--safe-mode", "--json")).out)
    reasons = {state["name"]: (state["status"], state["reason"]) for state in states}
    assert reasons["bomb"] == reasons["dotted"] == ("disabled", "safe mode")
    assert reasons["links"] == ("active", "")
    assert "safe mode" in (await bombed.run("plugins", "info", "bomb", "--safe-mode")).out
    assert not (bombed.folder / "imported").exists()
