from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pluggram.config import Config, ConfigError, Problem, load

Load = Callable[..., Config]
Problems = Callable[..., dict[str, Problem]]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Load a bot.toml of this text, in an environment of these variables only."""

    def loaded(text: str, environ: Mapping[str, str] | None = None) -> Config:
        (tmp_path / "bot.toml").write_text(text, encoding="utf-8")
        return load(environ=environ or {}, cwd=tmp_path)

    return loaded


@pytest.fixture
def problems_of(load_text: Load) -> Problems:
    """The problems of a bot.toml of this text, by their keys."""

    def problems(text: str, environ: Mapping[str, str] | None = None) -> dict[str, Problem]:
        with pytest.raises(ConfigError) as caught:
            load_text(text, environ)
        return {problem.key: problem for problem in caught.value.problems}

    return problems
