import pytest

from pluggram.simulator import ApiError
from pluggram.simulator.methods.files import MAX_DOWNLOAD
from tests.core.simulator.pictures import png
from tests.core.simulator.stage import Stage

URLS = [("http://example.com/chart.png", "failed to get HTTP URL content"), ("x y.png", "wrong HTTP URL specified")]


@pytest.fixture
def started(stage: Stage) -> Stage:
    stage.ann.send(stage.chat, "/start")
    return stage


async def test_a_file_is_opened_for_download_and_fetched(started: Stage) -> None:
    sent = await started.message("sendDocument", chat_id=started.ann.id, document=("a.json", b"{}", ""))
    named = sent["document"]
    assert isinstance(named, dict)
    with pytest.raises(ApiError, match="404"):
        started.telegram.download(started.bot.token, "documents/file_0.json")
    file = await started.message("getFile", file_id=named["file_id"])
    assert file == {
        "file_id": named["file_id"],
        "file_unique_id": named["file_unique_id"],
        "file_size": 2,
        "file_path": "documents/file_0.json",
    }
    assert await started.message("getFile", file_id=named["file_id"]) == file
    assert started.telegram.download(started.bot.token, "documents/file_0.json") == b"{}"
    other = started.telegram.bot("other_bot")
    for token in (other.token, "42:wrong"):
        with pytest.raises(ApiError, match="404"):
            started.telegram.download(token, "documents/file_0.json")


async def test_every_size_of_a_photo_can_be_fetched(started: Stage) -> None:
    picture = png(200, 100)
    sent = await started.message("sendPhoto", chat_id=started.ann.id, photo=("a.png", picture, "image/png"))
    assert isinstance(sent["photo"], list)
    for number, size in enumerate(sent["photo"]):
        file = await started.message("getFile", file_id=size["file_id"])
        assert file["file_path"] == f"photos/file_{number}.png"
        assert started.telegram.download(started.bot.token, str(file["file_path"])) == picture


async def test_who_asks_for_no_file_is_told_so(started: Stage) -> None:
    assert await started.refusal("getFile", file_id="x") == "Bad Request: invalid file_id"
    assert await started.refusal("getFile") == "Bad Request: file_id not specified"


async def test_a_file_beyond_20_mb_can_be_sent_but_not_fetched(started: Stage) -> None:
    for size, fits in ((MAX_DOWNLOAD, True), (MAX_DOWNLOAD + 1, False)):
        message = started.ann.send_document(started.chat, "big.bin", bytes(size))
        file_id = message.json()["document"]["file_id"]  # type: ignore[index]
        answer = await started.telegram.call(started.bot.token, "getFile", {"file_id": file_id})
        assert answer.body.get("description", "ok") == ("ok" if fits else "Bad Request: file is too big")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        *URLS,
        ("x" * 5, "wrong remote file identifier specified: Wrong string length"),
        ("/etc/hosts", "wrong remote file identifier specified: Wrong character in the string"),
        ("BQAC", "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"),
        ("BQACBA", "wrong file identifier/HTTP URL specified"),
        ("attach://x", "there is no {} in the request"),
        ("", "there is no {} in the request"),
    ],
)
async def test_what_names_no_file_is_refused_and_nothing_fetched(started: Stage, source: str, words: str) -> None:
    for kind in ("photo", "document"):
        refusal = await started.refusal(f"send{kind}", chat_id=started.ann.id, **{kind: source})
        assert refusal == f"Bad Request: {words.format(kind)}"
    assert len(started.chat.messages) == 1


async def test_a_photo_is_no_document_and_a_document_no_photo(started: Stage) -> None:
    photo = started.ann.send_photo(started.chat, "a.png", png(9, 9)).json()["photo"][0]  # type: ignore[index]
    words = await started.refusal("sendDocument", chat_id=started.ann.id, document=photo["file_id"])
    assert words == "Bad Request: can't use file of type Photo as Document"
    document = started.ann.send_document(started.chat, "a.png", png(9, 9)).json()["document"]
    words = await started.refusal("sendPhoto", chat_id=started.ann.id, photo=document["file_id"])  # type: ignore[index]
    assert words == "Bad Request: can't use file of type Document as Photo"
