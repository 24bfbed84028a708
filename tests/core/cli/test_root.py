"""The root command: quick where nothing is needed, helpful where something is wrong."""

import pytest

from pluggram.simulator import Telegram
from pluggram.simulator.http import serve

from .conftest import Shell


async def test_version_is_answered_before_click_is_imported(shell: Shell) -> None:
    loaded = await shell.loaded_by("--version")
    assert "pluggram" in loaded
    assert not loaded & {"click", "telegram", "pydantic", "pluggy", "pluggram_plugins", "asyncio"}


async def test_help_imports_neither_telegram_nor_pydantic_nor_a_plugin(shell: Shell) -> None:
    loaded = await shell.loaded_by("--help")
    assert "click" in loaded
    assert not loaded & {"telegram", "pydantic", "pluggy", "pluggram_plugins", "sqlite3", "re2", "tomlkit"}


async def test_help_names_the_commands_and_the_tables_of_the_config(shell: Shell) -> None:
    done = await shell.run("--help")
    assert done.code == 0
    for name in ("run", "chat", "check", "plugins", "postno, links"):
        assert name in done.out


async def test_help_works_beside_a_config_that_does_not(shell: Shell) -> None:
    shell.config.write_text("[bot\n")
    assert (await shell.run("--help")).code == 0


async def test_a_mistyped_command_is_answered_with_the_one_that_is_meant(shell: Shell) -> None:
    done = await shell.run("chek")
    assert done.code == 2
    assert "Did you mean 'check'?" in done.err


@pytest.mark.parametrize("arguments", [("run",), ("chat",), ("plugins", "list"), ("-c", "nowhere.toml", "chat")])
async def test_a_config_error_is_a_message_and_78(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.config.write_text('[bot]\nnme = "x"\n')
    done = await shell.run(*arguments)
    assert done.code == 78
    assert "Traceback" not in done.err


COLLECTING = """
import gc
from pluggram import handler, hookimpl

class Collecting:
    def __init__(self, context):
        pass

    @hookimpl
    def handlers(self):
        return [handler("/gc", self.tell)]

    def tell(self, request):
        return f"{gc.isenabled()} {gc.get_freeze_count() > 10_000} {gc.get_threshold()[0]}"
"""


@pytest.fixture
def collecting(shell: Shell) -> Shell:
    (shell.folder / "collecting.py").write_text(COLLECTING)
    shell.config.write_text('[bot]\nname = "x"\n[plugins.collecting]\nuse = "./collecting.py:Collecting"\n')
    return shell


async def test_garbage_is_collected_in_a_chat(collecting: Shell) -> None:
    assert (await collecting.run("chat", input="/gc\n")).out == "True True 700\n"


async def test_once_a_bot_serves_garbage_is_collected_seldom_and_not_looked_for_in_what_the_start_has_made(
    collecting: Shell,
) -> None:
    telegram = Telegram()
    account, ann = telegram.bot("xbot"), telegram.user("Ann")
    chat = telegram.private(ann, account)
    async with serve(telegram) as url:
        environ = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        async with collecting.running("run", environ=environ):
            ann.send(chat, "/gc")
            await telegram.until(lambda: len(chat.messages) == 2, seconds=30)
    assert [message.text for message in chat.messages.values()] == ["/gc", "True True 20000"]
