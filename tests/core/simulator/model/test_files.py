import pytest

from pluggram.simulator.model.files import MAX_PHOTO, FileError, Files
from tests.core.simulator.pictures import png


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((1200, 600), [(90, 45), (320, 160), (800, 400), (1200, 600)]),
        ((60, 60), [(60, 60)]),
        ((800, 40), [(90, 4), (320, 16), (800, 40)]),
        ((3000, 6000), [(45, 90), (160, 320), (400, 800), (640, 1280), (1280, 2560)]),
    ],
)
def test_a_photo_is_kept_in_telegrams_sizes(given: tuple[int, int], kept: list[tuple[int, int]]) -> None:
    assert [(size.width, size.height) for size in Files().add_photo("x.png", png(*given))] == kept


def test_each_size_of_a_photo_is_a_file_of_its_own() -> None:
    files = Files()
    sizes = files.add_photo("x.png", png(400, 300))
    assert len({size.file.id for size in sizes}) == len({size.file.unique_id for size in sizes}) == 3
    assert [files.find(size.file.id) for size in sizes] == [size.file for size in sizes]
    assert all(files.photos[size.file.id] is sizes for size in sizes)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "File must be non-empty"),
        (b"%PDF-1.7", "IMAGE_PROCESS_FAILED"),
        (png(5001, 5000), "PHOTO_INVALID_DIMENSIONS"),
        (png(2001, 100), "PHOTO_INVALID_DIMENSIONS"),
        (png(9, 9) + bytes(MAX_PHOTO),
         f"File of size {MAX_PHOTO + 29} bytes is too big for a photo; the maximum size is 10485760 bytes"),
    ],
)  # fmt: skip
def test_what_telegram_takes_for_no_photo_is_refused_in_its_words(content: bytes, words: str) -> None:
    with pytest.raises(FileError) as caught:
        Files().add_photo("x.png", content)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("given", "name", "kind", "ending"),
    [
        ("links.json", "links.json", "application/json", ".json"),
        ("../up/../links.csv", "links.csv", "text/csv", ".csv"),
        ("C:\\dir\\a.TXT", "a.TXT", "text/plain", ".TXT"),
        ("", "file", "application/octet-stream", ""),
        ("..", "file", "application/octet-stream", ""),
        ("x.b?", "x.b?", "application/octet-stream", ""),
    ],
)
def test_a_document_has_a_name_without_folders_and_the_type_of_its_ending(
    given: str, name: str, kind: str, ending: str
) -> None:
    file = Files().add_document(given, b"x")
    assert (file.name, file.mime_type, file.ending) == (name, kind, ending)
