"""What is made of updates and results for handlers of python-telegram-bot cannot be told from what that makes."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import telegram._bot as bot_module
from telegram import Bot, Message, Update
from telegram._utils.types import JSONDict

from pluggram.simulator import Telegram
from pluggram.telegram import Client
from pluggram.telegram.ptb_objects import UnreadMessage, leave_results_unread, read_update

ANN: JSONDict = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "de"}
GROUP: JSONDict = {"id": -100_42, "type": "supergroup", "title": "Bakers", "username": "bakers"}
PLAIN: JSONDict = {"message_id": 3, "date": 1_700_000_000, "chat": GROUP, "from": ANN, "text": "bread"}
MESSAGES: dict[str, JSONDict] = {
    "a text": PLAIN,
    "a command": PLAIN | {"text": "/x", "entities": [{"type": "bot_command", "offset": 0, "length": 2}]},
    "a text in a topic": PLAIN | {"message_thread_id": 5, "is_topic_message": True, "entities": []},
    "a text without a sender": {name: value for name, value in PLAIN.items() if name != "from"},
    "what is said to be none": PLAIN | {"from": None, "text": None, "entities": None},
    "a photo in a topic": PLAIN
    | {
        "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
        "is_topic_message": True,
        "message_thread_id": 5,
    },
    "a reply": PLAIN | {"reply_to_message": PLAIN, "forward_origin": {"type": "user", "date": 5, "sender_user": ANN}},
    "what python-telegram-bot does not know": PLAIN | {"odd": {"a": 1}},
    "as little as can be": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}},
}
BOT = Bot("1:token")

LOOKS: dict[str, Callable[[Message], Any]] = {
    "to_dict": Message.to_dict,
    "to_json": Message.to_json,
    "repr": repr,
    "hash": hash,
    "link": lambda message: message.link,
    "text": lambda message: message["text"],
    "parts": lambda message: (message.chat, message.from_user, message.photo, message.entities, message.date),
    "api_kwargs": lambda message: message.api_kwargs,
    "bot": lambda message: message.get_bot() is BOT,
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
    "pickled": lambda message: pickle.loads(pickle.dumps(message)),
    "type when copied": lambda message: type(copy.deepcopy(message)),
    "type when pickled": lambda message: type(pickle.loads(pickle.dumps(message))),
    "effective attachment": lambda message: message.effective_attachment,
    "has no such attribute": lambda message: hasattr(message, "nothing"),
}


@pytest.mark.parametrize("raw", MESSAGES.values(), ids=MESSAGES)
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_message_that_nobody_has_looked_at_is_as_the_one_that_is_made_at_once(
    look: Callable[[Message], Any], raw: JSONDict
) -> None:
    unread = UnreadMessage.de_json(dict(raw), BOT)
    assert isinstance(unread, Message)
    assert look(unread) == look(Message.de_json(dict(raw), BOT))


def test_it_is_a_plain_message_once_somebody_has_looked_at_it() -> None:
    unread = UnreadMessage.de_json(dict(PLAIN), BOT)
    assert (type(unread), unread.text, type(unread)) == (UnreadMessage, "bread", Message)


def test_it_equals_the_one_that_is_made_at_once_from_either_side() -> None:
    whole = Message.de_json(dict(PLAIN), BOT)
    assert UnreadMessage.de_json(dict(PLAIN), BOT) == whole
    assert whole == UnreadMessage.de_json(dict(PLAIN), BOT)
    assert UnreadMessage.de_json(PLAIN | {"message_id": 4}, BOT) != whole
    assert {whole: "known"}[UnreadMessage.de_json(dict(PLAIN), BOT)] == "known"


@pytest.mark.parametrize("change", [lambda m: setattr(m, "text", "salt"), lambda m: m.nothing])
def test_what_a_message_refuses_is_refused_in_the_same_words(change: Callable[[Message], object]) -> None:
    said = []
    for message in (Message.de_json(dict(PLAIN), BOT), UnreadMessage.de_json(dict(PLAIN), BOT)):
        with pytest.raises(AttributeError) as refused:
            change(message)
        said.append(str(refused.value))
    assert said[0] == said[1]


ODD: list[JSONDict] = [{"date": "today"}, {"date": 1e99}, {"date": -1}, {"chat": None}, {"chat": {}}, {"from": {}},
                       {"entities": [{}]}, {"entities": 5}, {"text": 5}, {"message_id": None}]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_what_is_odd_is_made_or_refused_as_by_python_telegram_bot(odd: JSONDict) -> None:
    update = {"update_id": 9, "message": PLAIN | odd}
    try:
        theirs = Update.de_json(update, BOT)
    except Exception as error:
        with pytest.raises(type(error)):
            read_update(update, BOT)
    else:
        assert read_update(update, BOT).to_dict() == theirs.to_dict()


def test_what_is_no_message_raises_when_it_is_looked_at() -> None:
    unread = UnreadMessage.de_json({"text": "without a chat"}, BOT)
    with pytest.raises(KeyError, match="date"):
        unread.text  # noqa: B018


@pytest.mark.parametrize("name", ["message", "edited_message", "channel_post", "edited_channel_post", "guest_message"])
@pytest.mark.parametrize("raw", MESSAGES.values(), ids=MESSAGES)
def test_an_update_is_as_python_telegram_bot_makes_it(name: str, raw: JSONDict) -> None:
    update = {"update_id": 9, name: raw, "unknown": {"a": 1}}
    made, theirs = read_update(update, BOT), Update.de_json(update, BOT)
    assert (type(made), type(getattr(made, name))) == (Update, Message)
    assert made.to_dict() == theirs.to_dict()
    assert (made, made.effective_chat, made.effective_user) == (theirs, theirs.effective_chat, theirs.effective_user)
    assert getattr(pickle.loads(pickle.dumps(made)), name) == getattr(theirs, name)
    assert getattr(made, name).get_bot() is BOT
    with pytest.raises(AttributeError, match="can't be set"):
        made.update_id = 5


def test_an_update_without_a_message_is_too() -> None:
    press: JSONDict = {"id": "1", "from": ANN, "chat_instance": "2", "data": "x", "message": PLAIN}
    update = {"update_id": 9, "callback_query": press, "message": None}
    made, theirs = read_update(update, BOT), Update.de_json(update, BOT)
    assert made.to_dict() == theirs.to_dict()
    assert (made.effective_message, made.message) == (theirs.effective_message, None)
    assert made.effective_message is not None


async def test_a_call_gives_a_message_that_is_made_when_it_is_looked_at() -> None:
    simulator = Telegram()
    account = simulator.bot("testbot")
    person = simulator.user("Ann", id=7)
    person.send(simulator.private(person, account), "hello")
    async with Client(account.token, "http://simulator", door=simulator) as client:
        sent = await client.bot.send_message(7, "bread")
        assert type(sent) is UnreadMessage
        assert (sent.text, sent.chat.id, type(sent)) == ("bread", 7, Message)
        edited = await sent.edit_text("salt")
        assert isinstance(edited, Message)
        assert edited.text == "salt"


def test_there_is_one_place_in_python_telegram_bot_that_says_what_a_call_gives() -> None:
    leave_results_unread()
    assert vars(bot_module)["Message"] is UnreadMessage
