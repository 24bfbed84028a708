"""Each import contract of pyproject.toml, seen to break: on a copy of the house with one wrong import added."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT

CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}

WRONG = [
    ("layers", "pluggram.errors", "import pluggram.request"),
    ("layers", "pluggram.config", "from pluggram.request import Request"),
    ("layers", "pluggram.request", "import pluggram.handlers"),
    ("layers", "pluggram.storage", "import pluggram.handlers"),
    ("layers", "pluggram.handlers", "import pluggram.access"),
    ("layers", "pluggram.access", "import pluggram.context"),
    ("layers", "pluggram.context", "import pluggram.hooks"),
    ("layers", "pluggram.hooks", "import pluggram.router"),
    ("layers", "pluggram.router", "import pluggram.plugins"),
    ("layers", "pluggram.plugins", "import pluggram.bot"),
    ("layers", "pluggram.bot", "import pluggram.telegram"),
    ("layers", "pluggram.telegram", "import pluggram.intake"),
    ("layers", "pluggram.intake", "import pluggram.serve"),
    ("layers", "pluggram.serve", "import pluggram.simulator"),
    ("layers", "pluggram.bot", "import pluggram.simulator"),
    ("layers", "pluggram.serve", "import pluggram.testing"),
    ("layers", "pluggram.testing", "import pluggram.cli"),
    ("layers", "pluggram.storage", "def later() -> None:\n    import pluggram.handlers"),
    ("rooms", "pluggram.bot", "from pluggram import Context"),
    ("telegram", "pluggram.serve", "import telegram"),
    ("telegram", "pluggram_plugins.made", "from telegram.ext import Application"),
    ("simulator", "pluggram.simulator", "import pluggram.errors"),
    ("simulator", "pluggram.simulator.made", "import pluggram.request"),
    ("core", "pluggram.bot", "import pluggram_plugins.made"),
    ("plugins", "pluggram_plugins.made", "from pluggram.storage import Store"),
    ("strangers", "pluggram_plugins.made", "import pluggram_plugins.other"),
    ("strangers", "pluggram_plugins._times", "import pluggram_plugins.other"),
    ("strangers", "pluggram_plugins._audit", "import pluggram_plugins.other"),
]

RIGHT = [
    ("pluggram.cli", "import pluggram.simulator, pluggram.testing, pluggram.serve"),
    ("pluggram.cli", "from pluggram import __version__"),
    ("pluggram.testing", "import pluggram.simulator, pluggram.serve"),
    ("pluggram.telegram", "import telegram.ext"),
    ("pluggram.request", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from telegram import Update"),
    ("pluggram_plugins.made", "from pluggram import Context, handler"),
    ("pluggram_plugins.made", "import pluggram_plugins._audit, pluggram_plugins._link, pluggram_plugins._times"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for folder in ("core", "plugins"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def add(house: Path, importer: str, statement: str) -> None:
    """Write the statement into its module, and an empty module for whatever does not exist yet."""
    for module in re.findall(r"\bpluggram(?:_plugins)?\.\w+", statement):
        module_file(house, module)
    with module_file(house, importer).open("a", encoding="utf-8") as text:
        text.write(f"\n{statement}\n")


def module_file(house: Path, module: str) -> Path:
    root = house / ("plugins" if module.startswith("pluggram_plugins") else "core")
    path = root.joinpath(*module.split("."))
    if path.is_dir():
        return path / "__init__.py"
    path = path.with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.touch()
    return path


def broken(house: Path) -> set[str]:
    """Run import-linter over the house; return the ids of the contracts it reports as broken."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": f"{house / 'core'}{os.pathsep}{house / 'plugins'}", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    kept = {id for id, name in CONTRACTS.items() if f"{name} KEPT" in done.stdout}
    found = {id for id, name in CONTRACTS.items() if f"{name} BROKEN" in done.stdout}
    assert kept | found == CONTRACTS.keys(), done.stdout + done.stderr
    assert bool(found) == bool(done.returncode), done.stdout
    return found


def test_this_house_keeps_every_contract(house: Path) -> None:
    assert broken(house) == set()


@pytest.mark.parametrize(("contract", "importer", "statement"), WRONG)
def test_a_wrong_import_breaks_its_contract_and_no_other(
    house: Path, contract: str, importer: str, statement: str
) -> None:
    add(house, importer, statement)
    assert broken(house) == {contract}


def test_every_contract_is_seen_to_break() -> None:
    assert {contract for contract, _, _ in WRONG} == CONTRACTS.keys()


def test_the_right_imports_break_nothing(house: Path) -> None:
    for importer, statement in RIGHT:
        add(house, importer, statement)
    assert broken(house) == set()


def test_a_new_room_needs_a_layer(house: Path) -> None:
    module_file(house, "pluggram.attic")
    assert broken(house) == {"layers", "simulator"}
