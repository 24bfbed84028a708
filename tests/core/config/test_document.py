from pathlib import Path

import pytest

from pluggram.config import ConfigError, Problem, load

from .conftest import Load

BOT = '[bot]\nname = "b"\n'


def only_problem(path: Path) -> Problem:
    with pytest.raises(ConfigError) as caught:
        load(path, environ={}, cwd=path.parent)
    (problem,) = caught.value.problems
    return problem


def written(tmp_path: Path, raw: bytes) -> Path:
    path = tmp_path / "bot.toml"
    path.write_bytes(raw)
    return path


def test_a_file_with_a_byte_order_mark_and_windows_lines_loads(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf" + BOT.replace("\n", "\r\n").encode() + b"\r\n[plugins.x]\r\n")
    assert load(path, environ={}).plugins[0].line == 4


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("[bot]\nname = b\n", 2, "in quotes"),
        ("[bot]\nname =\n", 2, "no value"),
        ('[bot]\nname = "b\n', 2, "quote it began with"),
        ("[bot]\nname\n", 2, "key = value"),
        ('[bot]\nname = "b"\nname = "c"\n', 3, "twice"),
        ("[bot]\nowners = [1,", 2, "bracket"),
    ],
)
def test_what_is_not_toml_is_told_with_line_and_hint(tmp_path: Path, text: str, line: int, hint: str) -> None:
    problem = only_problem(written(tmp_path, text.encode()))
    assert problem.line == line
    assert hint in problem.hint
    assert "(at " not in problem.found


def test_a_syntax_error_has_its_column(tmp_path: Path) -> None:
    assert str(only_problem(written(tmp_path, b"[bot]\nname = b\n"))).startswith("bot.toml:2:8\n")


def test_bytes_that_are_not_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    problem = only_problem(written(tmp_path, b'[bot]\nname = "b"\n# caf\xe9\n'))
    assert (problem.line, problem.expected) == (3, "a text file in UTF-8")
    assert "0xe9" in problem.found


def test_utf16_is_told_by_its_name(tmp_path: Path) -> None:
    assert only_problem(written(tmp_path, BOT.encode("utf-16"))).found == "UTF-16 text"


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "{a = " * 5000, "a = " + "9" * 5000])
def test_what_only_an_attacker_writes_is_an_error_like_others(tmp_path: Path, text: str) -> None:
    assert only_problem(written(tmp_path, text.encode())).expected


def test_a_folder_is_told_with_the_file_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "mybot"
    folder.mkdir()
    assert only_problem(folder).hint.endswith("mybot/bot.toml")


def test_a_name_with_a_nul_is_an_error_like_others(tmp_path: Path) -> None:
    assert "null" in only_problem(tmp_path / "a\0b").found


def test_a_huge_number_is_told_without_its_digits(load_text: Load) -> None:
    with pytest.raises(ConfigError, match="more than 128 bits"):
        load_text(BOT + "[telegram]\nin_flight = 0x" + "f" * 9000)
