import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator import Telegram
from tests.core.simulator.stage import Stage


@pytest.fixture
def started(stage: Stage) -> Stage:
    stage.ann.send(stage.chat, "/start")
    return stage


async def test_a_sent_message_is_returned_whole(started: Stage) -> None:
    message = await started.message(chat_id=str(started.ann.id), text="<b>Hi</b> ", parse_mode="html")
    assert message == {
        "message_id": 2,
        "from": {"id": 42, "is_bot": True, "first_name": "Post", "username": "post_bot"},
        "chat": started.chat.json(),
        "date": 1_800_000_000,
        "text": "Hi",
        "entities": [{"type": "bold", "offset": 0, "length": 2}],
    }


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x" * 40000}, "text is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "<id>", "parse_mode": "HTML"},
         'can\'t parse entities: Unsupported start tag "id" at byte offset 0'),
        ({"text": "1.", "parse_mode": "MarkdownV2"},
         "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 5}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "\ud800"}, "strings must be encoded in UTF-8"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": "{"}, "can't parse reply parameters JSON object"),
        ({"text": "x", "reply_parameters": {"chat_id": 1}}, 'can\'t find field "message_id"'),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0}]},
         'can\'t parse MessageEntity: Can\'t find field "length"'),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
         "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"),
        ({"text": "x", "entities": [{"type": "loud", "offset": 0, "length": 1}]},
         "can't parse MessageEntity: Unsupported type specified"),
    ],
)  # fmt: skip
async def test_what_telegram_refuses_is_refused_in_its_words(
    started: Stage, params: dict[str, object], words: str
) -> None:
    assert await started.refusal("sendMessage", **{"chat_id": started.ann.id} | params) == f"Bad Request: {words}"
    assert len(started.chat.messages) == 1


@given(st.text(alphabet="a😀é", min_size=1, max_size=3), st.integers(1300, 4200))
async def test_the_limit_is_4096_utf16_units(unit: str, times: int) -> None:
    telegram = Telegram()
    bot, ann = telegram.bot("b"), telegram.user("Ann")
    ann.send(telegram.private(ann, bot), "hi")
    text = (unit * times)[:6000]
    answer = await telegram.call(bot.token, "sendMessage", {"chat_id": ann.id, "text": text})
    fits = len(text.encode("utf-16-le")) // 2 <= 4096
    assert answer.status == (200 if fits else 400)


async def test_the_limit_counts_after_the_markup_is_gone(started: Stage) -> None:
    markup = "<b>x</b>" * 1000 + "y" * 3096
    message = await started.message(chat_id=started.ann.id, text=markup, parse_mode="HTML")
    assert len(str(message["text"])) == 4096


async def test_entities_that_cannot_be_read_are_passed_over(started: Stage) -> None:
    for entities in ("{", "{}", "[]"):
        assert "entities" not in await started.message(chat_id=started.ann.id, text="x", entities=entities)


async def test_a_mention_of_somebody_known_carries_him(started: Stage) -> None:
    text = f'<a href="tg://user?id={started.bob.id}">B</a><a href="tg://user?id=9">n</a>'
    message = await started.message(chat_id=started.ann.id, text=text, parse_mode="HTML")
    assert message["entities"] == [{"type": "text_mention", "offset": 0, "length": 1, "user": started.bob.json()}]


async def test_a_missing_reply_target_may_be_tolerated(started: Stage) -> None:
    lenient = {"message_id": 99, "allow_sending_without_reply": True}
    message = await started.message(chat_id=started.ann.id, text="x", reply_parameters=lenient)
    assert "reply_to_message" not in message


async def test_a_bot_cannot_speak_first_nor_to_who_blocked_it(stage: Stage) -> None:
    stage.telegram.group("House", stage.ann, stage.bot)
    words = "Forbidden: bot can't initiate conversation with a user"
    assert await stage.refusal("sendMessage", chat_id=stage.ann.id, text="x") == words
    stage.ann.send(stage.chat, "/start")
    stage.ann.block(stage.bot)
    words = "Forbidden: bot was blocked by the user"
    assert await stage.refusal("sendMessage", chat_id=stage.ann.id, text="x") == words
    stage.ann.send(stage.chat, "/start")
    assert await stage.message(chat_id=stage.ann.id, text="x")


async def test_a_bot_speaks_only_where_it_is(stage: Stage) -> None:
    house = stage.telegram.supergroup("House", stage.ann, stage.bot, username="house")
    assert (await stage.message(chat_id="@House", text="x"))["chat"] == house.json()
    house.remove(stage.bot, kicked=True)
    words = "Forbidden: bot was kicked from the supergroup chat"
    assert await stage.refusal("sendMessage", chat_id=house.id, text="x") == words
    cellar = stage.telegram.group("Cellar", stage.ann)
    assert await stage.refusal("sendMessage", chat_id=cellar.id, text="x") == "Bad Request: chat not found"
    cellar.remove(stage.bot)
    words = "Forbidden: bot is not a member of the group chat"
    assert await stage.refusal("sendMessage", chat_id=cellar.id, text="x") == words
    news = stage.telegram.channel("News", stage.ann, stage.bot)
    words = "Bad Request: need administrator rights in the channel chat"
    assert await stage.refusal("sendMessage", chat_id=news.id, text="x") == words


async def test_a_chat_action_must_be_one(started: Stage) -> None:
    assert await started.ok("sendChatAction", chat_id=started.ann.id, action="typing") is True
    words = await started.refusal("sendChatAction", chat_id=started.ann.id, action="dancing")
    assert words == "Bad Request: wrong parameter action in request"
