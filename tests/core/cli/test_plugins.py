"""`pluggram plugins list|info`."""

import json

from .conftest import Shell


async def test_the_list_tells_how_each_plugin_fares(shell: Shell) -> None:
    shell.config.write_text(
        '[bot]\nname = "x"\n[plugins.postno]\n[plugins.help]\nenabled = false\n'
        "[plugins.links]\nnonsense = 1\n[plugins.nowhere]\n"
    )
    done = await shell.run("plugins", "list", "--json")
    assert done.code == 0
    states = {state["name"]: state for state in json.loads(done.out)}
    statuses = {name: state["status"] for name, state in states.items() if state["status"] != "available"}
    assert statuses == {"postno": "active", "help": "disabled", "links": "quarantined", "nowhere": "missing"}
    assert "nonsense" in states["links"]["reason"]
    assert "handlers" in states["postno"]["hooks"]
    text = (await shell.run("plugins", "list")).out
    lines = [line.split() for line in text.splitlines() if not line.startswith(" ")]
    assert {line[0]: line[1] for line in lines if line[1] != "available"} == statuses
    assert "[handlers" in next(line for line in text.splitlines() if line.startswith("postno "))


async def test_what_is_installed_and_not_declared_is_available_and_not_imported(shell: Shell) -> None:
    described = shell.folder / "pluggram_dice-2.5.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: pluggram_dice\nVersion: 2.5\n")
    (described / "entry_points.txt").write_text("[pluggram.plugins]\ndice = dice:Dice\n")
    (shell.folder / "dice.py").write_text("open('imported', 'w').close()\n")
    shell.config.write_text('[bot]\nname = "x"\n[plugins.find]\nuse = "pluggram_plugins.postno:Postno"\n')
    listed = json.loads((await shell.run("plugins", "list", "--json")).out)
    states = {state["name"]: state for state in listed}
    assert listed[0]["name"] == "find"
    assert states["dice"] == {
        "name": "dice", "status": "available", "source": "pluggram_dice: dice:Dice", "version": "2.5", "hooks": [],
        "summary": "", "reason": "installed with pluggram_dice 2.5; `pluggram plugins enable dice` declares it",
    }  # fmt: skip
    assert all(state.keys() == states["find"].keys() for state in listed)
    assert "postno" not in states
    assert "pluggram plugins enable dice" in (await shell.run("plugins", "info", "dice")).err
    assert not (shell.folder / "imported").exists()


async def test_the_list_is_shown_even_when_strict_refuses_to_start(shell: Shell) -> None:
    shell.config.write_text('[bot]\nname = "x"\nstrict = true\n[plugins.nowhere]\n')
    assert (await shell.run("plugins", "list")).code == 0
    refused = await shell.run("chat", input="/start\n")
    assert refused.code == 78
    assert "[plugins.nowhere] missing" in refused.err


async def test_info_shows_what_a_plugin_answers(shell: Shell) -> None:
    done = await shell.run("plugins", "info", "postno", "--json")
    assert json.loads(done.out)["handlers"][0]["form"] == "/postno<number>"
    assert "/postno<number>" in (await shell.run("plugins", "info", "postno")).out


async def test_info_on_an_undeclared_plugin_names_those_there_are(shell: Shell) -> None:
    done = await shell.run("plugins", "info", "postnoo")
    assert done.code == 2
    assert "it has postno, links" in done.err


BACKEND = """
from pluggram import Context, hookimpl
from pluggram.storage.memory import MemoryBackend

class Mine:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def storage_backends(self):
        return {"mine": lambda url, folder: MemoryBackend()}

    @hookimpl
    def commands(self):
        yield 1 / 0
"""


async def test_a_plugins_commands_run_on_the_storage_that_another_plugin_brings(shell: Shell) -> None:
    (shell.folder / "mine.py").write_text(BACKEND)
    shell.config.write_text(
        '[bot]\nname = "x"\n[storage]\nurl = "mine:"\n[plugins.links]\n[plugins.mine]\nuse = "./mine.py:Mine"\n'
    )
    exported = await shell.run("links", "export", "--format", "json")
    assert (exported.code, json.loads(exported.out)) == (0, {})


async def test_a_commands_hook_that_raises_is_told_and_the_chat_goes_on(shell: Shell) -> None:
    (shell.folder / "mine.py").write_text(BACKEND)
    shell.config.write_text('[bot]\nname = "x"\n[plugins.help]\n[plugins.mine]\nuse = "./mine.py:Mine"\n')
    chat = await shell.run("chat", input="/help\n")
    assert chat.code == 0
    assert "Plugin mine offers no commands for the shell: ZeroDivisionError" in chat.err
    assert "/help" in chat.out
    called = await shell.run("mine", "anything")
    assert called.code == 78
    assert "Traceback" not in called.err


async def test_what_a_plugin_prints_does_not_spoil_the_json(shell: Shell) -> None:
    (shell.folder / "loud.py").write_text("print('loud')")
    shell.config.write_text('[bot]\nname = "x"\n[storage]\nurl = "memory:"\n[plugins.loud]\nuse = "./loud.py:Loud"\n')
    for arguments in (("plugins", "list", "--json"), ("check", "--json")):
        done = await shell.run(*arguments)
        assert json.loads(done.out)
        assert "loud\n" in done.err


async def test_the_help_of_a_command_opens_no_storage(shell: Shell) -> None:
    done = await shell.run("links", "import", "--help")
    assert done.code == 0
    assert "--apply" in done.out
    assert not list(shell.folder.glob("data/**/*.db"))


NESTED = """
import click
from pluggram import Context, hookimpl

class Nested:
    def __init__(self, context: Context) -> None:
        self.store = context.store

    @hookimpl
    def commands(self):
        @click.group()
        def outer(): click.echo(f"outer {self.store.sync.get('x')}")
        @outer.command()
        def inner(): click.echo(f"inner {self.store.sync.update('x', lambda n: (n or 0) + 1)}")
        return [outer]
"""


async def test_commands_within_commands_have_the_storage_too(shell: Shell) -> None:
    (shell.folder / "nested.py").write_text(NESTED)
    shell.config.write_text('[bot]\nname = "x"\n[plugins.nested]\nuse = "./nested.py:Nested"\n')
    done = await shell.run("nested", "outer", "inner")
    assert (done.code, done.out) == (0, "outer None\ninner (None, 1)\n")
