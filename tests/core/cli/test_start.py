"""What a bot that serves has imported: nothing that only some bots need, and all that it will need."""

from collections.abc import Mapping

from pluggram.simulator import Telegram
from pluggram.simulator.http import serve

from .conftest import Shell

LOADED = """
import pathlib
import sys
from pluggram import handler, hookimpl

class Loaded:
    def __init__(self, context):
        pass

    @hookimpl
    def handlers(self):
        return [handler("/loaded", self.loaded)]

    async def loaded(self, request):
        pathlib.Path("loaded").write_text(" ".join(sys.modules))
        return "done"
"""


NOT_NEEDED = {
    "PIL", "aiohttp", "httpx", "importlib.metadata", "platformdirs", "pydantic", "pydantic_core", "re2", "rich",
    "telegram", "tomli_w", "tomlkit", "uvicorn",
}  # fmt: skip


async def loaded_by_serving(shell: Shell, more: Mapping[str, str] | None = None) -> set[str]:
    """Name the modules that `pluggram run` has loaded when it answers, with the shipped bot.toml."""
    (shell.folder / "loaded.py").write_text(LOADED)
    shell.config.write_text(f'{shell.config.read_text()}\n[plugins.loaded]\nuse = "./loaded.py:Loaded"\n')
    telegram = Telegram()
    account, ann = telegram.bot("postbot"), telegram.user("Ann")
    chat = telegram.private(ann, account)
    async with serve(telegram) as url:
        environ = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url, **(more or {})}
        async with shell.running("run", environ=environ):
            ann.send(chat, "/loaded")
            await telegram.until(lambda: len(chat.messages) > 1, seconds=30)
    return set((shell.folder / "loaded").read_text().split())


async def test_a_bot_that_serves_has_not_imported_what_it_does_not_use(shell: Shell) -> None:
    loaded = await loaded_by_serving(shell)
    assert loaded >= {"pluggram", "pluggram_plugins.metrics.plugin", "uvloop", "sqlite3"}
    assert not loaded & NOT_NEEDED


async def test_settings_that_pydantic_must_convert_import_it(shell: Shell) -> None:
    loaded = await loaded_by_serving(shell, {"PLUGGRAM__PLUGINS__POSTNO__DIGITS": '"4"'})
    assert "pydantic" in loaded
