"""`pluggram config show`: what is in effect, as TOML that means the same, without secrets."""

import json
import re
import tomllib

import pytest

from pluggram.config import load

from .conftest import Shell

PLUGIN = """
import pathlib
from pydantic import BaseModel, SecretStr
from pluggram import Context, hookimpl

class Greet:
    class Settings(BaseModel):
        word: str
        times: int = 1
        pin: SecretStr = SecretStr("0000")

    def __init__(self, context: Context) -> None:
        pathlib.Path("built").touch()
"""


@pytest.fixture
def greeting(shell: Shell) -> Shell:
    """A bot with a plugin of its own, and with one that cannot be imported."""
    (shell.folder / "greet.py").write_text("print('loud')\n" + PLUGIN)
    (shell.folder / "broken.py").write_text("raise SystemExit('boom')\n")
    shell.config.write_text(
        '[bot]\nname = "x"\n[storage]\nurl = "memory:"\n'
        '[plugins.greet]\nuse = "./greet.py:Greet"\nword = "Hi"\npin = "1234"\n'
        '[plugins.broken]\nuse = "./broken.py:Broken"\npin = "hunter2"\n[plugins.off]\nenabled = false\n'
    )
    return shell


async def test_the_shipped_file_comes_out_with_the_same_meaning(shell: Shell) -> None:
    done = await shell.run("config", "show")
    assert (done.code, done.err) == (0, "")
    assert str(shell.config) in done.out.splitlines()[0]
    shown = shell.folder / "shown.toml"
    shown.write_text(done.out)
    before, after = load(shell.config, {}), load(shown, {})
    assert (after.bot, after.telegram, after.storage, after.log) == (
        before.bot, before.telegram, before.storage, before.log
    )  # fmt: skip
    assert [table.name for table in after.plugins] == [table.name for table in before.plugins]
    defaults = {"prefix": "postno", "digits": 4, "namespace": "links"}
    assert defaults.items() <= after.plugins[0].settings.items()


async def test_each_value_says_where_it_comes_from(greeting: Shell) -> None:
    done = await greeting.run("config", "show", environ={"PLUGGRAM__PLUGINS__GREET__TIMES": "2"})
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert 'word = "Hi" # bot.toml:7' in lines
    assert "times = 2 # PLUGGRAM__PLUGINS__GREET__TIMES" in lines
    assert 'level = "info" # default' in lines


async def test_secrets_are_in_no_form_of_it(greeting: Shell) -> None:
    token = "123456789:" + "A" * 35
    environ = {"BOT_TOKEN": token, "PLUGGRAM__STORAGE__URL": "redis://ann:hunter2@host", "PLUGGRAM__BOT__TOKEN": token}
    for arguments in ((), ("--json",), ("--safe-mode",)):
        done = await greeting.run("config", "show", *arguments, environ=environ)
        assert done.code == 0
        assert [
            secret for secret in (token, "hunter2", "1234", "0000") if re.search(rf"\b{secret}\b", done.out + done.err)
        ] == []


async def test_a_plugin_that_cannot_be_imported_or_is_disabled_is_shown_as_written_with_the_reason(
    greeting: Shell,
) -> None:
    done = await greeting.run("config", "show")
    assert done.code == 0
    plugins = tomllib.loads(done.out)["plugins"]
    assert plugins["broken"] == {"use": "./broken.py:Broken", "enabled": True, "pin": "***"}
    assert plugins["off"] == {"enabled": False}
    assert "hidden: it called sys.exit('boom') while it was imported" in done.out
    assert "hidden: enabled = false in bot.toml" in done.out


async def test_plugins_are_not_built_and_what_they_print_is_not_in_the_toml(greeting: Shell) -> None:
    done = await greeting.run("config", "show")
    assert "loud" not in done.out
    assert not (greeting.folder / "built").exists()


async def test_wrong_settings_are_told_beside_the_table(greeting: Shell) -> None:
    greeting.config.write_text(greeting.config.read_text().replace('word = "Hi"', "wrd = 5"))
    done = await greeting.run("config", "show")
    assert tomllib.loads(done.out)["plugins"]["greet"]["wrd"] == "***"
    assert "did you mean `word`?" in done.out


async def test_json_has_every_value_with_its_source_and_line(greeting: Shell) -> None:
    shown = json.loads((await greeting.run("config", "show", "--json")).out)
    values = {value["key"]: value for value in shown["values"]}
    assert shown["file"] == str(greeting.config)
    assert shown["data_folder"] == str(greeting.folder / "data" / "x")
    assert values["bot.name"] == {"key": "bot.name", "value": "x", "source": "bot.toml", "line": 2}
    assert values["plugins.greet.times"] == {
        "key": "plugins.greet.times", "value": 1, "source": "default", "line": None,
    }  # fmt: skip
    assert set(shown["unchecked"]) == {"broken", "off"}


async def test_safe_mode_imports_no_code_of_others(greeting: Shell) -> None:
    done = await greeting.run("config", "show", "--safe-mode")
    assert "loud" not in done.err
    assert "hidden: safe mode" in done.out


async def test_a_config_that_cannot_be_used_is_told_with_78(shell: Shell) -> None:
    shell.config.write_text('[bot]\nnme = "x"\n')
    done = await shell.run("config", "show")
    assert (done.code, done.out) == (78, "")
    assert "bot.toml:2" in done.err
