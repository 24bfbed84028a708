"""Where figures were taken: without it they cannot be repeated."""

import json
import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.environments import ROOT, node

CLIENTS = ROOT / "tests" / "clients"
MEASURED = ("aiogram", "pytelegrambotapi", "python-telegram-bot")


def machine(folder: Path) -> str:
    """Name the day, the machine, the disk that bots write to, and the versions of all that is compared."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    cores = len(os.sched_getaffinity(0))
    return (
        f"{datetime.now(UTC):%d %B %Y}, {model[1] if model else platform.machine()}, {cores} cores, "
        f"Linux {platform.release()}, data on {_file_system(folder)}, Python {platform.python_version()}, "
        f"node {_output(node(), '--version')}; {', '.join(_versions())}"
    )


def _versions() -> list[str]:
    pins = re.findall(r"^([\w-]+)(?:\[.*?\])?==(\S+)", (CLIENTS / "requirements.txt").read_text(), re.MULTILINE)
    packages: dict[str, str] = json.loads((CLIENTS / "grammy" / "package.json").read_text())["dependencies"]
    return [f"{name} {version}" for name, version in [*pins, *packages.items()] if name in MEASURED or name in packages]


def _file_system(folder: Path) -> str:
    """Name the file system, for one in memory would make durability free."""
    return _output("stat", "--file-system", "--format=%T", str(folder))


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
