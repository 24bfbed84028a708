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
