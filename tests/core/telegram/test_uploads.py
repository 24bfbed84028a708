"""The parameters of a call as they are sent, and the files parted from them."""

import io
from datetime import UTC, datetime, timedelta

import telegram

from pluggram.parts import File
from pluggram.telegram.uploads import Upload, uploads

ONE, TWO = File("one.csv", b"1"), File("two.png", b"2")
UPLOADED = (Upload("one.csv", b"1", "text/csv"), Upload("two.png", b"2", "image/png"))


def test_a_file_is_uploaded_in_its_place() -> None:
    sent, files = uploads({"chat_id": 5, "document": ONE, "thumbnail": TWO})
    assert sent == {"chat_id": 5}
    assert files == {"document": UPLOADED[0], "thumbnail": UPLOADED[1]}


def test_files_inside_of_a_parameter_are_attached_and_named_there() -> None:
    album = ({"type": "document", "media": ONE}, {"type": "photo", "media": TWO, "caption": "x"})
    sent, files = uploads({"media": album})
    assert sent["media"] == [
        {"type": "document", "media": "attach://file0"}, {"type": "photo", "media": "attach://file1", "caption": "x"},
    ]  # fmt: skip
    assert files == {"file0": UPLOADED[0], "file1": UPLOADED[1]}


def test_a_file_of_no_known_kind_is_bytes() -> None:
    assert uploads({"document": File("x.unheard-of", b"1")})[1]["document"].kind == "application/octet-stream"


def test_a_call_without_files_goes_as_it_is_and_without_what_is_none() -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    call = {"text": "x", "reply_markup": keyboard, "protect_content": True, "n": 1.5}
    assert uploads({**call, "message_thread_id": None}) == (call, {})


def test_a_text_that_is_no_unicode_is_made_one_that_can_be_sent() -> None:
    sent, _ = uploads({"callback_query_id": "a\ud800b", "text": "\ud83d\ude42"})
    assert sent == {"callback_query_id": "a\ufffdb", "text": "🙂"}


def test_what_python_telegram_bot_would_take_is_taken() -> None:
    sent, files = uploads(
        {
            "reply_markup": telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("x", callback_data="y")]]),
            "media": [telegram.InputMediaDocument(b"1", filename="a.csv")],
            "document": telegram.InputFile(io.BytesIO(b"2"), filename="b.csv", read_file_handle=False),
            "until_date": datetime(2026, 1, 1, tzinfo=UTC),
            "open_period": timedelta(minutes=1),
        }
    )
    assert sent == {
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]},
        "media": [{"type": "document", "media": "attach://file0"}],
        "until_date": 1767225600,
        "open_period": 60,
    }
    assert {name: file.content for name, file in files.items()} == {"file0": b"1", "document": b"2"}
