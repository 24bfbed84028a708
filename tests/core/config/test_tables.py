import pytest

from .conftest import Load, Problems


def bot(line: str) -> str:
    return f'[bot]\nname = "b"\n{line}\n'


@pytest.mark.parametrize("name", ["b", "post-bot_2", "0", "a" * 64])
def test_a_bot_name_is_what_a_folder_can_be_called(load_text: Load, name: str) -> None:
    assert load_text(f'[bot]\nname = "{name}"').bot.name == name


@pytest.mark.parametrize("name", ['"../x"', '""', '"A"', '"-a"', '"a b"', f'"{"a" * 65}"', '"a\\n"', "5", "true", "[]"])
def test_any_other_bot_name_is_refused(problems_of: Problems, name: str) -> None:
    assert "1 to 64 of a-z" in problems_of(f"[bot]\nname = {name}")["bot.name"].expected


def test_owners_are_user_ids(load_text: Load) -> None:
    assert load_text(bot("owners = [123456789, 4503599627370495]")).bot.owners == (123456789, 4503599627370495)


@pytest.mark.parametrize(
    ("owner", "hint"),
    [
        ('"@ann"', "named by number"),
        ('"123"', "without quotes: 123"),
        ("true", ""),
        ("1.0", ""),
        ("0", "person"),
        ("-100123", "group's"),
        ("4503599627370496", ""),
        ("1087968824", "GroupAnonymousBot"),
        ("136817688", "Channel_Bot"),
        ("777000", "service account"),
    ],
)
def test_anything_else_is_no_owner(problems_of: Problems, owner: str, hint: str) -> None:
    problem = problems_of(bot(f"owners = [5, {owner}]"))["bot.owners[1]"]
    assert problem.expected in ("a Telegram user id: a whole number above 0", "the id of a person")
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://api.telegram.org/", "https://api.telegram.org"),
        ("http://127.0.0.1:8081/api", "http://127.0.0.1:8081/api"),
        ("http://[::1]:8081", "http://[::1]:8081"),
    ],
)
def test_a_base_url_has_no_slash_at_its_end(load_text: Load, written: str, url: str) -> None:
    assert load_text(bot(f'[telegram]\nbase_url = "{written}"')).telegram.base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "api.telegram.org",
        "ftp://x",
        "https://",
        "https://x?y",
        "https://x#y",
        "https://x y",
        "https://ann:pw@x",
        "https://x:99999",
        "https://[::1",
        "https://api.telegram.org/bot",
        "",
    ],
)
def test_any_other_base_url_is_refused(problems_of: Problems, url: str) -> None:
    problem = problems_of(bot(f'[telegram]\nbase_url = "{url}"'))["telegram.base_url"]
    assert "speaks the Bot API" in problem.expected
    assert "ann:pw" not in str(problem)


@pytest.mark.parametrize("url", ["memory:", "json:data", "sqlite:/var/lib/x.db", "redis://host:1/0"])
def test_a_storage_url_is_a_scheme_and_the_rest(load_text: Load, url: str) -> None:
    assert load_text(bot(f'[storage]\nurl = "{url}"')).storage.url == url


@pytest.mark.parametrize("url", ["bot.db", "", ":x", "C:\\\\bot.db", "sqlite:a b"])
def test_any_other_storage_url_is_refused(problems_of: Problems, url: str) -> None:
    assert "sqlite:bot.db" in problems_of(bot(f'[storage]\nurl = "{url}"'))["storage.url"].expected


@pytest.mark.parametrize("value", ["0", "-1", "inf", "nan", "true", '"8"'])
@pytest.mark.parametrize("key", ["bot.shutdown_timeout", "telegram.handler_timeout"])
def test_a_time_is_a_number_above_0(problems_of: Problems, key: str, value: str) -> None:
    assert list(problems_of(f'bot.name = "b"\n{key} = {value}')) == [key]


@pytest.mark.parametrize("value", ["0", "10001", "1.5", "true", '"1"'])
def test_in_flight_is_a_whole_number_of_1_to_10000(problems_of: Problems, value: str) -> None:
    assert "telegram.in_flight" in problems_of(bot(f"[telegram]\nin_flight = {value}"))


def test_log_words_may_be_in_capitals(load_text: Load) -> None:
    log = load_text(bot('[log]\nlevel = "INFO"\nformat = "JSON"')).log
    assert (log.level, log.format) == ("info", "json")


@pytest.mark.parametrize("value", ["5", '"x"', "[]", "[{}]"])
def test_what_is_no_table_is_told_so(problems_of: Problems, value: str) -> None:
    assert problems_of(f'log = {value}\nbot.name = "b"')["log"].expected == "a table"
    assert problems_of(f'plugins = {value}\nbot.name = "b"')["plugins"].expected == "a table"


@pytest.mark.parametrize("source", ["{}", '{ env = "A", file = "b" }', '{ env = "" }', '{ file = "" }', "5", "[]"])
def test_a_token_has_one_source(problems_of: Problems, source: str) -> None:
    (problem,) = problems_of(bot(f"token = {source}")).values()
    assert problem.key.startswith("bot.token")
