import pytest

from pluggram.simulator import Chat
from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage


@pytest.fixture
def house(stage: Stage) -> Chat:
    stage.ann.send(stage.chat, "/start")
    return stage.telegram.supergroup("House", stage.ann, stage.bot)


async def test_a_forward_names_who_wrote_it(stage: Stage, house: Chat) -> None:
    said = stage.ann.send_photo(house, "x.png", png(9, 9), caption="look")
    forward = await stage.message("forwardMessage", chat_id=stage.ann.id, from_chat_id=house.id, message_id=said.id)
    assert forward["forward_origin"] == {"type": "user", "sender_user": stage.ann.json(), "date": 1_800_000_000}
    assert (forward["from"], forward["caption"], forward["photo"]) == (stage.bot.json(), "look", said.json()["photo"])


async def test_a_copy_names_nobody_and_may_have_another_caption(stage: Stage, house: Chat) -> None:
    said = stage.ann.send_document(house, "x.txt", b"x", caption="old")
    place = {"chat_id": stage.ann.id, "from_chat_id": house.id, "message_id": said.id}
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    captions = []
    for more in ({}, {"caption": "new", "reply_markup": keyboard}, {"caption": ""}):
        assert await stage.message("copyMessage", **place, **more) == {"message_id": stage.chat.last_message_id}
        assert stage.chat.latest is not None
        captions.append(stage.chat.latest.text)
        assert "forward_origin" not in stage.chat.latest.json()
        assert bool(stage.chat.latest.buttons) is ("reply_markup" in more)
    assert captions == ["old", "new", ""]


async def test_several_are_forwarded_or_copied_in_their_order(stage: Stage, house: Chat) -> None:
    texts = [stage.ann.send(house, "one"), stage.ann.send_document(house, "x.txt", b"x", caption="two")]
    place = {"chat_id": stage.ann.id, "from_chat_id": house.id, "message_ids": [texts[0].id, texts[1].id, 99]}
    assert await stage.ok("forwardMessages", **place) == [{"message_id": 2}, {"message_id": 3}]
    assert await stage.ok("copyMessages", **place, remove_caption=True) == [{"message_id": 4}, {"message_id": 5}]
    assert [message.text for message in stage.chat.messages.values()] == ["/start", "one", "two", "one", ""]


async def test_what_is_protected_is_copied_but_not_forwarded(stage: Stage, house: Chat) -> None:
    sent = await stage.message(chat_id=house.id, text="x", protect_content=True)
    place = {"chat_id": stage.ann.id, "from_chat_id": house.id}
    number = sent["message_id"]
    words = await stage.refusal("forwardMessage", **place, message_id=number)
    assert words == "Bad Request: the message can't be forwarded"
    words = await stage.refusal("forwardMessages", **place, message_ids=[number])
    assert words == "Bad Request: messages can't be forwarded"
    assert await stage.ok("copyMessage", **place, message_id=number)


async def test_news_of_the_chat_are_neither_forwarded_nor_copied(stage: Stage, house: Chat) -> None:
    stage.ann.add(house, stage.bob)
    place = {"chat_id": stage.ann.id, "from_chat_id": house.id, "message_id": house.last_message_id}
    assert await stage.refusal("forwardMessage", **place) == "Bad Request: the message can't be forwarded"
    assert await stage.refusal("copyMessage", **place) == "Bad Request: the message can't be copied"


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("forwardMessage", {"from_chat_id": ""}, 'parameter "from_chat_id" is required'),
        ("copyMessages", {"from_chat_id": ""}, 'parameter "from_chat_id" is required'),
        ("forwardMessage", {"message_id": 99}, "message to forward not found"),
        ("copyMessage", {"message_id": 99}, "message to copy not found"),
        ("copyMessage", {"message_id": 1, "caption": "x" * 1025}, "message caption is too long"),
        ("forwardMessage", {"message_id": 1, "chat_id": 5}, "chat not found"),
        ("forwardMessages", {}, "message identifiers are not specified"),
        ("forwardMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("forwardMessages", {"message_ids": "["}, "can't parse message_ids JSON object"),
        ("forwardMessages", {"message_ids": {}}, "expected an Array of message identifiers"),
        ("forwardMessages", {"message_ids": [1] * 101}, "too many message identifiers specified"),
        ("forwardMessages", {"message_ids": [None]}, "message identifier must be a Number"),
        ("forwardMessages", {"message_ids": ["x"]}, "can't parse message identifier as a Number"),
        ("forwardMessages", {"message_ids": [2**31]}, "can't parse message identifier as a Number"),
        ("forwardMessages", {"message_ids": [0]}, "invalid message identifier specified"),
        ("forwardMessages", {"message_ids": [99]}, "there are no messages to forward"),
        ("copyMessages", {"message_ids": [2, 1]}, "message identifiers must be in a strictly increasing order"),
    ],
)
async def test_what_telegram_refuses_is_refused_in_its_words(
    stage: Stage, house: Chat, method: str, params: dict[str, object], words: str
) -> None:
    stage.ann.send(stage.chat, "two")
    params = {"chat_id": house.id, "from_chat_id": stage.ann.id} | params
    assert await stage.refusal(method, **params) == f"Bad Request: {words}"
