from pathlib import Path

import pytest

from pluggram.config import Config, ConfigError

from .conftest import Load, Problems

TOKEN = "123456789:AAHsecretsecretsecretsecretsecret12"
BOT = '[bot]\nname = "b"\n'
FROM_FILE = BOT + 'token = { file = "token" }\n'


def refused(config: Config) -> str:
    with pytest.raises(ConfigError) as caught:
        config.token()
    assert caught.value.problems == (config.token_problem(),)
    return str(caught.value)


def test_the_token_comes_from_the_default_variable(load_text: Load) -> None:
    config = load_text(BOT, {"BOT_TOKEN": f" {TOKEN}\n"})
    assert config.token() == TOKEN
    assert config.token_problem() is None


def test_a_bot_loads_without_its_token_and_says_which_variable_lacks(load_text: Load) -> None:
    assert "$BOT_TOKEN is not set" in refused(load_text(BOT))
    assert "$BOT_TOKEN is empty" in refused(load_text(BOT, {"BOT_TOKEN": ""}))


def test_the_other_usual_variable_is_pointed_out(load_text: Load) -> None:
    assert 'token = { env = "TELEGRAM_BOT_TOKEN" }' in refused(load_text(BOT, {"TELEGRAM_BOT_TOKEN": TOKEN}))


@pytest.mark.parametrize("value", ["hunter2", TOKEN + "\nx", TOKEN + "é", f'"{TOKEN}"', TOKEN[:30]])
def test_a_malformed_token_is_never_told(load_text: Load, tmp_path: Path, value: str) -> None:
    (tmp_path / "token").write_text(value)
    for text in (refused(load_text(BOT, {"BOT_TOKEN": value})), refused(load_text(FROM_FILE))):
        assert value[:20] not in text
        assert "hunter2" not in text


def test_a_token_file_lies_beside_bot_toml_and_may_end_in_a_newline(load_text: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    assert load_text(FROM_FILE).token() == TOKEN


def test_a_token_file_that_gives_none_is_named_with_the_line(load_text: Load, tmp_path: Path) -> None:
    assert f"{tmp_path / 'token'}: No such file" in refused(load_text(FROM_FILE))
    (tmp_path / "token").write_text(" \n")
    text = refused(load_text(FROM_FILE))
    assert "is empty" in text
    assert "bot.toml:3: bot.token.file" in text


def test_a_folder_is_no_token_file(load_text: Load, tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    assert "Is a directory" in refused(load_text(FROM_FILE))


def test_a_token_file_that_all_may_read_is_warned_about(load_text: Load, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o644)
    (warning,) = load_text(FROM_FILE).warnings
    assert (warning.severity, warning.hint) == ("warning", f"chmod 600 {token}")
    token.chmod(0o600)
    assert load_text(FROM_FILE).warnings == ()


def test_a_token_in_the_file_is_refused_with_what_to_write(problems_of: Problems) -> None:
    problem = problems_of(f'{BOT}token = "{TOKEN}"')["bot.token"]
    assert problem.line == 3
    assert 'env = "BOT_TOKEN"' in problem.expected
    assert "copied" in problem.hint
    assert TOKEN not in str(problem)


def test_the_override_may_hold_the_token_itself(load_text: Load) -> None:
    config = load_text(FROM_FILE, {"PLUGGRAM__BOT__TOKEN": TOKEN})
    assert config.token() == TOKEN
    assert "PLUGGRAM__BOT__TOKEN is empty" in refused(load_text(FROM_FILE, {"PLUGGRAM__BOT__TOKEN": ""}))


@pytest.mark.parametrize(
    "environ", [{"PLUGGRAM__BOT__TOKEN": '{ env = "MINE" }'}, {"PLUGGRAM__BOT__TOKEN__ENV": "MINE"}]
)
def test_a_source_named_in_the_environment_takes_the_place_of_the_files(
    load_text: Load, environ: dict[str, str]
) -> None:
    assert load_text(FROM_FILE, {**environ, "MINE": TOKEN}).token() == TOKEN


def test_the_token_is_in_no_repr(load_text: Load) -> None:
    for environ in ({"BOT_TOKEN": TOKEN}, {"PLUGGRAM__BOT__TOKEN": TOKEN}):
        assert TOKEN not in repr(load_text(BOT, environ))
