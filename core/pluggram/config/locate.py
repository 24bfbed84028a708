"""Where bot.toml lies, and the names of its plugin tables: all that `pluggram --help` needs, without pydantic."""

import contextlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pluggram.config.problem import ConfigError, Problem

CONFIG_VARIABLE = "PLUGGRAM_CONFIG"
DATA_VARIABLE = "PLUGGRAM_DATA_DIR"

_FIRST_FILE = """\
write a bot.toml with these lines, or name yours with --config or $PLUGGRAM_CONFIG:

[bot]
name = "mybot"

[plugins.help]"""


def places(cwd: Path | None = None) -> Iterator[Path]:
    """List where bot.toml is looked for when nobody names one, in this order."""
    yield (Path.cwd() if cwd is None else cwd) / "bot.toml"
    from platformdirs import user_config_path  # measured: 4 ms, for those who have none here and have named none

    yield user_config_path("pluggram", appauthor=False) / "bot.toml"
    yield Path("/etc/pluggram/bot.toml")


def find(path: Path | None = None, environ: Mapping[str, str] = os.environ, cwd: Path | None = None) -> Path | None:
    """Return the bot.toml to use: `path`, else `$PLUGGRAM_CONFIG`, else the first of `places` that exists, else None.

    A file that was named is returned even when it does not exist: another one must not take its place.
    """
    named = path or environ.get(CONFIG_VARIABLE)
    if named:
        return (Path.cwd() if cwd is None else cwd) / named
    return next((place for place in places(cwd) if _is_file(place)), None)


def must_find(path: Path | None, environ: Mapping[str, str], cwd: Path) -> tuple[Path, str]:
    """Return the bot.toml to use as `find` does, and what messages call it; raises ConfigError when there is none."""
    found = find(path, environ, cwd)
    if found is None:
        looked = "\n".join(str(place) for place in places(cwd))
        missing = f"no such file; looked for\n{looked}"
        raise ConfigError([Problem("bot.toml", missing, "a bot.toml", hint=_FIRST_FILE)])
    return found, str(found.relative_to(cwd) if found.is_relative_to(cwd) else found)


def table_names(path: Path | None) -> list[str]:
    """List the names of the `[plugins.<name>]` tables in their order; empty when the file is missing or broken."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if path is not None:
            plugins = tomllib.loads(path.read_bytes().decode("utf-8-sig")).get("plugins")
            if isinstance(plugins, dict):
                return [name for name, table in plugins.items() if isinstance(table, dict)]
    return []


def data_folder(name: str, environ: Mapping[str, str] = os.environ, cwd: Path | None = None) -> Path:
    """Return the folder of the bot's data: named like it, where all bots of this user or service keep theirs.

    That one is `$PLUGGRAM_DATA_DIR`, else systemd's `$STATE_DIRECTORY` (systemd.exec(5): several are separated by
    colons, the first is taken), else the user's data folder. The name is always appended, so that two bots that
    share an environment do not share their data.
    """
    base = environ.get(DATA_VARIABLE) or environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if not base:
        from platformdirs import user_data_path  # measured: as above

        return user_data_path("pluggram", appauthor=False) / name
    return (Path.cwd() if cwd is None else cwd) / base / name


def _is_file(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return path.is_file()
    return False
