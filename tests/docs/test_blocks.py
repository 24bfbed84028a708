"""Every block of code in the documentation is what it looks like: it loads, compiles, or says why it does not run."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from pluggram.bot import Bot
from pluggram.config import ConfigError, load
from tests.docs.pages import Block, Page, pages

LANGUAGES = {"toml", "python", "console", "sh", "text", "ini", "json", "csv", ""}


def blocks(language: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{page}:{block.line}")
        for page in pages()
        for block in page.blocks
        if block.language == language
    ]


def merged(base: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    both = {key: merged(base[key], part[key]) for key in base.keys() & part.keys() if isinstance(base[key], dict)}
    return base | part | both


def written(block: Block, folder: Path) -> Path:
    """Write a TOML block as a bot.toml; a fragment is merged into the smallest whole one."""
    text = block.text
    if block.mark == "fragment":
        text = tomli_w.dumps(merged({"bot": {"name": "docs"}}, tomllib.loads(text)))
    path = folder / "bot.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("block", blocks("toml"))
def test_a_toml_block_loads(block: Block, tmp_path: Path) -> None:
    if block.file.endswith("pyproject.toml"):
        assert tomllib.loads(block.text)["project"]
        return
    path = written(block, tmp_path)
    if block.mark == "refused":
        with pytest.raises(ConfigError):
            load(path, environ={})
        return
    config = load(path, environ={})
    ours = [table.name for table in config.plugins if table.use is None]
    states = Bot(config, strict=False).plugins
    assert [state for state in states if state.status == "quarantined" and state.name in ours] == []


@pytest.mark.parametrize("block", blocks("python"))
def test_a_python_block_is_python(block: Block, tmp_path: Path) -> None:
    ast.parse(block.text)
    if block.mark == "runs":
        done = subprocess.run([sys.executable, "-W", "error", "-"], input=block.text, cwd=tmp_path,
                              capture_output=True, text=True, timeout=30)  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("block", blocks("sh"))
def test_a_shell_block_that_does_not_run_says_why(block: Block) -> None:
    assert block.mark.startswith("not run: ")


@pytest.mark.parametrize("page", pages(), ids=str)
def test_the_blocks_of_a_page_are_of_a_known_kind(page: Page) -> None:
    assert {block.language for block in page.blocks} <= LANGUAGES


@pytest.mark.parametrize("page", [*pages("reference"), *pages("explanation"), *pages("decisions")], ids=str)
def test_only_pages_that_are_followed_show_commands(page: Page) -> None:
    assert [block.line for block in page.blocks if block.language == "console"] == []
