from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluggram.plugins import PluginError
from pluggram.reply import Reply

from .conftest import ADMIN, OWNER, USER, Talk, TalkTo

TOYS = '''
from pluggram import Context, Handler, Request, handler, hookimpl

class Posts:
    """Links of posts by their number."""

    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [
            handler(r"/postno(?P<number>[0-9]{4})", self.link, help="The link of a post", family="/postno<number>",
                    examples=["/postno0042"]),
            handler(r"/postno(?P<number>[0-9]*)", self.hint),
            handler(r"/d(?P<number>[1-9])", self.link, help="Roll a die", family="/d<sides>", examples=["/d6"]),
            handler(r"/find (?P<number>.+)", self.link, help="Search", family="/find <text>", examples=["/find cats"]),
            handler(r"page:(?P<number>[0-9])", self.link, on="button"),
        ]

    async def link(self, request: Request, number: str) -> str:
        return f"link {number}"

    async def hint(self, request: Request, number: str) -> str:
        return "four digits, please"

class Edit:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [
            handler(r"/addlink (?P<number>[0-9]{4}) (?P<url>\\S+)", self.add, access="admin",
                    help="Set the link of a post", family="/addlink <number> <url>",
                    examples=["/addlink 0042 https://example.org/42"]),
            handler("/shutdown", self.stop, help="Stop the bot", access="owner"),
            handler("/restart", self.stop, help="Stop and begin again", access="owner"),
        ]

    async def add(self, request: Request, number: str, url: str) -> str:
        return f"added {number}"

    async def stop(self, request: Request) -> str:
        return "stopped"
'''
TABLES = '[plugins.posts]\nuse = "./toys.py:Posts"\n[plugins.edit]\nuse = "./toys.py:Edit"\n[plugins.help]\n'


@pytest.fixture
async def talk(talk_to: TalkTo, tmp_path: Path) -> AsyncIterator[Talk]:
    (tmp_path / "toys.py").write_text(TOYS)
    async with talk_to(TABLES) as talk:
        yield talk


async def test_start_greets_by_name_and_names_an_example(talk: Talk) -> None:
    assert await talk.ask("/start") == (
        "👋 Hello, Person33! I am testbot.\n"
        "Try this: /postno0042 — The link of a post\n"
        "Everything I can do for you: /help"
    )


async def test_start_shows_an_admin_the_first_steps(talk: Talk) -> None:
    answer = await talk.ask("/start", ADMIN)
    assert "Your first steps:\n/addlink 0042 https://example.org/42 — Set the link of a post" in answer
    assert "/shutdown" not in answer
    assert "/shutdown — Stop the bot" in await talk.ask("/start", OWNER)


@pytest.mark.parametrize("text", ["/start", "/START", "/start@testbot", "/start from-a-link", "/start \n"])
async def test_start_is_answered_however_it_is_opened(talk: Talk, text: str) -> None:
    assert (await talk.ask(text)).startswith("👋 Hello, Person33!")


@pytest.mark.parametrize(
    ("first_name", "greeting"),
    [
        ("Ada", "👋 Hello, Ada!"),
        ("  Ada \n Lovelace ", "👋 Hello, Ada Lovelace!"),
        ("\u202eadA\u2066\x00\u200b", "👋 Hello, adA!"),
        ("شهرزاد", "👋 Hello, شهرزاد!"),
        ("🎲", "👋 Hello, 🎲!"),
        ("x" * 5000, f"👋 Hello, {'x' * 64}!"),
        ("https://evil.example", "👋 Hello! "),
        ("@durov", "👋 Hello! "),
        ("\u200b", "👋 Hello! "),
        ("\ud800", "👋 Hello, \ufffd!"),
    ],
)
async def test_a_name_is_repeated_only_as_far_as_it_is_one(talk: Talk, first_name: str, greeting: str) -> None:
    fields: dict[str, Any] = {"from": {"id": USER, "is_bot": False, "first_name": first_name}}
    assert (await talk.ask("/start", **fields)).startswith(greeting)


@pytest.mark.parametrize("name", ["bot", "pluggram"])
async def test_a_bot_whose_name_says_nothing_does_not_name_itself(talk_to: TalkTo, name: str) -> None:
    async with talk_to("[plugins.help]", {"PLUGGRAM__BOT__NAME": name}) as talk:
        assert (await talk.ask("/start")).startswith("👋 Hello, Person33!\n")


async def test_help_lists_by_plugin_what_the_asker_may_use(talk: Talk) -> None:
    assert await talk.ask("/help") == (
        "This is what I can do for you.\n\n"
        "Links of posts by their number:\n"
        "/postno<number> — The link of a post\n"
        "/d<sides> — Roll a die\n"
        "/find <text> — Search\n\n"
        "Finding your way in this bot:\n"
        "/start — How to begin\n"
        "/help [command] — What I can do, and how to write it\n\n"
        "More about one of them: /help and its name"
    )


GROUPS = '''
from pluggram import Authorizer, Context, Handler, Request, handler, hookimpl

class Groups:
    """Groups and their rules."""

    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [
            handler("/warn (?P<who>.+)", self.done, help="Warn someone", family="/warn <name>", access="group_admin",
                    help_in={"de": "Jemanden verwarnen"}, examples=["/warn Bob"]),
            handler("/rules(?P<number>[0-9])", self.done, help="The rules", family="/rules<number>", deep_link=True,
                    help_in={"de": "Die Regeln", "pt": "As regras"}, examples=["/rules1"]),
            handler("/secret", self.done, help="Hush"),
        ]

    @hookimpl
    def authorize(self) -> Authorizer:
        return self.may

    async def may(self, request: Request, handler: Handler) -> bool:
        return handler.pattern != "/secret" or request.user.id == 11

    async def done(self, request: Request, **groups: str) -> str:
        return f"done {groups}"
'''


@pytest.fixture
async def groups(talk_to: TalkTo, tmp_path: Path) -> AsyncIterator[Talk]:
    (tmp_path / "groups.py").write_text(GROUPS)
    async with talk_to('[plugins.groups]\nuse = "./groups.py:Groups"\n[plugins.help]\n') as talk:
        yield talk


def speaking(language: str, user: int = USER) -> dict[str, Any]:
    return {"from": {"id": user, "is_bot": False, "first_name": "Ada", "language_code": language}}


@pytest.mark.parametrize(
    ("language", "rules"),
    [("de", "Die Regeln"), ("de-AT", "Die Regeln"), ("PT", "As regras"), ("fr", "The rules"), ("", "The rules")],
)
async def test_help_is_in_the_asker_s_language_as_far_as_there_is_one(groups: Talk, language: str, rules: str) -> None:
    assert f"/rules<number> — {rules}\n" in await groups.ask("/help", **speaking(language))
    assert f"Try this: /rules1 — {rules}\n" in await groups.ask("/start", **speaking(language))
    usage = f"Usage: /rules<number> — {rules}\nFor example: /rules1"
    assert await groups.ask("/help rules", **speaking(language)) == usage
    assert await groups.ask("/rules", **speaking(language)) == usage


async def test_what_only_group_administrators_may_is_marked(groups: Talk) -> None:
    listing = await groups.ask("/help", **speaking("de", ADMIN))
    assert "/warn <name> — Jemanden verwarnen (for group administrators)\n" in listing
    assert "/rules<number> — Die Regeln\n" in listing
    assert (await groups.ask("/help warn", ADMIN)).endswith("Bob\nOnly for administrators of the group.")


async def test_start_names_in_a_group_what_its_administrators_may_there(groups: Talk) -> None:
    answer = await groups.ask("/start", ADMIN, group=True)
    assert answer.endswith("\n\nWhat administrators may do in this group:\n/warn Bob — Warn someone")
    assert "may do in this group" not in await groups.ask("/start", ADMIN)
    assert "warn" not in await groups.ask("/start", USER)


async def test_what_a_plugin_does_not_authorize_is_neither_listed_nor_explained_nor_suggested(groups: Talk) -> None:
    assert "/secret" in await groups.ask("/help", OWNER)
    assert await groups.ask("/secrt", OWNER) == "Did you mean /secret?"
    assert "/secret" not in await groups.ask("/help", ADMIN)
    assert "Hush" not in await groups.ask("/help secret", ADMIN)
    for text in ("/secrt", "secret", "/help secrt", "/sec", "/secret now"):
        assert "/secret" not in (await groups.ask(text, ADMIN)).replace("You may not use /secret here.", "")


async def test_what_only_group_administrators_may_is_suggested_to_nobody_else(groups: Talk) -> None:
    for text in ("/wrn Bob", "/help wrn", "warn Bob"):
        assert "/warn" not in await groups.ask(text, USER)
        assert "/warn" in await groups.ask(text, ADMIN)


async def test_a_link_that_a_handler_takes_goes_there_and_any_other_is_greeted(groups: Talk) -> None:
    assert await groups.ask("/start rules7") == "done {'number': '7'}"
    for payload in ("warn", "secret", "rules", "rules77", "nothing", "x" * 64, "rules7 x"):
        assert (await groups.ask(f"/start {payload}")).startswith("👋 Hello, Person33!")


async def test_help_of_a_plugin_without_words_for_itself_uses_its_name(talk: Talk) -> None:
    answer = await talk.ask("/help", ADMIN)
    assert "\n\nedit:\n/addlink <number> <url> — Set the link of a post\n\n" in answer
    assert "/shutdown — Stop the bot" in await talk.ask("/help", OWNER)


async def test_help_for_an_anonymous_administrator_is_everybody_s(talk: Talk) -> None:
    answer = await talk.ask("/help", OWNER, group=True, sender_chat={"id": -100, "type": "group"})
    assert "/postno<number>" in answer
    assert "/addlink" not in answer


POSTNO = "Usage: /postno<number> — The link of a post\nFor example: /postno0042"


@pytest.mark.parametrize(
    "topic",
    ["postno", "/postno", "POSTNO", "/postno0042", "postno1234", "  postno ", "postno<number>", "/postno@testbot"],
)
async def test_help_of_a_command_shows_how_to_write_it(talk: Talk, topic: str) -> None:
    assert await talk.ask(f"/help {topic}") == POSTNO


async def test_help_of_a_plugin_shows_all_its_commands(talk: Talk) -> None:
    answer = await talk.ask("/help posts")
    assert answer.count("Usage:") == 3
    assert answer.startswith(POSTNO)


async def test_help_of_an_unknown_command_offers_a_near_one(talk: Talk) -> None:
    assert await talk.ask("/help strat") == "Did you mean /start?"
    assert await talk.ask("/help posno") == "Did you mean /postno<number>? For example: /postno0042"
    assert await talk.ask("/help zzzzzz") == "I know no such command. All that I know: /help"


@pytest.mark.parametrize("topic", ["addlink", "/addlink 0042 https://example.org", "shutdown", "edit"])
async def test_help_does_not_tell_what_the_asker_may_not_use(talk: Talk, topic: str) -> None:
    answer = await talk.ask(f"/help {topic}")
    assert "link of" not in answer.lower()
    assert "Stop the bot" not in answer
    assert "Usage" not in answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/posno0042", "Did you mean /postno0042?"),
        ("/POSNO0042", "Did you mean /postno0042?"),
        ("/posno0042@testbot", "Did you mean /postno0042?"),
        ("posno0042", "Did you mean /postno0042?"),
        ("postno0042", "Did you mean /postno0042?"),
        ("/posno", "Did you mean /postno<number>? For example: /postno0042"),
        ("/postn042", "Did you mean one of these?\n/postno0042\n/postno<number>, for example /postno0042"),
        ("/posno 7", "Did you mean one of these?\n/postno0007\n/postno<number>, for example /postno0042"),
        ("/posno99999", "Did you mean /postno<number>? For example: /postno0042"),
        ("/posno٠٠٤٢", "Did you mean /postno<number>? For example: /postno0042"),
        ("/d0", "Did you mean /d<sides>? For example: /d6"),
        ("/hlp", "Did you mean /help?"),
        ("/hlp postno", "Did you mean /help postno?"),
        ("/fnd cats and dogs", "Did you mean /find cats and dogs?"),
        ("start", "Did you mean /start?"),
    ],
)
async def test_in_private_a_near_miss_gets_a_suggestion(talk: Talk, text: str, answer: str) -> None:
    assert await talk.ask(text) == answer


@pytest.mark.parametrize("text", ["hello", "what is this?", "/", "//", "/zzzzzz", "привет", "🎲", "42", ".", "/ start"])
async def test_in_private_anything_else_gets_a_pointer_to_help(talk: Talk, text: str) -> None:
    assert await talk.ask(text) == "I do not understand that. What I can do: /help"


@pytest.mark.parametrize("text", ["/posno0042", "/zzzzzz", "hello", "hello @testbot", "/posno0042@otherbot"])
async def test_in_a_group_what_is_not_known_is_not_answered(talk: Talk, text: str) -> None:
    assert await talk.send(text, group=True) is None


async def test_in_a_group_what_names_the_bot_is_answered(talk: Talk) -> None:
    assert await talk.ask("/posno0042@TestBot", group=True) == "Did you mean /postno0042?"


async def test_a_button_that_nobody_serves_any_more_says_so(talk: Talk) -> None:
    told = await talk.press("a plugin of last year")
    assert told == Reply("This button is out of date, and does nothing any more.", notice=True)


@pytest.mark.parametrize("text", ["/posno0042@otherbot", "/help@otherbot"])
async def test_what_is_for_another_bot_is_not_answered(talk: Talk, text: str) -> None:
    assert await talk.send(text) is None


async def test_only_what_the_asker_may_use_is_suggested(talk: Talk) -> None:
    assert "addlink" not in await talk.ask("/adlink 0042 https://example.org")
    assert "shutdown" not in await talk.ask("/shutdwn", ADMIN)
    assert await talk.ask("/adlink 0042 https://x.example", ADMIN) == "Did you mean /addlink 0042 https://x.example?"
    assert await talk.ask("/shutdwn", OWNER) == "Did you mean /shutdown?"


async def test_where_one_is_very_near_those_less_near_are_not_named(talk: Talk) -> None:
    assert await talk.ask("/strat", OWNER) == "Did you mean /start?"
    assert await talk.ask("/rstart", OWNER) == "Did you mean one of these?\n/restart\n/start"


async def test_the_beginning_of_a_command_is_enough_to_suggest_it(talk: Talk) -> None:
    assert await talk.ask("/shu", OWNER) == "Did you mean /shutdown?"


@pytest.mark.parametrize("rest", ["\u202egnp.exe", "a\x00b", "a\u200bb", "a\nb", "x" * 4000])
async def test_what_could_mislead_or_flood_is_not_repeated(talk: Talk, rest: str) -> None:
    assert await talk.ask(f"/fnd {rest}") == "Did you mean /find <text>? For example: /find cats"


ODD = st.text(st.characters(codec=None), max_size=80)
ANY_TEXT = st.one_of(ODD, *(ODD.map(start.__add__) for start in ("/", "/help ", "/posno", "/fnd ")))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    text=ODD | ODD.map("/".__add__) | ODD.map("/help ".__add__) | ODD.map("/posno".__add__),
    user=st.sampled_from([USER, OWNER]),
)
async def test_every_text_gets_one_short_printable_answer(talk: Talk, text: str, user: int) -> None:
    reply = await talk.send(text, user)
    if reply is not None:
        assert all(line.isprintable() for line in reply.text.splitlines())
        assert len(reply.text) < 1000
        assert "Something went wrong" not in reply.text


async def test_every_suggestion_is_answered(talk: Talk) -> None:
    for text in ("/posno0042", "/postn042", "/hlp", "/fnd cats", "/posno 7"):
        suggested = next(word for word in (await talk.ask(text)).split() if word.startswith("/"))
        assert "Did you mean" not in await talk.ask(suggested.rstrip("?"))


async def test_what_a_plugin_answered_that_has_failed_meanwhile_is_listed_no_more(talk: Talk) -> None:
    assert "/d<sides>" in await talk.ask("/help")
    talk.bot.lose("posts", PluginError("it broke"))
    assert "/d<sides>" not in await talk.ask("/help")
    assert "/postno" not in await talk.ask("/start")
    assert await talk.ask("/postn0042") == "I do not understand that. What I can do: /help"
    assert await talk.ask("/help d6") == "I know no such command. All that I know: /help"
