import pytest

from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage

KEYBOARD = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
FILE = ("links.json", b"{}", "application/json")


@pytest.fixture
def started(stage: Stage) -> Stage:
    stage.ann.send(stage.chat, "/start")
    return stage


async def test_an_edit_replaces_text_and_keyboard(started: Stage) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await started.message(chat_id=started.ann.id, text="one", reply_markup=keyboard)
    place = {"chat_id": started.ann.id, "message_id": sent["message_id"]}
    words = await started.refusal("editMessageText", **place, text="one", reply_markup=keyboard)
    assert words.startswith("Bad Request: message is not modified: specified new message content and reply markup are")
    edited = await started.message("editMessageText", **place, text="two")
    assert (edited["text"], edited["edit_date"]) == ("two", 1_800_000_000)
    assert "reply_markup" not in edited
    edited = await started.message("editMessageReplyMarkup", **place, reply_markup=keyboard)
    assert edited["reply_markup"] == keyboard


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"message_id": 99}, "message to edit not found"),
        ({"message_id": 1}, "message can't be edited"),
        ({"chat_id": ""}, "message identifier is not specified"),
        ({"chat_id": "", "message_id": -5}, "message identifier is not specified"),
        ({"chat_id": "", "inline_message_id": "x"}, "invalid inline message identifier specified"),
        ({"chat_id": "", "inline_message_id": "x" * 32}, "MESSAGE_ID_INVALID"),
    ],
)
async def test_only_the_bots_own_messages_can_be_edited(started: Stage, place: dict[str, object], words: str) -> None:
    place = {"chat_id": started.ann.id} | place
    assert await started.refusal("editMessageText", **place, text="x") == f"Bad Request: {words}"


async def test_a_caption_is_edited_under_a_photo_or_file(started: Stage) -> None:
    for method, params in (("sendDocument", {"document": FILE}), ("sendPhoto", {"photo": ("x.png", png(9, 9), "")})):
        sent = await started.message(method, chat_id=started.ann.id, caption="old", **params)
        place = {"chat_id": started.ann.id, "message_id": sent["message_id"]}
        edited = await started.message(
            "editMessageCaption", **place, caption="<b>new</b>", parse_mode="HTML", reply_markup=KEYBOARD,
            show_caption_above_media=True,
        )  # fmt: skip
        assert (edited["caption"], edited["caption_entities"]) == ("new", [{"type": "bold", "offset": 0, "length": 3}])
        assert edited.get("show_caption_above_media", False) is (method == "sendPhoto")
        assert edited["reply_markup"] == KEYBOARD
        words = await started.refusal("editMessageText", **place, text="x")
        assert words == "Bad Request: there is no text in the message to edit"
        assert "caption" not in await started.message("editMessageCaption", **place)
        words = await started.refusal("editMessageCaption", **place)
        assert words.startswith("Bad Request: message is not modified")


async def test_a_text_has_no_caption(started: Stage) -> None:
    sent = await started.message(chat_id=started.ann.id, text="x")
    place = {"chat_id": started.ann.id, "message_id": sent["message_id"]}
    words = await started.refusal("editMessageCaption", **place, caption="y")
    assert words == "Bad Request: there is no caption in the message to edit"


async def test_media_are_put_in_the_place_of_what_was_there(started: Stage) -> None:
    sent = await started.message(chat_id=started.ann.id, text="x")
    place = {"chat_id": started.ann.id, "message_id": sent["message_id"]}
    media = {"type": "photo", "media": "attach://p", "caption": "*chart*", "parse_mode": "Markdown"}
    edited = await started.message("editMessageMedia", **place, media=media, p=("c.png", png(90, 60), ""))
    assert (edited["photo"][0]["width"], edited["caption"]) == (90, "chart")  # type: ignore[index]
    assert "text" not in edited
    again = {"type": "photo", "media": edited["photo"][0]["file_id"], "caption": "chart"}  # type: ignore[index]
    again["caption_entities"] = edited["caption_entities"]
    assert (await started.refusal("editMessageMedia", **place, media=again)).startswith("Bad Request: message is not")
    edited = await started.message(
        "editMessageMedia", **place, media={"type": "document", "media": "attach://f"}, f=FILE
    )
    assert edited["document"]["file_name"] == "links.json"  # type: ignore[index]


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ("", 'parameter "media" is required'),
        ("{", "can't parse input media JSON object"),
        ([], "can't parse InputMedia: expected an Object"),
        ({"media": "attach://f"}, "can't parse InputMedia: Can't find field \"type\""),
        ({"type": "document"}, "can't parse InputMedia: media not found"),
        ({"type": "document", "media": "attach://g"}, "can't parse InputMedia: media not found"),
        ({"type": "poem", "media": "attach://f"}, "can't parse InputMedia: type \"poem\" is unsupported"),
        ({"type": "photo", "media": "attach://f"}, "IMAGE_PROCESS_FAILED"),
        ({"type": "document", "media": "attach://f", "caption": "x" * 1025}, "message caption is too long"),
        ({"type": "document", "media": "attach://f", "caption": "<b>", "parse_mode": "HTML"},
         "can't parse InputMedia: Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ({"type": "document", "media": "attach://f", "caption": "x", "parse_mode": "BBCode"},
         "can't parse InputMedia: Unsupported parse_mode"),
        ({"type": "document", "media": "attach://f", "caption": "x", "caption_entities": [{}]},
         "can't parse InputMedia: Can't parse MessageEntity: Can't find field \"type\""),
    ],
)  # fmt: skip
async def test_wrong_media_are_refused_in_telegrams_words(started: Stage, media: object, words: str) -> None:
    sent = await started.message(chat_id=started.ann.id, text="x")
    place = {"chat_id": started.ann.id, "message_id": sent["message_id"]}
    assert await started.refusal("editMessageMedia", **place, media=media, f=FILE) == f"Bad Request: {words}"


async def test_a_kind_of_media_that_is_not_here_yet_says_so(started: Stage) -> None:
    media = {"type": "video", "media": "attach://f"}
    answer = await started.telegram.call(started.bot.token, "editMessageMedia", {"media": media, "f": FILE})
    assert answer.status == 501


async def test_what_came_with_a_reply_keyboard_or_was_forwarded_cannot_be_edited(started: Stage) -> None:
    plain = await started.message(chat_id=started.ann.id, text="x")
    forward = {"chat_id": started.ann.id, "from_chat_id": started.ann.id, "message_id": plain["message_id"]}
    sent = [
        await started.message(chat_id=started.ann.id, text="x", reply_markup={"keyboard": [["yes"]]}),
        await started.message(chat_id=started.ann.id, text="x", reply_markup={"remove_keyboard": True}),
        await started.message("forwardMessage", **forward),
    ]
    for each in sent:
        place = {"chat_id": started.ann.id, "message_id": each["message_id"]}
        assert await started.refusal("editMessageText", **place, text="y") == "Bad Request: message can't be edited"


async def test_the_parts_of_an_album_keep_their_kind(started: Stage) -> None:
    media = [{"type": "document", "media": f"attach://{name}"} for name in "ab"]
    album = await started.ok("sendMediaGroup", chat_id=started.ann.id, media=media, a=FILE, b=FILE)
    place = {"chat_id": started.ann.id, "message_id": album[0]["message_id"]}  # type: ignore[index]
    photo = {"type": "photo", "media": "attach://p"}
    words = await started.refusal("editMessageMedia", **place, media=photo, p=("p.png", png(9, 9), ""))
    assert words == "Bad Request: can't change media type in the album"
    assert await started.ok("editMessageMedia", **place, media=media[0], a=FILE)
