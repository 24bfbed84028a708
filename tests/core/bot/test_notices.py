from typing import Any

import pytest

from pluggram.bot.notices import notices
from pluggram.edge import Me
from pluggram.handlers import handler
from pluggram.router import Route

ALL_OFF = Me(1, "postbot", False, False, False)
PRIVATE = Me(1, "postbot", True, False, True)


def route(pattern: str, plugin: str = "toy", **how: Any) -> Route:
    return Route.compile(plugin, handler(pattern, lambda request: None, **how))


def told(me: Me, *routes: Route) -> list[str]:
    return list(notices(routes, me))


def test_a_plugin_that_wants_all_messages_of_groups_is_told_that_privacy_mode_keeps_them_from_it() -> None:
    assert told(PRIVATE, route("/x"), route("good morning"), route(".*vote.*")) == [
        "plugin toy wants all messages of groups ('good morning', '.*vote.*'), but in privacy mode this bot gets only "
        "what is meant for it: switch the mode off by /setprivacy at @BotFather and add the bot to its groups anew, "
        "or make it an administrator of the group"
    ]


@pytest.mark.parametrize("pattern", ["/x", "/x(?: .*)?", "/x|/y", "(?:/x|/y) .*", "/(?:x|y)"])
def test_commands_come_in_privacy_mode_too(pattern: str) -> None:
    assert told(PRIVATE, route(pattern)) == []


@pytest.mark.parametrize("how", [{"fallback": True}, {"on": "button"}, {"on": "inline"}, {"on": "document"}])
def test_what_is_no_message_or_only_a_last_resort_wants_no_messages_of_groups(how: dict[str, Any]) -> None:
    assert told(PRIVATE, route(".*", **how)) == []


def test_inline_queries_that_will_not_come_are_told() -> None:
    [said] = told(Me(1, "postbot", True, True, False), route("[0-9]+", on="inline"))
    assert said.startswith("plugin toy answers inline queries ('[0-9]+'), but this bot gets none: ")
    assert said.endswith("/setinline at @BotFather")


def test_a_bot_that_joins_no_group_has_nothing_for_their_administrators_and_privacy_mode_is_no_matter() -> None:
    [said] = told(Me(1, "postbot", False, False, True), route("/warn", access="group_admin"), route("hello"))
    assert said.startswith("plugin toy has something for the administrators of groups ('/warn'), but nobody can add")
    assert said.endswith("/setjoingroups at @BotFather")


def test_each_plugin_has_a_line_of_its_own_that_stays_short() -> None:
    many = [route(f"word{number}") for number in range(7)]
    first, second = told(PRIVATE, *many, route("hello", plugin="other"))
    assert "('word0', 'word1', 'word2', and 4 more)" in first
    assert second.startswith("plugin other wants")


@pytest.mark.parametrize("me", [Me(1, "postbot", True, True, True), Me(1, "postbot")])
def test_when_all_is_given_or_nothing_is_told_nothing_is_said(me: Me) -> None:
    assert told(me, route("hello"), route("x", on="inline"), route("/warn", access="group_admin")) == []


def test_what_is_off_matters_only_to_those_who_want_it() -> None:
    assert told(ALL_OFF, route("/x"), route("x", on="button")) == []
