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
