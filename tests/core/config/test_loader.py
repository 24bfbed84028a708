import json
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from pluggram.config import ConfigError, load
from pluggram.masks import mask

from .conftest import Load, Problems

ROOT = Path(__file__).parents[3]
TOKEN = "123456789:AAHsecretsecretsecretsecretsecret12"
BOT = '[bot]\nname = "b"\n'

KNOWN = ["bot", "telegram", "storage", "log", "plugins", "name", "token", "env", "file", "owners", "strict"]
KNOWN += ["url", "level", "in_flight", "updates", "use"]

MANY = """\
[bot]
nmae = "b"
owners = [
  1,
  "@ann",
]
[storage]
url = "bot.db"
[log]
level = "inof"
[plugins.postno]
use = "./postno.py"
"""


def test_the_bot_toml_of_the_repository_loads() -> None:
    config = load(ROOT / "bot.toml", environ={})
    assert config.bot.name == "postbot"
    assert config.bot.owners == ()
    assert config.storage.url == "sqlite:bot.db"
    names = [table.name for table in config.plugins]
    assert (names[0], names[-1]) == ("postno", "help")
    assert config.plugins[0].settings == {"prefix": "postno", "digits": 4}
    assert config.warnings == ()


def test_the_bot_toml_of_the_repository_says_what_holds_without_it(load_text: Load) -> None:
    written = load(ROOT / "bot.toml", environ={})
    bare = load_text('[bot]\nname = "postbot"\n')
    assert (bare.bot, bare.telegram, bare.storage, bare.log) == (
        written.bot,
        written.telegram,
        written.storage,
        written.log,
    )


def test_all_problems_are_told_at_once_down_the_file(load_text: Load) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(MANY, {"PLUGGRAM__LOG__FROMAT": "json"})
    places = [(problem.key, problem.line) for problem in caught.value.problems]
    assert places == [
        ("bot.name", 1),
        ("bot.nmae", 2),
        ("bot.owners[1]", 5),
        ("storage.url", 8),
        ("log.level", 10),
        ("plugins.postno.use", 12),
        ("log.fromat", None),
    ]
    assert caught.value.exit_code == 78


def test_an_error_reads_as_place_found_expected_and_hint(load_text: Load) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text('[bot]\nname = "b"\n[log]\nlevel = "inof"\n')
    assert str(caught.value) == (
        "1 problem in the configuration:\n\n"
        "bot.toml:4: log.level\n"
        '  found:    "inof"\n'
        '  expected: one of "debug", "info", "warning", "error" or "critical"\n'
        '  hint:     did you mean "info"?'
    )


def test_the_problems_are_plain_data_for_json(load_text: Load) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(MANY)
    first = json.loads(json.dumps(caught.value.as_dict()))["problems"][0]
    assert first["source"] == "bot.toml"
    assert (first["key"], first["line"], first["severity"]) == ("bot.name", 1, "error")


def test_no_file_names_the_places_and_a_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with pytest.raises(ConfigError) as caught:
        load(environ={}, cwd=tmp_path)
    text = str(caught.value)
    assert str(tmp_path / "bot.toml") in text
    assert "/etc/pluggram/bot.toml" in text
    assert 'name = "mybot"' in text


def test_the_beginning_that_is_shown_loads(load_text: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with pytest.raises(ConfigError) as caught:
        load(environ={}, cwd=tmp_path)
    hint = caught.value.problems[0].hint
    assert load_text(hint[hint.index("[bot]") :]).plugins[0].name == "help"


def test_a_named_file_that_is_missing_is_an_error_even_beside_a_bot_toml(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(BOT)
    with pytest.raises(ConfigError) as caught:
        load(Path("other.toml"), environ={}, cwd=tmp_path)
    assert caught.value.problems[0].source == "other.toml"
    assert "no such file" in caught.value.problems[0].found


def test_an_unknown_key_is_told_with_the_one_that_was_meant(problems_of: Problems) -> None:
    problems = problems_of('owners = [1]\n[bot]\nname = "b"\nowner = [2]\n[strorage]\nurl = "memory:"\n')
    assert problems["bot.owner"].hint == "did you mean `owners`?"
    assert problems["strorage"].hint == "did you mean `storage`?"
    assert problems["owners"].hint == "`owners` is a key of [bot]"


@pytest.mark.parametrize(
    "text",
    [
        'tokn = "{}"\n[bot]\nname = "b"',
        '[bot]\nname = "b"\ntoken = "{}"',
        '[bot]\nname = "b"\ntokn = "{}"',
        '[bot]\nname = "{}"',
        '[bot]\nname = "b"\ntoken = {{ env = "{}" }}',
        '[bot]\nname = "b"\ntoken = {{ env = "{}", file = "{}" }}',
        '[bot]\nname = "b"\ntoken = {{ "{}" = 1 }}',
        '[bot]\nname = "b"\ntoken = ["{}"]',
        '[bot]\nname = "b"\n"{}" = 1',
        '[bot]\nname = "b"\ntoken = {}',
        '[bot]\nname = "b"\nowners = ["{}"]',
        '[bot]\nname = "b"\n[telegram]\nbase_url = "https://api.telegram.org/bot{}"',
        '[bot]\nname = "b"\n[plugins."{}"]',
        '[bot]\nname = "b"\n[plugins.x]\nuse = "{}"',
        '[bot]\nname = "b"\n[log]\nlevel = "{}"',
        '[bot]\nname = "b"\n["{}"]',
        '[bot]\nname = "b"\n"{}" = 1\n"{}" = 2',
    ],
)
def test_a_token_planted_anywhere_is_never_told(load_text: Load, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(text.replace("{}", TOKEN).replace("{{", "{").replace("}}", "}"))
    assert TOKEN.partition(":")[2] not in str(caught.value)
    assert TOKEN.partition(":")[2] not in json.dumps(caught.value.as_dict())
    assert caught.value.__context__ is None  # a chained pydantic error would print it with the traceback


@pytest.mark.parametrize("secret", ["hunter2", "correct horse", "1234567"])
@pytest.mark.parametrize("key", ["token", "tokn", "password", "db_secret"])
def test_a_secret_of_any_shape_is_never_told(load_text: Load, key: str, secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(f'[bot]\nname = "b"\n{key} = "{secret}"')
    assert secret not in str(caught.value)


@pytest.mark.parametrize("password", ["hunter2", "hun/hunter2", "hu n?hunter2", "@hunter2", "#hunter2"])
def test_the_password_of_a_storage_url_is_never_told(load_text: Load, password: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(f'{BOT}[storage]\nurl = "postgresql://ann:{password}@db/x y"')
    assert "hunter2" not in str(caught.value)
    assert "postgresql://***@db" in str(caught.value)


def test_the_password_of_a_storage_url_is_in_no_repr(load_text: Load) -> None:
    assert "hunter2" not in repr(load_text(BOT + '[storage]\nurl = "postgresql://ann:hunter2@db/x"'))


def test_secrets_in_a_file_that_all_may_read_are_warned_about(load_text: Load, tmp_path: Path) -> None:
    text = BOT + '[plugins.mail]\npassword = "hunter2"\n'
    load_text(text)
    (tmp_path / "bot.toml").chmod(0o644)
    (warning,) = load_text(text).warnings
    assert (warning.severity, warning.key, warning.line) == ("warning", "plugins.mail.password", 4)
    assert "hunter2" not in str(warning)
    (tmp_path / "bot.toml").chmod(0o600)
    assert load_text(text).warnings == ()


def _tables() -> st.SearchStrategy[dict[str, object]]:
    known = st.sampled_from(KNOWN)
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    leaves = (
        st.booleans()
        | st.integers(-(2**63), 2**63)
        | st.floats()
        | texts
        | st.dates()
        | st.datetimes()
        | st.sampled_from(["b", "memory:", "polling", "./x.py:Y", 777000])
    )
    values = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(known | texts, inner, max_size=4),
        max_leaves=9,
    )
    return st.dictionaries(known | texts, values, max_size=5)


@given(junk=_tables(), named=st.booleans())
def test_any_toml_loads_or_is_told_in_our_words(
    tmp_path_factory: pytest.TempPathFactory, junk: dict[str, object], named: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.toml"
    path.write_text(tomli_w.dumps({"bot": {"name": "b"}, **junk} if named else junk), encoding="utf-8")
    error = _told(path)
    if error is not None:
        assert error.problems
        assert "[type=" not in str(error)
        assert all(problem.found and problem.expected for problem in error.problems)
        assert str(error).encode()


def _told(path: Path) -> ConfigError | None:
    try:
        load(path, environ={})
    except ConfigError as error:
        return error
    return None


def test_secret_values_are_masked_everywhere_once_they_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_text(
        '[bot]\nname = "x"\n[plugins.one]\napi_key = "Zx81-QL-spectrum"\nplace = "https://me:Zx80%2Dace@example.org"\n'
    )
    load(path, {"PLUGGRAM__PLUGINS__ONE__DB_PASSWORD": "Jupiter-Ace-82", "BOT_TOKEN": "5556667778:" + "Oric-1xx" * 4})
    told = "Zx81-QL-spectrum Zx80-ace Jupiter-Ace-82 " + "Oric-1xx" * 4
    assert mask(f"{told} one example.org") == "*** *** *** *** one example.org"
