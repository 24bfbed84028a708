"""Editing a bot.toml: what was not to be changed is as it was, and what was is as it should be."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluggram.config.edit import CannotEdit, declared, switched

HELP = "'pluggram_plugins.help:Help'"
BOT = '[bot]\nname = "b"\n'


def switched_to(text: str, name: str, enabled: bool) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(switched(text, name, enabled))["plugins"][name]
    return table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[plugins.a] # 1\n\n# [plugins.b]\n# x = 1\n", "[plugins.a] # 1\nenabled = false\n\n# [plugins.b]\n# x = 1\n"),
        ("[plugins.a]\nuse = 'x:Y'\n", "[plugins.a]\nenabled = false\nuse = 'x:Y'\n"),
        ("  [ plugins . a ]\n", "  [ plugins . a ]\n  enabled = false\n"),
        ("[plugins.a]", "[plugins.a]\nenabled = false\n"),
        ("[plugins.a] ", "[plugins.a] \nenabled = false\n"),
        ("[plugins.a]\r\nx = 1\r\n", "[plugins.a]\r\nenabled = false\r\nx = 1\r\n"),
        ("[plugins.a]\nenabled   =true# why\n", "[plugins.a]\nenabled   =false# why\n"),
        ('[plugins.a]\n"enabled" = "yes" # ?\n', '[plugins.a]\n"enabled" = false # ?\n'),
        ("plugins.a = { x = 1 }\n", "plugins.a = { x = 1, enabled = false}\n"),
        ("plugins = { a = {enabled = true}, b = {} }\n", "plugins = { a = {enabled = false}, b = {} }\n"),
        ("[plugins]\na.x = 1\nb.x = 1\n", "[plugins]\na.x = 1\na.enabled = false\nb.x = 1\n"),
        ("[plugins]\r\na.x = 1\r\nb.x = 1\r\n", "[plugins]\r\na.x = 1\r\na.enabled = false\r\nb.x = 1\r\n"),
        ("[plugins.a.inner]\nx = 1\n", "[plugins.a]\nenabled = false\n\n[plugins.a.inner]\nx = 1\n"),
    ],
)  # fmt: skip
def test_every_form_of_a_table_is_switched_in_its_own_form(text: str, expected: str) -> None:
    assert switched(text, "a", False) == expected


def test_a_form_that_cannot_be_edited_is_refused_with_what_to_write() -> None:
    with pytest.raises(CannotEdit, match=r"`enabled = false` in the table of a"):
        switched("[plugins.a]\nx = nan\n", "a", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "[plugins.new]\n"),
        ("[plugins.a]", "[plugins.a]\n\n[plugins.new]\n"),
        ("[plugins.a]\r\n", "[plugins.a]\r\n\r\n[plugins.new]\r\n"),
        ("[plugins.a]\n\n[log]\n\n", "[plugins.a]\n\n[log]\n\n[plugins.new]\n"),
        ("[bot]\n\n# 1\n[plugins.help] # !\n[log]\n", "[bot]\n\n[plugins.new]\n\n# 1\n[plugins.help] # !\n[log]\n"),
        ("[plugins.a]\n[plugins.help]\n", "[plugins.a]\n[plugins.new]\n[plugins.help]\n"),
        ("[plugins.help]\n", "[plugins.new]\n\n[plugins.help]\n"),
        (f"[plugins.x]\nuse = {HELP}\n", f"[plugins.new]\n\n[plugins.x]\nuse = {HELP}\n"),
        ("[plugins.help]\nuse = 'other:Help'\n", "[plugins.help]\nuse = 'other:Help'\n\n[plugins.new]\n"),
        ("[plugins.help]\n[plugins.a]\n", "[plugins.help]\n[plugins.a]\n\n[plugins.new]\n"),
        ("plugins.help = {}\n", "plugins.help = {}\n\n[plugins.new]\n"),
    ],
)  # fmt: skip
def test_a_new_table_stands_at_the_end_but_before_the_help_that_is_last(text: str, expected: str) -> None:
    assert declared(text, "new") == expected


def test_a_new_table_says_where_the_plugin_is() -> None:
    assert declared("", "new", r"./my \ dice.py:Dice") == '[plugins.new]\nuse = "./my \\\\ dice.py:Dice"\n'


@pytest.mark.parametrize("text", ["plugins = {}\n", "plugins = { help = {} } # closed\n"])
def test_a_file_whose_plugins_are_closed_to_new_ones_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(CannotEdit, match=r"\[plugins\.new\]"):
        declared(text, "new")


SPACE = st.sampled_from(["", " ", "  ", "\t"])
COMMENT = st.sampled_from(["", "# a comment", "#[plugins.a]", "# enabled = true", '# "', "#"])
NAMES = ("a", "b", "help", "c_9")
VALUES = st.sampled_from(["1", '"x"', "[1, 2]", "[\n  1, # one\n]", "{ y = 1 }", '"""\n[plugins.a]\n# x"""', "1.5"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A bot.toml with the plugins NAMES in some order and form, among comments, empty lines and other tables."""

    def blank() -> str:
        return "".join(draw(st.lists(st.sampled_from(["\n", "  \n", "# enabled = false\n", "\t# why\n"]), max_size=3)))

    def pair(key: str, value: str) -> str:
        return f"{draw(SPACE)}{key}{draw(SPACE)}={draw(SPACE)}{value}{draw(SPACE)}{draw(COMMENT)}\n"

    def table(name: str) -> str:
        keys = draw(st.lists(st.sampled_from(["x", "y.z", '"q r"', "enabled"]), unique=True))
        values = [draw(st.sampled_from(["true", "false", '"?"'])) if key == "enabled" else draw(VALUES) for key in keys]
        body = "".join(pair(key, value) + blank() for key, value in zip(keys, values, strict=True))
        inner = f"[plugins.{name}.inner]\n" + pair("k", draw(VALUES)) if draw(st.booleans()) else ""
        return f"{draw(SPACE)}[{draw(SPACE)}plugins{draw(SPACE)}.{name}]{draw(SPACE)}{draw(COMMENT)}\n{body}{inner}"

    parts = [table(name) for name in draw(st.permutations(NAMES))]
    parts.insert(draw(st.integers(0, len(parts))), '[log]\nlevel = "info" # loud\n')
    text = blank() + BOT + "".join(blank() + part for part in parts) + blank()
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def touched(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines of the old and of the new text between those that both begin with and those that both end with."""
    ours, theirs = (text.replace("\r\n", "\n").split("\n") for text in (old, new))
    while ours and theirs and ours[0] == theirs[0]:
        del ours[0], theirs[0]
    while ours and theirs and ours[-1] == theirs[-1]:
        del ours[-1], theirs[-1]
    return ours, [line for line in theirs if line.strip()]


@settings(deadline=None)
@given(documents(), st.sampled_from(NAMES), st.booleans())
def test_switching_touches_one_line_and_no_other(text: str, name: str, enabled: bool) -> None:
    edited = switched(text, name, enabled)
    wanted = tomllib.loads(text)
    said = wanted["plugins"][name].get("enabled")
    wanted["plugins"][name]["enabled"] = enabled
    assert tomllib.loads(edited) == wanted
    old, new = touched(text, edited)
    assert len(old) == (said is not None and said is not enabled)
    assert len(new) == (said is not enabled)
    assert all("enabled" in line for line in new)
    assert edited.count("\r\n") == (edited.count("\n") if "\r" in text else 0)


@st.composite
def dense(draw: st.DrawFn) -> str:
    """A bot.toml whose plugins stand in one table, each in one inline table or in dotted keys."""

    def plugin(name: str) -> str:
        keys = draw(st.lists(st.sampled_from(["x", "y", '"q r"', "enabled"]), unique=True, min_size=1))
        pairs = [f"{key}{draw(SPACE)}={draw(SPACE)}true" for key in keys]
        if draw(st.booleans()):
            return f"{name}{draw(SPACE)}= {{{draw(SPACE)}{', '.join(pairs)}{draw(SPACE)}}}{draw(COMMENT)}\n"
        return "".join(f"{draw(SPACE)}{name}.{pair} {draw(COMMENT)}\n" for pair in pairs)

    text = f"{BOT}[plugins]{draw(COMMENT)}\n" + "".join(plugin(name) for name in draw(st.permutations(NAMES)))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@given(dense(), st.sampled_from(NAMES), st.booleans())
def test_dense_forms_are_switched_in_one_line_too(text: str, name: str, enabled: bool) -> None:
    edited = switched(text, name, enabled)
    wanted = tomllib.loads(text)
    wanted["plugins"][name]["enabled"] = enabled
    assert tomllib.loads(edited) == wanted
    old, new = touched(text, edited)
    assert len(old) <= 1
    assert len(new) <= 1
    assert edited.count("\r\n") == (edited.count("\n") if "\r" in text else 0)


@given(documents())
def test_declaring_touches_no_line_and_leaves_help_last_if_it_was(text: str) -> None:
    edited = declared(text, "new", "./new.py:New")
    wanted = tomllib.loads(text)
    was_last = list(wanted["plugins"])[-1] == "help"
    wanted["plugins"]["new"] = {"use": "./new.py:New"}
    assert tomllib.loads(edited) == wanted
    assert list(tomllib.loads(edited)["plugins"])[-1] == ("help" if was_last else "new")
    old, new = touched(text, edited)
    assert old == []
    assert new == ["[plugins.new]", 'use = "./new.py:New"']
    assert edited.count("\r\n") == (edited.count("\n") if "\r" in text else 0)
