"""What shells complete, and that no plugin is imported for it."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping

import pytest

from .conftest import Shell

FORBIDDEN = {"telegram", "pluggram_plugins", "pluggy", "pydantic", "tomlkit", "asyncio", "greet"}


@pytest.fixture
def stranger(shell: Shell) -> Shell:
    """A bot with a plugin whose import would be seen, beside an installed one that it does not declare."""
    (shell.folder / "greet.py").write_text("open('imported', 'w').close()\n")
    described = shell.folder / "pluggram_dice-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: pluggram_dice\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[pluggram.plugins]\ndice = greet:Dice\n")
    shell.config.write_text(
        '[bot]\nname = "x"\n[plugins.postno]\n[plugins.greet]\nuse = "greet:Greet"\n[plugins.help]\nenabled = false\n'
    )
    return shell


def asking(words: str) -> Mapping[str, str]:
    """The environment in which a shell asks for what may follow; the last word is not complete yet."""
    return {"_PLUGGRAM_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("pluggram ", ["plain,run", "plain,greet"]),
        ("pluggram p", ["plain,plugins", "plain,postno"]),
        ("pluggram gr", ["plain,greet"]),
        ("pluggram --ver", ["plain,--version"]),
        ("pluggram -c x", ["file,x"]),
        ("pluggram plugins ", [f"plain,{name}" for name in ("disable", "enable", "info", "list")]),
        ("pluggram plugins info ", ["plain,postno", "plain,greet", "plain,help"]),
        ("pluggram plugins disable gr", ["plain,greet"]),
        ("pluggram plugins enable d", ["plain,dice"]),
        ("pluggram plugins enable h", ["plain,help", "plain,health"]),
        ("pluggram config ", ["plain,schema", "plain,show"]),
        ("pluggram config show --sa", ["plain,--safe-mode"]),
        ("pluggram completion z", ["plain,zsh"]),
        ("pluggram greet x", ["file,x"]),
        ("pluggram greet say --loud x", ["file,x"]),
        ("pluggram nothing x", []),
    ],
)
async def test_names_are_completed_without_importing_what_they_name(
    stranger: Shell, words: str, completed: list[str]
) -> None:
    done = await stranger.run(environ=asking(words))
    assert (done.code, done.err) == (0, "")
    assert set(completed) <= set(done.out.splitlines())
    assert completed or not done.out.strip()
    loaded = await stranger.loaded_by(environ=asking(words))
    assert "click" in loaded
    assert not loaded & FORBIDDEN
    assert not (stranger.folder / "imported").exists()


async def test_options_of_run_are_completed_without_telegram(shell: Shell) -> None:
    for command in ("run", "chat"):
        assert (await shell.run(environ=asking(f"pluggram {command} --sa"))).out.split()[-1] == "plain,--safe-mode"
        loaded = await shell.loaded_by(environ=asking(f"pluggram {command} --sa"))
        assert not loaded & {"telegram", "pluggram_plugins"}


async def test_tables_are_those_of_the_file_that_is_named_on_the_line(stranger: Shell) -> None:
    (stranger.folder / "other.toml").write_text("[plugins.elsewhere]\n")
    done = await stranger.run(environ=asking("pluggram -c other.toml plugins info "))
    assert done.out.splitlines() == ["plain,elsewhere"]
    broken = await stranger.run(environ=asking("pluggram -c nowhere.toml plugins info "))
    assert (broken.code, broken.out.strip(), broken.err) == (0, "", "")


@pytest.mark.parametrize(
    ("shell_name", "mark"), [("bash", "complete -o"), ("zsh", "compdef"), ("fish", "complete --no-")]
)
async def test_the_script_of_each_shell_is_printed(shell: Shell, shell_name: str, mark: str) -> None:
    done = await shell.run("completion", shell_name)
    assert (done.code, done.err) == (0, "")
    assert f"_PLUGGRAM_COMPLETE={shell_name}_complete" in done.out
    assert mark in done.out


async def test_bash_completes_with_it(stranger: Shell) -> None:
    script = (await stranger.run("completion", "bash")).out
    program = stranger.folder / "bin" / "pluggram"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pluggram "$@"\n')
    program.chmod(0o755)
    asked = "COMP_WORDS=(pluggram plugins disable g); COMP_CWORD=3; _pluggram_completion pluggram; echo ${COMPREPLY[@]}"
    environ = stranger.environ | {"PATH": f"{program.parent}:{stranger.environ['PATH']}"}
    process = await asyncio.create_subprocess_exec(
        "bash", "--norc", "-c", f"{script}\n{asked}", cwd=stranger.folder, env=environ, stdout=PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().split() == ["greet"]
