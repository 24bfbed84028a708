"""`pluggram plugins enable|disable`: one line of bot.toml changes, whatever the plugin and the rest of the file do."""

import stat
import tomllib

import pytest

from .conftest import Shell

BOMB = "open('imported', 'w').close()\nraise SystemExit('boom')\n"


def added(shell: Shell, before: str) -> list[str]:
    """The lines that bot.toml has more than before; all others are as they were."""
    after = shell.config.read_text().split("\n")
    lines = [line for line in after if line not in before.split("\n")]
    assert [line for line in after if line not in lines] == before.split("\n")
    return lines


async def test_disabling_adds_one_line_and_the_plugin_is_gone(shell: Shell) -> None:
    before = shell.config.read_text()
    done = await shell.run("plugins", "disable", "links")
    line = shell.config.read_text().split("\n").index("enabled = false") + 1
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == f"Disabled links: bot.toml:{line} says enabled = false."
    assert "restarted" in done.out
    assert added(shell, before) == ["enabled = false"]
    listed = (await shell.run("plugins", "list")).out
    assert ["links", "disabled"] in [line.split()[:2] for line in listed.splitlines()]


async def test_enabling_turns_the_word_around_and_nothing_else(shell: Shell) -> None:
    await shell.run("plugins", "disable", "postno")
    before = shell.config.read_text()
    done = await shell.run("plugins", "enable", "postno")
    assert done.code == 0
    assert shell.config.read_text() == before.replace("enabled = false\n", "enabled = true\n")


async def test_what_is_so_already_is_said_and_left(shell: Shell) -> None:
    before = shell.config.read_bytes(), shell.config.stat()
    done = await shell.run("plugins", "enable", "postno")
    assert (done.code, done.out.startswith("Nothing to do: postno is enabled in bot.toml:")) == (0, True)
    assert (shell.config.read_bytes(), shell.config.stat()) == before


async def test_an_installed_plugin_gets_a_table_before_the_help_that_is_last(shell: Shell) -> None:
    shell.config.write_text('[bot]\nname = "x"\n\n[plugins.postno]\n\n[plugins.help]  # last\n')
    done = await shell.run("plugins", "enable", "links")
    assert done.out.splitlines()[0] == "Enabled links: bot.toml:6 declares it."
    assert shell.config.read_text() == (
        '[bot]\nname = "x"\n\n[plugins.postno]\n\n[plugins.links]\n\n[plugins.help]  # last\n'
    )
    assert (await shell.run("check")).code == 0


async def test_a_plugin_in_a_file_is_declared_with_use_and_not_imported(shell: Shell) -> None:
    (shell.folder / "dice.py").write_text(BOMB)
    done = await shell.run("plugins", "enable", "dice", "--use", "./dice.py:Dice")
    assert done.code == 0
    assert tomllib.loads(shell.config.read_text())["plugins"]["dice"] == {"use": "./dice.py:Dice"}
    assert (await shell.run("plugins", "disable", "dice")).code == 0
    assert (await shell.run("plugins", "enable", "dice", "--use", "./dice.py:Dice")).code == 0
    assert not (shell.folder / "imported").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("enable", "postnoo"), 2, "did you mean postno?"),
        (("enable", "zzz"), 2, "a plugin in a file needs --use ./file.py:Name"),
        (("enable", "dice", "--use", "./dice.py:Dice"), 78, "there is no file"),
        (("enable", "dice", "--use", "dice"), 78, '"./dice.py:Dice" for a file'),
        (("enable", "run", "--use", "a:B"), 78, "`pluggram run` is a command"),
        (("enable", "Dice", "--use", "a:B"), 78, "1 to 32 of a-z"),
        (("enable", "postno", "--use", "a:B"), 2, "declares postno already"),
        (("disable", "lnks"), 2, "did you mean links?"),
        (("disable", "zzz"), 2, "has no [plugins.zzz]"),
    ],
)
async def test_what_cannot_be_done_is_told_and_changes_nothing(
    shell: Shell, arguments: tuple[str, ...], code: int, told: str
) -> None:
    before = shell.config.read_bytes()
    done = await shell.run("plugins", *arguments)
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert shell.config.read_bytes() == before


async def test_disabling_what_is_installed_but_not_declared_is_nothing_to_do(shell: Shell) -> None:
    shell.config.write_text('[bot]\nname = "x"\n')
    done = await shell.run("plugins", "disable", "links")
    assert (done.code, done.out) == (0, "Nothing to do: bot.toml has no [plugins.links], so it is not loaded.\n")


async def test_other_errors_in_the_file_are_no_hindrance(shell: Shell) -> None:
    text = '[bot]\nnme = 5\n[log]\nlevel = "loud"\n[plugins.broken]\nuse = 5\n[plugins."Odd"]\n'
    shell.config.write_text(text)
    assert (await shell.run("plugins", "disable", "broken")).code == 0
    assert shell.config.read_text() == text.replace("[plugins.broken]\n", "[plugins.broken]\nenabled = false\n")


async def test_a_file_that_is_not_toml_is_told_with_its_line_and_left(shell: Shell) -> None:
    shell.config.write_text('[bot]\nname = "x"\n[plugins.postno\n')
    before = shell.config.read_bytes()
    done = await shell.run("plugins", "disable", "postno")
    assert done.code == 78
    assert "bot.toml:3" in done.err
    assert shell.config.read_bytes() == before


@pytest.mark.parametrize("text", ["plugins = 5\n", "plugins.links = 5\n"])
async def test_plugins_that_are_no_tables_are_told(shell: Shell, text: str) -> None:
    shell.config.write_text(text)
    for command in ("enable", "disable"):
        done = await shell.run("plugins", command, "links")
        assert done.code == 78
        assert "bot.toml:1: plugins" in done.err
    assert shell.config.read_text() == text


async def test_an_inline_table_is_switched_or_refused_with_what_to_write(shell: Shell) -> None:
    shell.config.write_text('bot.name = "x"\nplugins = { links = {} } # all\n')
    assert (await shell.run("plugins", "disable", "links")).code == 0
    assert shell.config.read_text() == 'bot.name = "x"\nplugins = { links = {enabled = false} } # all\n'
    done = await shell.run("plugins", "enable", "help")
    assert done.code == 78
    assert "by hand, write at its end:\n\n[plugins.help]" in done.err


async def test_what_the_environment_says_wins_and_is_told(shell: Shell) -> None:
    environ = {"PLUGGRAM__Plugins__LINKS__ENABLED": "true"}
    done = await shell.run("plugins", "disable", "links", environ=environ)
    assert done.code == 0
    warning = f"Warning: {next(iter(environ))} is set in this environment, and wins over the file.\n"
    assert done.err == warning
    assert (await shell.run("plugins", "disable", "links", environ=environ)).err == warning


async def test_a_link_goes_on_pointing_and_the_mode_the_mark_and_the_line_ends_are_kept(shell: Shell) -> None:
    target = shell.folder / "real.toml"
    shell.config.rename(target)
    target.write_bytes(b"\xef\xbb\xbf[plugins.links] # 1\r\n\r\n")
    target.chmod(0o640)
    shell.config.symlink_to(target)
    assert (await shell.run("plugins", "disable", "links")).code == 0
    assert shell.config.is_symlink()
    assert target.read_bytes() == b"\xef\xbb\xbf[plugins.links] # 1\r\nenabled = false\r\n\r\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


async def test_no_plugin_and_no_telegram_is_imported(shell: Shell) -> None:
    loaded = await shell.loaded_by("plugins", "disable", "links")
    assert "tomlkit" in loaded
    assert not loaded & {"telegram", "pluggram_plugins"}
    assert "tomlkit" not in await shell.loaded_by("plugins", "list")
