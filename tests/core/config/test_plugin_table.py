import pytest

from .conftest import Load, Problems

COMMANDS = ["run", "chat", "check", "completion", "config", "dev", "inbox", "init", "plugins", "simulator"]
COMMANDS += ["storage", "trace"]
BOT = '[bot]\nname = "b"\n'


def test_plugins_keep_the_order_of_the_file(load_text: Load) -> None:
    tables = load_text(BOT + "[plugins.z]\n[plugins.a]\nenabled = false\nx = 1\n[plugins.m]\n").plugins
    assert [(table.name, table.enabled, table.line) for table in tables] == [
        ("z", True, 3),
        ("a", False, 4),
        ("m", True, 7),
    ]
    assert tables[1].settings == {"x": 1}


@pytest.mark.parametrize(
    "use", ["./dice.py:Dice", "/opt/b/dice.py:Dice", "../my dice.py:a.b", "pkg:Name", "pkg.module:Outer.Inner"]
)
def test_use_names_a_file_or_a_module_and_what_is_in_it(load_text: Load, use: str) -> None:
    assert load_text(f'{BOT}[plugins.x]\nuse = "{use}"').plugins[0].use == use


@pytest.mark.parametrize(
    ("use", "hint"),
    [
        ('"./dice.py"', '"./dice.py:Name"'),
        ('"pkg.module.Name"', '"pkg.module:Name"'),
        ('"dice"', "leave `use` out"),
        ('""', ""),
        ('"pkg:"', ""),
        ('"a b:C"', ""),
        ('"./dice.txt:Dice"', ""),
        ("5", ""),
    ],
)
def test_any_other_use_is_refused(problems_of: Problems, use: str, hint: str) -> None:
    problem = problems_of(f"{BOT}[plugins.x]\nuse = {use}")["plugins.x.use"]
    assert (problem.line, hint in problem.hint) == (4, True)


@pytest.mark.parametrize("name", ["Postno", "9a", "a-b", "a" * 33, '"a b"', '""', "_a"])
def test_a_plugin_name_is_a_short_lower_case_word(problems_of: Problems, name: str) -> None:
    (problem,) = problems_of(f"{BOT}[plugins.{name}]").values()
    assert "1 to 32" in problem.expected


@pytest.mark.parametrize("name", COMMANDS)
def test_a_plugin_is_not_named_like_a_command(problems_of: Problems, name: str) -> None:
    assert f"pluggram {name}" in problems_of(f"{BOT}[plugins.{name}]")[f"plugins.{name}"].hint


def test_enabled_is_true_or_false(problems_of: Problems) -> None:
    assert problems_of(f'{BOT}[plugins.x]\nenabled = "no"')["plugins.x.enabled"].expected == "true or false"


@pytest.mark.parametrize("table", ["plugins.x = 5", "[[plugins.x]]"])
def test_a_plugin_is_one_table(problems_of: Problems, table: str) -> None:
    assert "[plugins.x]" in problems_of(f'bot.name = "b"\n{table}')["plugins.x"].hint


def test_settings_are_in_no_repr(load_text: Load) -> None:
    assert "hunter2" not in repr(load_text(f'{BOT}[plugins.x]\npassword = "hunter2"'))
