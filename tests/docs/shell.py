"""A reader's shell: an empty home, an environment of its own to install into, and what a page shows compared."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block, Page

_SECONDS = 45
_PROMPT = re.compile(r"^(\w+ \((?:private|group)\)> )(.*)$")
_VARIES = (
    (re.compile(r"🎲 \d+"), "🎲 N"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00|Z)"), "<time>"),
    (re.compile(r"(\[photo [^\]]+), [\d.]+ [KM]?B\]"), r"\1, <size>]"),  # as the zlib that is here packs it
    (re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d\b)?"), "<day>"),
    (re.compile(r"\d+ passed.* in [\d.]+s"), "N passed"),
    (re.compile(r"\b[\d.]+ (?:µs|ms|s)\b"), "<duration>"),
    (re.compile(r"since \d+ [A-Z][a-z]{2} \d{4}"), "since <day>"),
    (re.compile(r"\b\d\d:\d\d UTC"), "<minute>"),
    (re.compile(r"memory \d+ MB, CPU [\d.]+ %"), "memory N MB, CPU N %"),
    (re.compile(r"Garbage collections: [\d, ]+"), "Garbage collections: N "),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)


@dataclass(frozen=True)
class Shell:
    """Runs what a page shows, in `folder`, as the user `you` of an empty home."""

    home: Path
    folder: Path
    environ: dict[str, str]

    @classmethod
    def make(cls, root: Path, name: str) -> "Shell":
        """A home in `root`, a folder in it of the name, and a Python environment that holds what ours holds."""
        home = root / "home" / "you"
        folder = home / name
        folder.mkdir(parents=True)
        environment = _environment(root / "environment")
        uv = os.environ.get("UV") or shutil.which("uv") or "uv"
        path = f"{environment / 'bin'}:{Path(uv).parent}:/usr/bin:/bin"
        return cls(home, folder, {
            "HOME": str(home), "PATH": path, "VIRTUAL_ENV": str(environment), "UV_OFFLINE": "1", "NO_COLOR": "1",
            "LANG": "C.UTF-8", "TERM": "dumb", "COLUMNS": "100",
        })  # fmt: skip

    def follow(self, page: Page) -> None:
        """Do all that the page says, in its order: write its files, run its commands; fail where it shows otherwise."""
        for block in page.blocks:
            where = f"{page}:{block.line}"
            if block.file:
                path = self.folder / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
            elif block.language == "console" and block.mark == "typed":
                self._type(block, where)
            elif block.language == "console":
                self._run(block, where)

    def _run(self, block: Block, where: str) -> None:
        status = 0
        for command, shown in commands(block.text):
            done = self._bash(f"(exit {status}); {command}")
            status = done.returncode
            out, everything = self._same(done.stdout), self._same(done.stderr + done.stdout)
            if status or self._same(shown) != out:
                assert self._same(shown) == everything, f"{where}: $ {command}"

    def _bash(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run it; when it takes too long, end what it has started too."""
        with subprocess.Popen(
            ["bash", "-c", command], cwd=self.folder, env=self.environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                out, err = process.communicate(timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def _type(self, block: Block, where: str) -> None:
        [(command, shown)] = commands(block.text)
        typed = [match[2] for line in shown.splitlines() if (match := _PROMPT.match(line))]
        out = _at_a_terminal(command, typed, self.folder, self.environ)
        assert self._same(shown).rstrip() == self._same(out).rstrip(), f"{where}: $ {command}"

    def _same(self, text: str) -> str:
        """The text without what differs from run to run."""
        text = text.replace(str(self.home), "/home/you").replace("\r\n", "\n")
        for pattern, replacement in _VARIES:
            text = pattern.sub(replacement, text)
        return text


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output shown below it; `> ` continues a command."""
    command, shown = "", ""
    for line in text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], ""
        elif line.startswith("> ") and not shown:
            command += "\n" + line[2:]
        else:
            assert command, f"a console block begins with a command, not with {line!r}"
            shown += line + "\n"
    yield command, shown


def _environment(folder: Path) -> Path:
    """A Python environment with links to what ours has installed: a page may install more without harm."""
    venv.create(folder, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    for installed in Path(sysconfig.get_path("purelib")).iterdir():
        if not (packages / installed.name).exists():
            (packages / installed.name).symlink_to(installed)
    for command in ("pluggram", "pytest"):
        script = folder / "bin" / command
        script.write_text(f'#!/bin/sh\nexec "{folder}/bin/python" -m {command} "$@"\n')
        script.chmod(0o755)
    return folder


def _at_a_terminal(command: str, typed: list[str], folder: Path, environ: dict[str, str]) -> str:
    """Type each line when a prompt waits for it, then end the input; return all that was seen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command.split(), cwd=folder, env=environ, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    waiting = [*(f"{line}\n" for line in typed), "\x04"]
    seen = ""
    try:
        while read := _read(ours):
            seen += read
            if waiting and seen.endswith("> ") and _PROMPT.match(seen.splitlines()[-1]):
                os.write(ours, waiting.pop(0).encode())
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert not waiting, f"{waiting} was not asked for; seen: {seen}"
    return seen


def _read(terminal: int) -> str:
    """Read what comes next; nothing when the other side has gone, or for too long."""
    if not select.select([terminal], [], [], _SECONDS)[0]:
        return ""
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # Linux says so when the other side has gone
        return ""
