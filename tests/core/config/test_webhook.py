"""`[telegram.webhook]`: what is refused and with which words, where the secret comes from, and PORT."""

from pathlib import Path

import pytest

from pluggram.config import ConfigError
from pluggram.config.effective import core_values
from pluggram.config.webhook import is_loopback
from pluggram.masks import mask

from .conftest import Load, Problems

BOT = '[bot]\nname = "b"\n[telegram]\nupdates = "webhook"\n'
URL = 'url = "https://bot.example.org/telegram"\n'
WEBHOOK = f"{BOT}[telegram.webhook]\n{URL}"
OWN_SERVER = BOT + 'base_url = "http://localhost:8081"\n[telegram.webhook]\n'
SECRET = "aVerySecretWord-of_32-characters"


def test_one_line_makes_a_webhook(load_text: Load) -> None:
    webhook = load_text(WEBHOOK).telegram.webhook
    assert webhook is not None
    assert (webhook.listen, webhook.port, webhook.max_connections) == ("127.0.0.1", 8443, None)
    assert webhook.secret.env == "WEBHOOK_SECRET"


def test_a_webhook_without_its_table_is_told_what_to_write(problems_of: Problems) -> None:
    problem = problems_of(BOT)["telegram.updates"]
    assert problem.line == 4
    assert "[telegram.webhook]" in problem.hint


def test_a_table_that_waits_beside_polling_is_no_error(load_text: Load) -> None:
    config = load_text(WEBHOOK.replace('"webhook"', '"polling"'))
    assert config.telegram.webhook is not None
    assert config.webhook_secret_problem() is None


def test_answers_travel_in_responses_only_where_they_may_be_lost(load_text: Load, problems_of: Problems) -> None:
    wanted = f"{WEBHOOK}reply_in_webhook = true\n"
    problem = problems_of(wanted)["telegram.webhook.reply_in_webhook"]
    assert problem.line == 7
    assert problem.found == 'true, with telegram.delivery = "durable"'
    assert 'delivery = "memory"' in problem.expected
    webhook = load_text(wanted.replace("[telegram]\n", '[telegram]\ndelivery = "memory"\n')).telegram.webhook
    assert webhook is not None
    assert webhook.reply_in_webhook


@pytest.mark.parametrize(
    "url", ["bot.example.org", "ftp://bot.example.org", "https://", "https://a.example/x?y=1", "https://a.example/#x",
            "https://a.example/ü", "https://a.example:99999/", "https://a b.example/", 5]
)  # fmt: skip
def test_what_is_no_url_is_refused(problems_of: Problems, url: object) -> None:
    problem = problems_of(f"{BOT}[telegram.webhook]\nurl = {url!r}\n")["telegram.webhook.url"]
    assert "https://bot.example.org/telegram" in problem.expected
    assert problem.line == 6


def test_a_token_in_the_url_is_refused_and_not_shown(problems_of: Problems) -> None:
    token = "123456789:" + "A" * 35
    problem = problems_of(f'{BOT}[telegram.webhook]\nurl = "https://a.example/{token}"\n')["telegram.webhook.url"]
    assert "telegram.webhook.secret proves" in problem.hint
    assert token not in str(problem)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.example/x", "https://"),
        ("https://a.example:8080/x", "one of the ports 443, 80, 88, 8443"),
        ("http://localhost/x", "a host that Telegram can reach"),
        ("https://127.0.0.1/x", "a host that Telegram can reach"),
        ("https://[::1]:8443/x", "a host that Telegram can reach"),
    ],
)
def test_what_telegram_does_not_post_to_is_said_unless_another_server_posts(
    problems_of: Problems, load_text: Load, url: str, expected: str
) -> None:
    problem = problems_of(f'{BOT}[telegram.webhook]\nurl = "{url}"\n')["telegram.webhook.url"]
    assert problem.expected.startswith(expected)
    assert load_text(f'{OWN_SERVER}url = "{url}"\n').telegram.webhook is not None


@pytest.mark.parametrize("port", [":443", ":80", ":88", ":8443", ""])
def test_the_ports_of_telegram_are_taken(load_text: Load, port: str) -> None:
    assert load_text(f'{BOT}[telegram.webhook]\nurl = "https://a.example{port}/x"\n').telegram.webhook is not None


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("port = 0", "port"),
        ("port = 65536", "port"),
        ('port = "8443"', "port"),
        ('listen = "https://127.0.0.1"', "listen"),
        ('listen = ""', "listen"),
        ("max_connections = 0", "max_connections"),
        ("max_connections = 101", "max_connections"),
        ('certificate = "cert.pem"', "certificate"),
        ('key = "key.pem"', "key"),
        ('certificate = ""\nkey = "key.pem"', "certificate"),
        ("secret = 5", "secret"),
        ("secret = {}", "secret"),
        ('secret = { env = "A", file = "b" }', "secret"),
        ('secret = { env = "not a name" }', "secret.env"),
    ],
)
def test_what_another_key_may_not_be_is_told_at_its_line(problems_of: Problems, line: str, key: str) -> None:
    problem = problems_of(f"{WEBHOOK}{line}\n")[f"telegram.webhook.{key}"]
    assert problem.line == 7


def test_an_unknown_key_is_told_with_the_one_that_was_meant(problems_of: Problems) -> None:
    problem = problems_of(f"{WEBHOOK}conections = 5\n")["telegram.webhook.conections"]
    assert problem.hint == "did you mean `max_connections`?"


def test_a_secret_in_the_file_is_refused_and_not_shown(problems_of: Problems) -> None:
    problem = problems_of(f'{WEBHOOK}secret = "{SECRET}"\n')["telegram.webhook.secret"]
    assert 'env = "WEBHOOK_SECRET"' in problem.expected
    assert SECRET not in str(problem)


def test_the_secret_comes_from_a_variable_or_a_file(load_text: Load, tmp_path: Path) -> None:
    assert load_text(WEBHOOK, {"WEBHOOK_SECRET": f"{SECRET}\n"}).webhook_secret() == SECRET
    assert load_text(WEBHOOK, {"PLUGGRAM__TELEGRAM__WEBHOOK__SECRET": SECRET}).webhook_secret() == SECRET
    (tmp_path / "secret").write_text(SECRET)
    config = load_text(f'{WEBHOOK}secret = {{ file = "secret" }}\n')
    assert config.webhook_secret() == SECRET
    assert [warning.key for warning in config.warnings] == ["telegram.webhook.secret.file"]


def test_who_has_none_is_told_how_to_make_one(load_text: Load) -> None:
    for config in (load_text(WEBHOOK), load_text(f'{WEBHOOK}secret = {{ file = "none" }}\n')):
        problem = config.webhook_secret_problem()
        assert problem is not None
        assert problem.severity == "warning"
        assert "secrets.token_urlsafe(32)" in problem.hint
        with pytest.raises(ConfigError) as caught:
            config.webhook_secret()
        assert caught.value.exit_code == 78


@pytest.mark.parametrize("secret", ["short", "x" * 15, "x" * 257, "with a space in its middle", "schlüssel-schlüssel"])
def test_a_secret_that_telegram_would_not_take_is_refused_and_not_shown(
    load_text: Load, tmp_path: Path, secret: str
) -> None:
    (tmp_path / "secret").write_text(secret)
    by_file = load_text(f'{WEBHOOK}secret = {{ file = "secret" }}\n')
    for problem in (load_text(WEBHOOK, {"WEBHOOK_SECRET": secret}).webhook_secret_problem(),
                    by_file.webhook_secret_problem()):  # fmt: skip
        assert problem is not None
        assert problem.severity == "error"
        assert "16 to 256" in problem.expected
        assert secret not in str(problem)


@pytest.mark.parametrize("secret", ["x" * 16, "x" * 256, SECRET])
def test_a_secret_that_telegram_takes_is_taken(load_text: Load, secret: str) -> None:
    assert load_text(WEBHOOK, {"WEBHOOK_SECRET": secret}).webhook_secret() == secret


def test_a_secret_is_masked_from_the_load_on(load_text: Load, tmp_path: Path) -> None:
    load_text(WEBHOOK, {"WEBHOOK_SECRET": "a-secret-from-a-variable"})
    (tmp_path / "secret").write_text("a-secret-from-a-file")
    load_text(f'{WEBHOOK}secret = {{ file = "secret" }}\n').webhook_secret()
    assert mask("a-secret-from-a-variable a-secret-from-a-file") == "*** ***"


def test_of_the_secret_only_its_place_is_told(load_text: Load) -> None:
    values = {".".join(map(str, value.path)): value.value for value in core_values(load_text(WEBHOOK))}
    assert values["telegram.webhook.secret.env"] == "WEBHOOK_SECRET"
    assert "telegram.webhook.certificate" not in values


def port(load_text: Load, text: str, **environ: str) -> int:
    webhook = load_text(text, environ).telegram.webhook
    assert webhook is not None
    return webhook.port


def test_port_goes_before_the_file_and_our_own_variable_before_port(load_text: Load) -> None:
    text = f"{WEBHOOK}port = 1000\n"
    assert port(load_text, text) == 1000
    assert port(load_text, text, PORT="2000") == 2000
    assert port(load_text, text, PORT="2000", PLUGGRAM__TELEGRAM__WEBHOOK__PORT="3000") == 3000
    assert port(load_text, text, PORT="") == 1000


def test_port_is_heeded_when_the_environment_asks_for_the_webhook(load_text: Load) -> None:
    text = WEBHOOK.replace('"webhook"', '"polling"')
    assert port(load_text, text, PORT="2000", PLUGGRAM__TELEGRAM__UPDATES="webhook") == 2000


def test_a_port_that_is_none_is_told_where_it_counts(problems_of: Problems, load_text: Load) -> None:
    assert problems_of(WEBHOOK, {"PORT": "tcp://10.0.0.1:80"})["telegram.webhook.port"].source == "PORT"
    assert port(load_text, WEBHOOK.replace('"webhook"', '"polling"'), PORT="tcp://10.0.0.1:80") == 8443


@pytest.mark.parametrize(("host", "is_ours"), [("localhost", True), ("127.8.8.8", True), ("::1", True), ("a", False)])
def test_this_machine_is_known(host: str, is_ours: bool) -> None:
    assert is_loopback(host) == is_ours
