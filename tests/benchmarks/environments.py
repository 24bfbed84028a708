"""The environments that bots run in: none has more in it than its bots need, for what lies beside is imported too."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def lean() -> str:
    """Give the interpreter of an environment that has pluggram with its extra `speed`, and nothing else."""
    environ = os.environ | {"UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv-lean")}
    command = ["uv", "sync", "--quiet", "--no-default-groups", "--extra", "speed", "--extra", "web"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True)
    return str(ROOT / ".venv-lean" / "bin" / "python")


@cache
def foreign() -> str:
    """Give the interpreter of an environment that has the other libraries, those of node beside it."""
    ready, clients = ROOT / ".venv-clients" / "ready", ROOT / "tests" / "clients"
    wanted = (clients / "requirements.txt", clients / "grammy" / "package.json")
    if not ready.exists() or any(ready.stat().st_mtime < file.stat().st_mtime for file in wanted):
        subprocess.run([ROOT / ".ci" / "clients"], check=True, stdout=sys.stderr)
    return str(ROOT / ".venv-clients" / "bin" / "python")


def node() -> str:
    """Give node, once its libraries are there. Raises RuntimeError when there is none."""
    foreign()
    if found := shutil.which("node"):
        return found
    raise RuntimeError("node is not installed; .ci/clients installs it where apt-get is")
