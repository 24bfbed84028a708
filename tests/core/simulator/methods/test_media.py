import pytest

from pluggram.simulator.methods.params import MAX_UPLOAD
from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage

KEYBOARD = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
FILE = ("links.json", b"{}", "application/json")


@pytest.fixture
def started(stage: Stage) -> Stage:
    stage.ann.send(stage.chat, "/start")
    return stage


async def test_a_document_is_sent_with_name_type_size_and_caption(started: Stage) -> None:
    sent = await started.message(
        "sendDocument", chat_id=started.ann.id, document=FILE, caption="<b>all</b> links", parse_mode="HTML",
        reply_markup=KEYBOARD, message_thread_id=7,
    )  # fmt: skip
    document = sent.pop("document")
    assert isinstance(document, dict)
    assert {"file_name": "links.json", "mime_type": "application/json", "file_size": 2}.items() <= document.items()
    assert sent == {
        "message_id": 2,
        "from": started.bot.json(),
        "chat": started.chat.json(),
        "date": 1_800_000_000,
        "caption": "all links",
        "caption_entities": [{"type": "bold", "offset": 0, "length": 3}],
        "reply_markup": KEYBOARD,
        "message_thread_id": 7,
    }


async def test_a_photo_is_sent_in_its_sizes(started: Stage) -> None:
    sent = await started.message(
        "sendPhoto", chat_id=started.ann.id, photo=("x.png", png(1200, 600), ""), has_spoiler=True,
        show_caption_above_media=True,
    )  # fmt: skip
    assert isinstance(sent["photo"], list)
    assert [(size["width"], size["height"]) for size in sent["photo"]] == [
        (90, 45), (320, 160), (800, 400), (1200, 600),
    ]  # fmt: skip
    assert (sent["has_media_spoiler"], sent["show_caption_above_media"]) == (True, True)
    assert "caption" not in sent


async def test_a_file_is_attached_under_another_name(started: Stage) -> None:
    params = {"document": "attach://upload", "upload": FILE}
    sent = await started.message("sendDocument", chat_id=started.ann.id, **params)
    assert sent["document"]["file_name"] == "links.json"  # type: ignore[index]


async def test_a_file_that_telegram_has_is_sent_again_by_its_id(started: Stage) -> None:
    photo = started.ann.send_photo(started.chat, "x.png", png(400, 300)).json()["photo"]
    document = started.ann.send_document(started.chat, "x.txt", b"x").json()["document"]
    again = await started.message("sendPhoto", chat_id=started.ann.id, photo=photo[0]["file_id"])  # type: ignore[index]
    assert again["photo"] == photo
    file_id = document["file_id"]  # type: ignore[index]
    assert (await started.message("sendDocument", chat_id=started.ann.id, document=file_id))["document"] == document


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"document": ("x", b"", "")}, "file must be non-empty"),
        ({"caption": "x" * 1025}, "message caption is too long"),
        ({"caption": "😀" * 513}, "message caption is too long"),
        ({"caption": "x" * 40000}, "text is too long"),
        ({"caption": "<b>", "parse_mode": "HTML"},
         'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
        ({"caption": "x", "caption_entities": [{"type": "bold", "offset": 0, "length": 2}]},
         "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"),
        ({"chat_id": 5}, "chat not found"),
        ({"reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ],
)  # fmt: skip
async def test_what_telegram_refuses_is_refused_in_its_words(
    started: Stage, params: dict[str, object], words: str
) -> None:
    params = {"chat_id": started.ann.id, "document": FILE} | params
    assert await started.refusal("sendDocument", **params) == f"Bad Request: {words}"
    assert len(started.chat.messages) == 1


async def test_a_picture_that_is_none_is_refused(started: Stage) -> None:
    words = await started.refusal("sendPhoto", chat_id=started.ann.id, photo=("x.png", b"%PDF", ""))
    assert words == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_the_limit_of_a_caption_counts_after_the_markup_is_gone(started: Stage) -> None:
    sent = await started.message(
        "sendDocument", chat_id=started.ann.id, document=FILE, caption="<i>x</i>" * 512 + "y" * 512, parse_mode="HTML"
    )
    assert len(str(sent["caption"])) == 1024


async def test_an_album_is_sent_as_messages_of_one_group(started: Stage) -> None:
    media = [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in "ab"]
    pictures = {name: (f"{name}.png", png(9, 9), "") for name in "ab"}
    album = await started.ok("sendMediaGroup", chat_id=started.ann.id, media=media, **pictures, protect_content=True)
    assert isinstance(album, list)
    assert [each["caption"] for each in album] == ["a", "b"]
    assert len({each["media_group_id"] for each in album}) == 1
    assert all(each["has_protected_content"] for each in album)
    alone = await started.ok("sendMediaGroup", chat_id=started.ann.id, media=media[:1], **pictures)
    assert isinstance(alone, list)
    assert "media_group_id" not in alone[0]


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ("", 'parameter "media" is required'),
        ("[", "can't parse media JSON object"),
        ({}, "expected an Array of InputMedia"),
        ([], "there are no messages to send"),
        ([{"type": "document", "media": "attach://f"}] * 11, "too many messages to send as an album"),
        ([{"type": "animation", "media": "attach://f"}],
         "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup"),
        ([{"type": "document", "media": "attach://f"}, {"type": "photo", "media": "attach://p"}],
         "document can't be mixed with other media types"),
        ([{"type": "photo", "media": "attach://p"},
          {"type": "photo", "media": "attach://p", "show_caption_above_media": True}],
         "parameter show_caption_above_media must be the same for all messages"),
        ([{"type": "photo", "media": "attach://p"}, {"type": "photo", "media": "attach://f"}],
         'failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'),
        ([{"type": "photo", "media": "http://a.b/c.png"}],
         'failed to send message #1 with the error message "WEBPAGE_CURL_FAILED"'),
        ([{"type": "document", "media": "BQACBA"}],
         'failed to send message #1 with the error message "Wrong file identifier/HTTP URL specified"'),
        ([{"type": "document", "media": "/etc"}],
         "wrong remote file identifier specified: Wrong character in the string"),
    ],
)  # fmt: skip
async def test_a_wrong_album_is_refused_whole(started: Stage, media: object, words: str) -> None:
    files = {"f": FILE, "p": ("p.png", png(9, 9), "")}
    assert (
        await started.refusal("sendMediaGroup", chat_id=started.ann.id, media=media, **files) == f"Bad Request: {words}"
    )
    assert len(started.chat.messages) == 1


async def test_more_than_50_mb_are_too_large(started: Stage) -> None:
    for size, status in ((MAX_UPLOAD, 200), (MAX_UPLOAD + 1, 413)):
        params = {"chat_id": started.ann.id, "document": ("x", bytes(size), "")}
        answer = await started.telegram.call(started.bot.token, "sendDocument", params)
        assert answer.status == status
    assert answer.body["description"] == "Request Entity Too Large"


async def test_what_is_protected_or_silent_is_known_as_such(started: Stage) -> None:
    sent = await started.message(
        "sendMessage", chat_id=started.ann.id, text="x", protect_content=True, disable_notification=True
    )
    assert sent["has_protected_content"] is True
    assert started.chat.latest is not None
    assert started.chat.latest.silent
