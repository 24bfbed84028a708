"""The rule of tests/conftest.py, seen from outside: pytest in its own process and folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT


def run_pytest(folder: Path, *texts: str, options: tuple[str, ...] = (), ci: str = "true") -> tuple[int, str]:
    """Run one test file per text and return pytest's exit code and output."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    for number, text in enumerate(texts):
        (folder / f"test_{number}.py").write_text(f"import pytest\n\n{text}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


GOOD = "def test_good(): assert 1\n"
NOT_RUN = [
    "@pytest.mark.skip(reason='rain')\ndef test_it(): assert 1\n",
    "def test_it(): pytest.skip('rain')\n",
    "@pytest.mark.xfail(reason='rain')\ndef test_it(): assert 0\n",
    "@pytest.mark.xfail(reason='rain')\ndef test_it(): assert 1\n",
    "@pytest.fixture\ndef rain(): pytest.skip('rain')\ndef test_it(rain): assert 1\n",
    "pytest.skip('rain', allow_module_level=True)\n",
]


def test_on_ci_each_test_that_did_not_run_is_red_and_says_why(tmp_path: Path) -> None:
    code, output = run_pytest(tmp_path, GOOD, *NOT_RUN[:-1])
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "1 passed" in output
    assert output.count("on CI every test runs: ") >= len(NOT_RUN) - 1
    assert [number for number in range(1, len(NOT_RUN)) if f"test_{number}.py::test_it" not in output] == []


def test_on_ci_a_file_that_skips_itself_is_red(tmp_path: Path) -> None:
    code, output = run_pytest(tmp_path, GOOD, NOT_RUN[-1])
    assert code == pytest.ExitCode.INTERRUPTED
    assert "on CI every test runs: " in output


def test_on_ci_a_skip_is_red_side_by_side_too(tmp_path: Path) -> None:
    code, output = run_pytest(tmp_path, GOOD, NOT_RUN[0], options=SIDE_BY_SIDE)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "on CI every test runs: " in output


def test_elsewhere_a_skip_is_only_a_skip(tmp_path: Path) -> None:
    code, output = run_pytest(tmp_path, GOOD, NOT_RUN[0], ci="")
    assert code == pytest.ExitCode.OK
    assert "1 passed, 1 skipped" in output


SIDE_BY_SIDE = ("-p", "xdist", "-n", "2")


@pytest.mark.parametrize("workers", [(), SIDE_BY_SIDE], ids=["alone", "side by side"])
def test_on_ci_a_deselected_test_is_red(tmp_path: Path, workers: tuple[str, ...]) -> None:
    code, output = run_pytest(tmp_path, GOOD, GOOD.replace("good", "other"), options=("-k", "good", *workers))
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "DESELECTED test_1.py::test_other" in output


def test_a_run_without_tests_is_red_and_a_good_run_green(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, "")[0] == pytest.ExitCode.NO_TESTS_COLLECTED
    assert run_pytest(tmp_path, GOOD)[0] == pytest.ExitCode.OK
