"""The real command in a real process, with a home of its own."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOADED = """
import sys
sys.argv = ["pluggram", *{arguments}]
try:
    from pluggram.cli import main
    main()
except SystemExit:
    pass
print("LOADED", *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""

IMPATIENT = """
import sys
from pluggram.cli import main
from pluggram.intake import outage
outage.REFUSAL_PATIENCE = {seconds}
sys.argv = ["pluggram", *{arguments}]
main()
"""


@dataclass(frozen=True)
class Done:
    """What a finished command left."""

    code: int
    out: str
    err: str


class Shell:
    """Runs `pluggram` in a folder, with `config` as its bot.toml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "bot.toml"
        self.config.write_text((ROOT / "bot.toml").read_text())
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "PLUGGRAM_DATA_DIR": str(folder / "data"),
        }

    async def run(self, *arguments: str, input: str = "", environ: Mapping[str, str] | None = None) -> Done:
        """Run to the end."""
        return await self._end(await self._start("-m", "pluggram", *arguments, environ=environ or {}), input)

    async def run_impatiently(self, seconds: float, *arguments: str, environ: Mapping[str, str] | None = None) -> Done:
        """Run to the end; a token may stay refused for so many seconds only."""
        code = IMPATIENT.format(seconds=seconds, arguments=list(arguments))
        return await self._end(await self._start("-c", code, environ=environ or {}))

    async def loaded_by(self, *arguments: str, environ: Mapping[str, str] | None = None) -> set[str]:
        """Run to the end, and name the top-level modules that were loaded then."""
        process = await self._start("-c", LOADED.format(arguments=list(arguments)), environ=environ or {})
        return set((await self._end(process)).out.rpartition("LOADED")[2].split())

    @asynccontextmanager
    async def running(self, *arguments: str, environ: Mapping[str, str] | None = None) -> AsyncIterator[Process]:
        """Run in the background; killed at the end if need be."""
        process = await self._start("-m", "pluggram", *arguments, environ=environ or {})
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def _start(self, *arguments: str, environ: Mapping[str, str]) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments,
            cwd=self.folder, env={**self.environ, **environ}, stdin=PIPE, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip

    async def _end(self, process: Process, input: str = "") -> Done:
        out, err = await process.communicate(input.encode())
        assert process.returncode is not None
        return Done(process.returncode, out.decode(), err.decode())


async def line_with(words: str, process: Process) -> str:
    """Read the log of a process that runs, up to the line with these words."""
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line, f"it has ended without {words!r}"
    return line


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with our bot.toml, an empty home and an empty data folder."""
    return Shell(tmp_path)
