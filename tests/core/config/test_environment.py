from pathlib import Path

import pytest

from .conftest import Load, Problems

TEXT = '[bot]\nname = "b"\nowners = [1]\n[plugins.postno]\ndigits = 4\nPrefix = "p"\n'


@pytest.mark.parametrize("name", ["PLUGGRAM__STORAGE__URL", "pluggram__storage__url", "Pluggram__Storage__Url"])
def test_a_variable_overrides_whatever_its_case(load_text: Load, name: str) -> None:
    assert load_text(TEXT, {name: "memory:"}).storage.url == "memory:"


def test_a_value_is_toml_if_it_is_toml_and_else_text(load_text: Load) -> None:
    settings = {"A": "5", "B": "true", "C": "[1, 2]", "D": "plain words", "E": "1\nf = 2", "G": '"7"', "H": ""}
    environ = {f"PLUGGRAM__PLUGINS__POSTNO__{key}": value for key, value in settings.items()}
    read = load_text(TEXT, environ).plugins[0].settings
    assert {key: read[key] for key in "abcdegh"} == {
        "a": 5,
        "b": True,
        "c": [1, 2],
        "d": "plain words",
        "e": "1\nf = 2",
        "g": "7",
        "h": "",
    }


def test_a_plugin_key_keeps_the_case_of_the_file(load_text: Load) -> None:
    settings = load_text(TEXT, {"PLUGGRAM__PLUGINS__POSTNO__PREFIX": "q"}).plugins[0].settings
    assert settings == {"digits": 4, "Prefix": "q"}


def test_a_wrong_value_names_the_variable_and_no_line(problems_of: Problems) -> None:
    problem = problems_of(TEXT, {"PLUGGRAM__BOT__OWNERS": "[1, '@ann']"})["bot.owners[1]"]
    assert (problem.source, problem.line) == ("PLUGGRAM__BOT__OWNERS", None)


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant(problems_of: Problems) -> None:
    problem = problems_of(TEXT, {"PLUGGRAM__BOT__OWNRS": "[1]"})["bot.ownrs"]
    assert problem.source == "PLUGGRAM__BOT__OWNRS"
    assert problem.hint == "did you mean `PLUGGRAM__BOT__OWNERS`?"


@pytest.mark.parametrize(
    ("name", "found", "hint"),
    [
        ("PLUGGRAM__", "empty part", ""),
        ("PLUGGRAM__BOT____NAME", "empty part", ""),
        ("PLUGGRAM__BOT__NAME__X", "which is one value", "PLUGGRAM__BOT__NAME"),
        ("PLUGGRAM__BOT__OWNERS__0", "which is a list", "PLUGGRAM__BOT__OWNERS"),
        ("PLUGGRAM__PLUGINS__POSTON__DIGITS", "no table [plugins.poston]", "did you mean `postno`?"),
        ("PLUGGRAM__PLUGINS__OTHER", "no table [plugins.other]", "[plugins.other]"),
    ],
)
def test_a_name_that_leads_nowhere_is_an_error(problems_of: Problems, name: str, found: str, hint: str) -> None:
    (problem,) = problems_of(TEXT, {name: "1"}).values()
    assert problem.source == name
    assert found in problem.found
    assert hint in problem.hint


def test_two_variables_for_one_key_are_an_error(problems_of: Problems) -> None:
    (problem,) = problems_of(TEXT, {"PLUGGRAM__LOG__LEVEL": "info", "pluggram__log__level": "debug"}).values()
    assert "PLUGGRAM__LOG__LEVEL" in problem.found


def test_a_value_of_another_kind_is_told_what_is_expected(problems_of: Problems) -> None:
    problem = problems_of(TEXT, {"PLUGGRAM__LOG": "5"})["log"]
    assert problem.expected == "a table"
    assert "1 to 64" in problems_of(TEXT, {"PLUGGRAM__BOT__NAME": "5"})["bot.name"].expected


def test_other_variables_are_left_alone(load_text: Load, tmp_path: Path) -> None:
    assert load_text(TEXT, {"PLUGGRAM_THING": "x", "HOME": str(tmp_path)}).bot.name == "b"


@pytest.mark.parametrize("name", ["PLUGGRAM__BOT__TOKEN", "PLUGGRAM__BOT__TOKEN__FILE"])
def test_two_variables_for_the_token_are_an_error(problems_of: Problems, name: str) -> None:
    (problem,) = problems_of(TEXT, {name: "x", "PLUGGRAM__BOT__TOKEN__ENV": "MINE"}).values()
    assert {problem.source, problem.found.rpartition(" ")[2]} == {name, "PLUGGRAM__BOT__TOKEN__ENV"}


def test_the_environment_declares_no_plugins(problems_of: Problems) -> None:
    (problem,) = problems_of(TEXT, {"PLUGGRAM__PLUGINS": "{other = {}}"}).values()
    assert problem.source == "PLUGGRAM__PLUGINS"
    assert problem.expected == "a variable for one setting of one plugin"


def test_bytes_that_are_no_text_are_told_in_our_words(problems_of: Problems) -> None:
    problem = problems_of(TEXT, {"PLUGGRAM__LOG__LEVEL": "\udcff"})["log.level"]
    assert problem.expected == "text in UTF-8"
