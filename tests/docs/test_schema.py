"""The schema that the shipped bot.toml points editors to."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema

from tests.docs.pages import ROOT

BOT_TOML = (ROOT / "bot.toml").read_text(encoding="utf-8")
PATH = BOT_TOML.splitlines()[0].removeprefix("#:schema ")
SHIPPED = (ROOT / PATH).read_text(encoding="utf-8")
SCHEMA: dict[str, Any] = json.loads(SHIPPED)


def test_it_is_what_the_command_prints(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pluggram", "config", "schema", "--safe-mode"]
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == SHIPPED, f"write it anew: uv run pluggram config schema --safe-mode > {PATH}"


def test_the_shipped_file_is_valid() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert list(jsonschema.Draft7Validator(SCHEMA).iter_errors(tomllib.loads(BOT_TOML))) == []


def test_every_setting_of_a_built_in_plugin_is_described() -> None:
    tables = SCHEMA["properties"]["plugins"]["properties"]
    keys = {f"{name}.{key}": inner for name, table in tables.items() for key, inner in table["properties"].items()}
    bare = [key for key, inner in keys.items() if "description" not in inner]
    assert bare == [], "a setting is described by the docstring below it"
