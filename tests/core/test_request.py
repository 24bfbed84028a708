from collections.abc import Mapping
from typing import Any

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st

from pluggram.edge import Sent
from pluggram.parts import Article
from pluggram.reply import Reply
from pluggram.request import MOST_PARTS, Request, User, as_reply, move_told
from tests.core.odd_updates import NASTY, odd_updates, valid_updates

ADA = {"id": 33, "is_bot": False, "first_name": "Ada", "username": "ada", "language_code": "en"}
GROUP = {"id": -100, "type": "supergroup", "title": "Posts"}
MESSAGE = {"message_id": 7, "date": 0, "from": ADA, "chat": {"id": 33, "type": "private"}, "text": "/start"}
PRESS = {"id": "q1", "from": ADA, "message": MESSAGE | {"from": {"id": 1}, "chat": GROUP}, "data": "page:2"}
INLINE = {"id": "i1", "from": ADA, "query": "cats", "offset": ""}
DOCUMENT = {key: value for key, value in MESSAGE.items() if key != "text"} | {"document": {"file_id": "f"}}


def read(**update: Any) -> Request:
    request = Request.from_update({"update_id": 5, **update})
    assert request is not None
    return request


def test_a_message_is_read() -> None:
    request = read(message=MESSAGE)
    assert (request.kind, request.text, request.id, request.message_id) == ("message", "/start", 5, 7)
    assert request.user == User(33, "Ada", "ada", "en")
    assert request.chat is not None
    assert (request.chat.id, request.chat.type, request.private) == (33, "private", True)
    assert (request.origins, request.query_id, request.thread_id) == (frozenset(), None, None)


def test_a_button_press_is_by_who_pressed_and_where_the_message_is() -> None:
    request = read(callback_query=PRESS)
    assert (request.kind, request.text, request.query_id, request.message_id) == ("button", "page:2", "q1", 7)
    assert request.user is not None
    assert request.user.id == 33
    assert request.chat is not None
    assert (request.chat.id, request.private) == (-100, False)


def test_a_button_under_an_inaccessible_message_still_has_its_chat() -> None:
    request = read(callback_query=PRESS | {"message": {"chat": GROUP, "message_id": 9, "date": 0}})
    assert request.chat is not None
    assert (request.chat.id, request.message_id) == (-100, 9)


def test_an_inline_query_has_a_user_and_no_chat() -> None:
    request = read(inline_query=INLINE)
    assert (request.kind, request.text, request.query_id, request.chat) == ("inline", "cats", "i1", None)
    assert request.user is not None
    assert not request.private


@pytest.mark.parametrize(("caption", "text"), [({}, ""), ({"caption": "/import"}, "/import")])
def test_a_document_is_read_by_its_caption(caption: dict[str, object], text: str) -> None:
    request = read(message=DOCUMENT | caption)
    assert (request.kind, request.text) == ("document", text)


@pytest.mark.parametrize(
    ("name", "more", "origins"),
    [
        ("message", {}, set()),
        ("edited_message", {}, {"edited"}),
        ("channel_post", {}, {"channel_post"}),
        ("edited_channel_post", {}, {"channel_post", "edited"}),
        ("message", {"forward_origin": {"type": "hidden_user"}}, {"forwarded"}),
        ("message", {"forward_date": 1}, {"forwarded"}),
        ("message", {"via_bot": {"id": 9}}, {"via_bot"}),
        ("edited_message", {"forward_date": 1, "via_bot": None}, {"edited", "forwarded", "via_bot"}),
    ],
)
def test_where_a_message_came_from_is_told(name: str, more: dict[str, object], origins: set[str]) -> None:
    assert read(**{name: MESSAGE | more}).origins == origins


@pytest.mark.parametrize("sender_chat", [GROUP, {"id": -1001, "type": "channel"}, None, {}])
def test_whoever_speaks_as_a_chat_is_no_user(sender_chat: object) -> None:
    request = read(message=MESSAGE | {"chat": GROUP, "sender_chat": sender_chat})
    assert request.speaks_as_chat
    assert request.user is None


def test_a_button_under_a_message_of_a_chat_is_pressed_by_a_person() -> None:
    request = read(callback_query=PRESS | {"message": MESSAGE | {"sender_chat": GROUP}})
    assert request.user is not None


@pytest.mark.parametrize(
    ("more", "thread"), [({"is_topic_message": True}, 4), ({}, None), ({"is_topic_message": []}, None)]
)
def test_only_a_topic_is_a_thread(more: dict[str, object], thread: int | None) -> None:
    assert read(message=MESSAGE | {"message_thread_id": 4} | more).thread_id == thread


def test_a_chat_of_unknown_type_is_not_taken_for_a_private_one() -> None:
    request = read(message=MESSAGE | {"chat": {"id": 33}})
    assert request.chat is not None
    assert request.chat.type == ""
    assert not request.private


@pytest.mark.parametrize("user_id", [None, "33", 33.0, True, [33], 2**63, -(2**63) - 1, 10**4000])
def test_an_id_that_telegram_cannot_have_sent_is_no_user(user_id: object) -> None:
    assert read(message=MESSAGE | {"from": {"id": user_id}}).user is None


@pytest.mark.parametrize(
    "raw",
    [None, 1, "message", ["message"], {}, {"update_id": 1}, {"message": None}, {"message": []},
     {"message": {"text": 5}}, {"message": {"document": {}, "caption": None}},
     {"callback_query": {"data": None}}, {"poll": {}}],
)  # fmt: skip
def test_what_holds_no_text_is_no_request(raw: Any) -> None:
    assert Request.from_update(raw) is None
    assert Request.of_any(raw).text == ""


def test_any_update_can_be_read_and_has_its_people_and_places() -> None:
    photo = Request.of_any({"update_id": 5, "message": MESSAGE | {"text": None, "photo": []}})
    assert (photo.kind, photo.text, photo.id, photo.message_id) == ("other", "", 5, 7)
    assert photo.user == User(33, "Ada", "ada", "en")
    assert photo.private
    game = Request.of_any({"callback_query": {key: value for key, value in PRESS.items() if key != "data"}})
    assert (game.kind, game.text, game.query_id) == ("button", "", "q1")
    poll = Request.of_any({"update_id": 5, "poll": {"id": "1"}})
    assert (poll.kind, poll.id, poll.user, poll.chat) == ("other", 5, None, None)
    assert Request.of_any({"message": MESSAGE}).kind == "message"


@pytest.mark.parametrize(("user", "name"), [(User(1, "Ada", "ada"), "@ada"), (User(1, "Ada"), "Ada"), (User(1), "1")])
def test_a_person_has_a_name(user: User, name: str) -> None:
    assert user.name == name


def test_a_text_or_a_reply_is_an_answer() -> None:
    reply = Reply("hello")
    assert as_reply(reply) is reply
    assert as_reply("hello") == reply
    with pytest.raises(TypeError, match="returns str, Reply, Articles or None, not int"):
        as_reply(5)
    with pytest.raises(ValueError, match="empty"):
        as_reply("")


@pytest.mark.parametrize("answer", [Reply(articles=[]), [], [Article("One", "1")]])
def test_articles_answer_inline_queries_only(answer: Any) -> None:
    assert as_reply(answer, inline=True).articles is not None
    with pytest.raises(TypeError, match="Articles answer inline queries"):
        as_reply(answer)


async def test_a_request_without_telegram_says_so() -> None:
    request = read(message=MESSAGE)
    with pytest.raises(RuntimeError, match="not connected"):
        await request.reply("hello")
    with pytest.raises(RuntimeError, match="not connected"):
        _ = request.bot
    with pytest.raises(RuntimeError, match="not connected"):
        _ = request.update


class Telegram:
    """An edge that keeps what is sent."""

    bot = telegram.Bot("1:token")

    def __init__(self) -> None:
        self.sent: list[tuple[Request, Reply]] = []

    def build_update(self, raw: Mapping[str, Any]) -> telegram.Update:
        return telegram.Update(raw["update_id"])

    async def send(self, request: Request, reply: Reply) -> list[int]:
        self.sent.append((request, reply))
        return [len(self.sent)]

    async def send_to(self, chat_id: int | str, reply: Reply, thread_id: int | None = None) -> list[int]:
        raise NotImplementedError

    async def send_bulk(self, chat_id: int | str, reply: Reply) -> Sent:
        raise NotImplementedError

    @property
    def spoken(self) -> int:
        raise NotImplementedError

    @property
    def held(self) -> float:
        raise NotImplementedError

    async def edit(self, chat_id: int | str, message_id: int, reply: Reply) -> None:
        raise NotImplementedError

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Any:
        raise NotImplementedError

    async def download(self, file_id: str, most: int) -> bytes:
        return f"{file_id} {most}".encode()

    async def administrators(self, chat_id: int) -> set[int]:
        raise NotImplementedError


async def test_a_connected_request_reaches_telegram() -> None:
    edge, raw = Telegram(), {"update_id": 5, "message": MESSAGE}
    request = Request.from_update(raw, edge, redelivered=True)
    assert request is not None
    await request.reply("a part")
    with pytest.raises(TypeError, match="Articles"):
        await request.reply(Reply(articles=[]))
    assert edge.sent == [(request, Reply("a part"))]
    assert request.bot is edge.bot
    assert request.update.update_id == 5
    assert request.update is request.update
    assert request.redelivered


async def test_a_loop_of_answers_without_an_end_ends() -> None:
    edge = Telegram()
    request = Request.from_update({"message": MESSAGE}, edge)
    assert request is not None
    for _ in range(MOST_PARTS):
        await request.reply("flood")
    with pytest.raises(RuntimeError, match="at most 100 parts"):
        await request.reply("flood")
    assert len(edge.sent) == MOST_PARTS


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None))
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def check_request(raw: Any) -> None:
    for request in (Request.from_update(raw), Request.of_any(raw)):
        if request is not None:
            check_parts(request)


def check_parts(request: Request) -> None:
    assert isinstance(request.text, str)
    assert isinstance(request.id, int | None)
    assert isinstance(request.message_id, int | None)
    assert isinstance(request.thread_id, int | None)
    assert isinstance(request.query_id, str | None)
    if request.chat is not None:
        assert isinstance(request.chat.id, int)
        assert isinstance(request.chat.type, str)
        assert isinstance(request.chat.title, str | None)
    assert request.private == (request.chat is not None and request.chat.type == "private")
    if request.user is not None:
        assert isinstance(request.user.first_name, str)
        assert isinstance(request.user.username, str | None)
        assert isinstance(request.user.language_code, str | None)
        assert isinstance(request.user.name, str)
        assert not request.speaks_as_chat


@given(JSON | valid_updates() | odd_updates())
def test_nothing_that_arrives_makes_reading_fail(raw: Any) -> None:
    check_request(raw)


@pytest.mark.parametrize("raw", NASTY)
def test_not_even_the_nastiest(raw: Any) -> None:
    check_request(raw)


@pytest.mark.parametrize("part", ["first_name", "username", "language_code"])
def test_what_is_no_text_in_a_user_is_left_out(part: str) -> None:
    user = read(message=MESSAGE | {"from": ADA | {part: {"not": "text"}}}).user
    assert user is not None
    assert getattr(user, part) == ("" if part == "first_name" else None)


def test_texts_are_unicode_in_which_nothing_is_half_a_character() -> None:
    request = read(message=MESSAGE | {"text": "a\ud800 \ud83d\ude42", "from": ADA | {"first_name": "\udc00"}})
    assert request.text == "a\ufffd 🙂"
    assert request.user is not None
    assert request.user.first_name == "\ufffd"
    assert read(callback_query=PRESS | {"id": "\ud800"}).query_id == "\ufffd"


def test_deep_nesting_is_read_like_anything_else() -> None:
    deep: dict[str, Any] = {}
    for _ in range(50_000):
        deep = {"message": deep, "from": deep}
    check_request({"message": MESSAGE | {"reply_to_message": deep, "chat": deep}})
    while deep:  # taken apart piece by piece: freeing it at once would recurse as deep
        deep = deep["message"]


def service_message(**fields: object) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 1, "chat": {"id": -5}, **fields}}


@pytest.mark.parametrize(
    ("update", "told"),
    [
        (service_message(migrate_to_chat_id=-1005), (-5, -1005)),
        (service_message(migrate_from_chat_id=-7), (-7, -5)),
        (service_message(text="hi"), None),
        (service_message(migrate_to_chat_id="x"), None),
        (service_message(migrate_to_chat_id=-1005, chat=None), None),
        (service_message(migrate_to_chat_id=-1005, chat={"id": True}), None),
        ({"message": 5}, None),
        ({"callback_query": {}}, None),
    ],
)
def test_an_update_tells_of_a_move_or_does_not(update: dict[str, Any], told: tuple[int, int] | None) -> None:
    assert move_told(update) == told
