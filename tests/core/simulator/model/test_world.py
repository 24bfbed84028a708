import pytest

from pluggram.simulator import SimulatorError
from tests.core.simulator.stage import Stage


async def test_a_token_must_look_like_one(stage: Stage) -> None:
    with pytest.raises(SimulatorError, match="its id, a colon and a secret"):
        stage.telegram.bot("bad", token="secret")
    assert stage.telegram.bot("made").token.startswith(f"{stage.telegram.bot('x').id - 1}:")


async def test_an_id_is_given_once(stage: Stage) -> None:
    stage.telegram.user("Eve", id=7)
    with pytest.raises(SimulatorError, match="a user 7 already"):
        stage.telegram.user("Mallory", id=7)


async def test_message_ids_count_up_in_each_chat(stage: Stage) -> None:
    group = stage.telegram.group("House", stage.ann)
    assert [stage.ann.send(chat, "x").id for chat in (stage.chat, group, stage.chat)] == [1, 1, 2]


async def test_a_reply_needs_a_message_of_this_chat(stage: Stage) -> None:
    elsewhere = stage.ann.send(stage.telegram.group("House", stage.ann), "x")
    with pytest.raises(SimulatorError, match="no message 1 in this chat"):
        stage.ann.send(stage.chat, "y", reply_to=elsewhere)


async def test_inline_mode_can_be_off(stage: Stage) -> None:
    stage.bot.supports_inline_queries = False
    with pytest.raises(SimulatorError, match="no inline mode"):
        stage.ann.inline(stage.bot, "x")


async def test_both_chats_are_told_and_all_are_in_the_new_one(stage: Stage) -> None:
    group = stage.telegram.group("G", stage.ann, stage.bot, stage.bob)
    group.promote(stage.bob)
    new = stage.telegram.migrate(group)
    assert (new.type, new.title, new.id < -1_000_000_000_000) == ("supergroup", "G", True)
    assert {key: member.status for key, member in new.members.items()} == {
        stage.ann.id: "creator", stage.bot.id: "member", stage.bob.id: "administrator"
    }  # fmt: skip
    left, arrived = [update["message"] for update in await stage.updates()]
    assert isinstance(left, dict)
    assert isinstance(arrived, dict)
    assert (left["chat"]["id"], left["migrate_to_chat_id"], left["from"]["id"]) == (group.id, new.id, stage.ann.id)
    assert (arrived["chat"]["id"], arrived["migrate_from_chat_id"]) == (new.id, group.id)
    assert (arrived["from"]["username"], arrived["sender_chat"]["id"]) == ("GroupAnonymousBot", new.id)


async def test_the_old_id_answers_with_the_new_one(stage: Stage) -> None:
    group = stage.telegram.group("G", stage.ann, stage.bot)
    new = stage.telegram.migrate(group)
    for method, params in (("sendMessage", {"text": "x"}), ("getChatMemberCount", {})):
        answer = await stage.telegram.call(stage.bot.token, method, {"chat_id": group.id, **params})
        assert answer.body == {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": new.id},
        }
    assert (await stage.message("getChat", chat_id=group.id))["type"] == "group"
    await stage.ok("sendMessage", chat_id=new.id, text="x")


async def test_people_go_on_in_the_new_chat_only(stage: Stage) -> None:
    group = stage.telegram.group("G", stage.ann, stage.bot)
    new = stage.telegram.migrate(group)
    with pytest.raises(SimulatorError, match=f"G has become the supergroup {new.id}"):
        stage.ann.send(group, "hello?")
    stage.ann.send(new, "/here")
    assert len(await stage.updates()) == 3


def test_only_a_basic_group_becomes_a_supergroup_and_once(stage: Stage) -> None:
    group = stage.telegram.group("G", stage.ann)
    stage.telegram.migrate(group)
    for chat in (group, stage.chat, stage.telegram.channel("C", stage.ann)):
        with pytest.raises(SimulatorError, match="is no basic group"):
            stage.telegram.migrate(chat)


@pytest.mark.parametrize("number", [-5, 2**52])
def test_a_person_has_a_number_that_is_one_of_a_person(stage: Stage, number: int) -> None:
    with pytest.raises(SimulatorError, match=f"{number} is no id of a person"):
        stage.telegram.user("Eve", id=number)


@pytest.mark.parametrize("token", ["42", "42:", "042:secret", "x:secret", "٤:secret", "9" * 5000 + ":x", "42:a/b"])
def test_a_bot_has_a_token_with_which_it_can_call(stage: Stage, token: str) -> None:
    with pytest.raises(SimulatorError, match="a bot's token is its id, a colon and a secret"):
        stage.telegram.bot("eve_bot", token=token)
