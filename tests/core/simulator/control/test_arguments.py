import pytest

from tests.core.simulator.control.conftest import Control
from tests.core.simulator.stage import Stage


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "text must be given"),
        ({"text": "x", "txt": 1}, "there is no txt; did you mean text?"),
        ({"text": "x", "zzz": 1}, "there is no zzz; there is text, user, chat, bot, reply_to, thread_id"),
        ({"text": 5}, "text must be of type string, not 5"),
        ({"text": "x", "chat": "5"}, "chat must be of type integer, not '5'"),
        ({"text": "x", "chat": True}, "chat must be of type integer, not True"),
        ({"text": "x", "user": True}, "user must be of type user, not True"),
        ({"text": "x", "user": 5}, "there is no user 5"),
        ({"text": "x", "user": "@post_bot"}, "there is no user '@post_bot'"),
        ({"text": "x", "user": ""}, "there is no user ''"),
        ({"text": "x", "bot": "ann"}, "there is no bot 'ann'"),
    ],
)
async def test_what_is_wrong_with_an_argument_is_named(control: Control, given: dict[str, object], words: str) -> None:
    assert await control.refusal("send", **given) == words


async def test_lists_and_bytes_are_checked_too(control: Control) -> None:
    assert await control.refusal("group", title="G", members=5) == "members must be of type list of account, not 5"
    assert await control.refusal("group", title="G", members=[5]) == "there is no account 5"
    assert await control.refusal("send_document", name="a", content="!") == (
        "content must be of type string in base64, not '!'"
    )
    assert (
        await control.refusal("send_document", name="a", content=1) == "content must be of type string in base64, not 1"
    )
    assert await control.refusal("flood_control", seconds="1") == "seconds must be of type number, not '1'"
    assert await control.refusal("malformed_update", fields=[]) == "fields must be of type object, not []"


async def test_people_and_bots_are_named_by_id_or_username_and_null_is_nothing(stage: Stage, control: Control) -> None:
    for name in (stage.ann.id, "ann", "@Ann", None):
        await control("send", text="x", user=name, bot="@POST_bot")
    assert [message.author for message in stage.chat.messages.values()] == [stage.ann] * 4


async def test_what_has_to_be_given_cannot_be_null(control: Control) -> None:
    assert await control.refusal("send", text=None) == "text must be given"


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
async def test_numbers_have_64_bits(control: Control, number: int) -> None:
    assert await control.refusal("events", after=number) == f"after must be of type integer, not {number}"


async def test_a_number_too_large_for_a_fraction_is_refused(control: Control) -> None:
    assert (await control.refusal("flood_control", seconds=10**400)).startswith("seconds must be of type number")
