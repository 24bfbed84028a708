"""Why a plugin failed, and where."""

from pathlib import Path

import pytest

from pluggram import places
from pluggram.plugins.reason import PluginError, reason


def failing(path: Path) -> BaseException:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n1 / 0\n")
    try:
        exec(compile(path.read_text(), path, "exec"))
    except ZeroDivisionError as error:
        return error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)  # without this file
    raise AssertionError


def test_the_line_is_told_although_the_plugin_lies_beside_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "site-packages"
    monkeypatch.setattr(places, "_CORE", f"{installed}/pluggram/")
    path = installed / "pluggram_hello" / "__init__.py"
    assert reason(failing(path), "while it was built") == (
        f"ZeroDivisionError: division by zero while it was built ({path}, line 2)"
    )


def test_our_own_lines_are_not_the_plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_CORE", f"{tmp_path}/")
    assert "ours.py" not in reason(failing(tmp_path / "ours.py"))


@pytest.mark.parametrize("carrier", ["telegram/_bot.py", "pluggy/_callers.py"])
def test_lines_of_who_only_carries_the_call_are_not_the_plugins(carrier: str, tmp_path: Path) -> None:
    assert carrier not in reason(failing(tmp_path / "site-packages" / carrier))
    other = f"pluggram_{carrier}"
    assert other in reason(failing(tmp_path / "site-packages" / other))


def test_a_reason_given_in_words_stays_as_it_is() -> None:
    assert reason(PluginError("there is no file x"), "while it was imported") == "there is no file x"
