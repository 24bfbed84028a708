"""The files of a call, parted from what goes as text."""

from telegram import InputFile

from pluggram.parts import File
from pluggram.telegram.uploads import uploads

ONE, TWO = File("one.csv", b"1"), File("two.png", b"2")


def as_sent(files: dict[str, InputFile]) -> dict[str, tuple[object, object]]:
    return {name: (file.filename, file.input_file_content) for name, file in files.items()}


def test_a_file_is_uploaded_in_its_place() -> None:
    sent, files = uploads({"chat_id": 5, "document": ONE, "thumbnail": TWO})
    assert sent == {"chat_id": 5}
    assert as_sent(files) == {"document": ("one.csv", b"1"), "thumbnail": ("two.png", b"2")}


def test_files_inside_of_a_parameter_are_attached_and_named_there() -> None:
    album = ({"type": "document", "media": ONE}, {"type": "photo", "media": TWO, "caption": "x"})
    sent, files = uploads({"media": album})
    assert sent["media"].to_dict() == [
        {"type": "document", "media": "attach://file0"}, {"type": "photo", "media": "attach://file1", "caption": "x"},
    ]  # fmt: skip
    assert as_sent(files) == {"file0": ("one.csv", b"1"), "file1": ("two.png", b"2")}


def test_a_call_without_files_goes_as_it_is() -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent, files = uploads({"text": "x", "reply_markup": keyboard})
    assert (sent, files) == ({"text": "x", "reply_markup": keyboard}, {})
    assert sent["reply_markup"] is keyboard


def test_a_text_that_is_no_unicode_is_made_one_that_can_be_sent() -> None:
    sent, _ = uploads({"callback_query_id": "a\ud800b", "text": "\ud83d\ude42"})
    assert sent == {"callback_query_id": "a\ufffdb", "text": "🙂"}
