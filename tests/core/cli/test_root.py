"""The root command: quick where nothing is needed, helpful where something is wrong."""

import pytest

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
