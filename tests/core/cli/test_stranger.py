"""A plugin in one file beside bot.toml is seen wherever the built-in ones are; the core knows nothing of it."""

import json
import tomllib

from .conftest import Shell

GREET = '''
import click
from pydantic import BaseModel

from pluggram import Context, handler, hookimpl


class Greet:
    """Greet people."""

    class Settings(BaseModel):
        word: str = "Hello"
        """Said first."""

    def __init__(self, context: Context) -> None:
        self._context, self._word = context, context.settings.word

    @hookimpl
    def handlers(self):
        return [handler("/greet", self.greet, help="Be greeted", help_in={"de": "Sich grüßen lassen"})]

    async def greet(self, request) -> str:
        self._context.count("greeted")
        return f"{self._word}!"

    @hookimpl
    def checks(self):
        return {"voice": self.voice}

    async def voice(self) -> str:
        return "I am hoarse"

    @hookimpl
    def metrics(self):
        return {"letters": lambda: len(self._word)}

    @hookimpl
    def commands(self):
        return [click.Command("say", callback=lambda: click.echo(self._word), help="Say the word.")]
'''
TABLE = '[plugins.greet]\nuse = "./greet.py:Greet"\nword = "Ahoy"\n'
SAID = "/greet\n/help\n/health\n/stats greet\n!menu\n!as user Ben\n/gret\n!menu\n"


async def test_a_file_brings_an_answer_help_menu_check_metric_counter_command_and_settings(shell: Shell) -> None:
    (shell.folder / "greet.py").write_text(GREET)
    shell.config.write_text(shell.config.read_text() + TABLE)
    chat = await shell.run("chat", input=SAID)
    assert chat.out.startswith("Ahoy!\n")
    for shown in (
        "/greet — Be greeted",
        "❌ Not healthy: greet (voice)",
        "• greet (voice): I am hoarse",
        "• greet: greeted 1, letters 4",
        "/greet - Be greeted",
        "Did you mean /greet?",
    ):
        assert shown in chat.out, f"{shown!r} is not in\n{chat.out}"
    assert chat.out.count("/greet - Be greeted") == 2
    assert (await shell.run("greet", "say")).out == "Ahoy\n"
    assert "say" in (await shell.run("greet", "--help")).out
    schema = json.loads((await shell.run("config", "schema")).out)
    assert schema["properties"]["plugins"]["properties"]["greet"]["properties"]["word"]["description"] == "Said first."
    effective = tomllib.loads((await shell.run("config", "show")).out)
    assert effective["plugins"]["greet"]["word"] == "Ahoy"
