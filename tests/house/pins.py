"""Pin every package to one version: `.ci/pin` holds what is pinned, `.ci/pin --upgrade` takes the newest.

Writes the constraints of [tool.uv] in pyproject.toml, which bind `uv run` in every clone, and requirements.txt, the
same versions with hashes for a deployer who uses pip: the dependencies and every extra but `testing`. The clients of
tests/clients have an environment of their own, pinned beside them.
Runs on the standard library alone, since a project whose pins contradict each other cannot be installed.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.house.source import ROOT

HEADER = (
    "# Written by .ci/pin: what `pip install --require-hashes -r requirements.txt` brings before pluggram itself.\n"
)
PLAIN = ("--no-emit-project", "--no-header", "--no-annotate")
DEPLOYED = ("--no-default-groups", "--all-extras", "--no-extra", "testing")
EVERYTHING = ("--all-groups", "--all-extras", "--no-hashes")
BUILD = "build-constraint-dependencies"
RUN = "constraint-dependencies"


def pins(requirements: str) -> list[str]:
    """Read `name==version ; marker` lines; the marker stays only where a package has several versions."""
    lines = re.findall(r"^([\w.-]+)==(\S+)(?: ; ([^\\\n]*?))?(?: \\)?$", requirements, flags=re.MULTILINE)
    names = [name for name, _, _ in lines]
    return [f"{n}=={v}" + (f" ; {m}" if names.count(n) > 1 and m else "") for n, v, m in lines]


def constrained(project: str, key: str, wanted: Sequence[str]) -> str:
    """Return the text of a pyproject.toml with this list of [tool.uv] replaced."""
    rows = "".join(f"  {_quoted(pin)},\n" for pin in wanted)
    text, count = re.subn(
        rf"(?ms)^{key} = \[.*?\]$", lambda _: f"{key} = [\n{rows}]" if rows else f"{key} = []", project
    )
    if count != 1:
        sys.exit(f"pyproject.toml: [tool.uv] needs one list {key}, found {count}")
    return text


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog=".ci/pin", description="Pin every package to one version.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that the bounds allow")
    upgrade = parser.parse_args(arguments).upgrade
    path = ROOT / "pyproject.toml"
    project = path.read_text(encoding="utf-8")
    start = constrained(constrained(project, RUN, []), BUILD, []) if upgrade else project
    pinned = constrained(start, RUN, pins(_export(start, *EVERYTHING)))
    pinned = constrained(pinned, BUILD, pins(_compile(_build(start))))
    path.write_text(pinned, encoding="utf-8")
    (ROOT / "requirements.txt").write_text(HEADER + _export(pinned, *DEPLOYED), encoding="utf-8")
    clients = ROOT / "tests" / "clients"
    held = "" if upgrade else (clients / "requirements.txt").read_text(encoding="utf-8")
    wanted = (clients / "requirements.in").read_text(encoding="utf-8")
    (clients / "requirements.txt").write_text(_compile(wanted, held), encoding="utf-8")


def _export(project: str, *options: str) -> str:
    """Resolve a pyproject.toml away from any uv.lock, which would hold the old versions, and from what tells ours."""
    fixed = project.replace('dynamic = ["version"]', 'version = "0"')
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(fixed, encoding="utf-8")
        return _uv("export", "--project", folder, *PLAIN, *options)


def _build(project: str) -> str:
    """Return what builds the project, editable installs included, as requirements."""
    table = tomllib.loads(project)
    return "\n".join([*table["build-system"]["requires"], "editables", *table["tool"]["uv"][BUILD]])


def _compile(wanted: str, held: str = "") -> str:
    """Resolve requirements, with the versions that are held where they still fit."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "wanted.in").write_text(wanted, encoding="utf-8")
        Path(folder, "pinned.txt").write_text(held, encoding="utf-8")
        options = ("--universal", "--python-version", "3.11", "--no-header", "--no-annotate")
        _uv("pip", "compile", "--directory", folder, *options, "wanted.in", "--output-file", "pinned.txt")
        return Path(folder, "pinned.txt").read_text(encoding="utf-8")


def _uv(*command: str) -> str:
    return subprocess.run(["uv", "--quiet", *command], check=True, stdout=subprocess.PIPE, text=True).stdout


def _quoted(pin: str) -> str:
    return '"' + pin.replace('"', "'") + '"'


if __name__ == "__main__":
    main()
