"""`pluggram config schema`: the schema of bot.toml with the plugins of this machine."""

import json
from typing import Any

from .conftest import Shell

GREET = """
from pydantic import BaseModel

class Greet:
    '''Greet people.'''

    class Settings(BaseModel):
        word: str
        '''Said first.'''
"""
ODD = """
from pydantic import BaseModel, ConfigDict

class Odd:
    class Settings(BaseModel):
        model_config = ConfigDict(json_schema_extra=lambda schema: 1 / 0)
"""


async def schema_of(shell: Shell, *arguments: str) -> tuple[dict[str, Any], str]:
    done = await shell.run("config", "schema", *arguments)
    assert done.code == 0
    return json.loads(done.out), done.err


async def test_a_plugin_that_bot_toml_declares_is_in_it_by_its_table_name(shell: Shell) -> None:
    (shell.folder / "greet.py").write_text("print('loud')\n" + GREET)
    shell.config.write_text('[bot]\nnme = "wrong"\n[plugins.hello]\nuse = "./greet.py:Greet"\n')
    schema, err = await schema_of(shell)
    hello = schema["properties"]["plugins"]["properties"]["hello"]
    assert hello["description"] == "Greet people."
    assert hello["properties"]["word"] == {"description": "Said first.", "type": "string"}
    assert {"postno", "help"} <= set(schema["properties"]["plugins"]["properties"])
    assert err == "loud\n"


async def test_a_plugin_that_cannot_be_described_is_left_open_and_named(shell: Shell) -> None:
    (shell.folder / "broken.py").write_text("import not_there\n")
    (shell.folder / "odd.py").write_text(ODD)
    shell.config.write_text(
        '[bot]\nname = "x"\n[plugins.broken]\nuse = "./broken.py:Broken"\n[plugins.odd]\nuse = "./odd.py:Odd"\n'
        "[plugins.links]\nenabled = false\n"
    )
    schema, err = await schema_of(shell)
    plugins = schema["properties"]["plugins"]["properties"]
    for name, why in (("broken", "ModuleNotFoundError"), ("odd", "while its Settings were described"),
                      ("links", "enabled = false in bot.toml")):  # fmt: skip
        assert "additionalProperties" not in plugins[name]
        assert any(line.startswith(f"[plugins.{name}] is left open: ") and why in line for line in err.splitlines())


async def test_safe_mode_has_the_built_in_plugins_only(shell: Shell) -> None:
    (shell.folder / "broken.py").write_text("open('imported', 'w')\n")
    shell.config.write_text('[bot]\nname = "x"\n[plugins.broken]\nuse = "./broken.py:Broken"\n')
    schema, err = await schema_of(shell, "--safe-mode")
    assert err == ""
    assert "broken" not in schema["properties"]["plugins"]["properties"]
    assert not (shell.folder / "imported").exists()


async def test_without_a_usable_bot_toml_there_are_the_installed_plugins(shell: Shell) -> None:
    shell.config.write_text("[bot\n")
    schema, err = await schema_of(shell)
    assert "postno" in schema["properties"]["plugins"]["properties"]
    assert "bot.toml:1" in err
    shell.config.unlink()
    assert (await schema_of(shell))[0] == schema
