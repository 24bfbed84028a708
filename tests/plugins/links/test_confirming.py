import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pluggram import Json, Reply, StorageError
from pluggram.storage.memory import MemoryBackend
from pluggram_plugins.links import questions
from pluggram_plugins.links.confirming import Intended
from tests.plugins.conftest import ADMIN, OWNER, USER, Talk, TalkTo

URL = "https://example.org/"
TABLES = "[plugins.links]\n[plugins.admins]\n[plugins.audit]"
OUT_OF_DATE = "This is out of date. Please ask for it again."


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to(TABLES) as talk:
        yield talk


async def asked(talk: Talk, user: int = ADMIN, *, new: str = "new", group: bool = False) -> Reply:
    """Ask whether 0001 is to be imported."""
    reply = await talk.send_file("links.csv", f"number,url\n0001,{URL}{new}\n".encode(), user, group=group)
    assert reply is not None
    return reply


async def pressed(talk: Talk, reply: Reply, label: str, user: int = ADMIN, *, group: bool = False) -> Reply:
    data = {button.label: button.data for row in reply.rows for button in row}[label]
    answer = await talk.press(str(data), user, group=group)
    assert answer is not None
    return answer


async def link(talk: Talk) -> Json:
    return await talk.store("links").get("0001")


async def test_a_second_press_says_that_it_was_done(talk: Talk) -> None:
    question = await asked(talk)
    await pressed(talk, question, "Import 1 link")
    await talk.ask("/removelink 0001", ADMIN)
    for label in ("Import 1 link", "Cancel"):
        again = await pressed(talk, question, label)
        assert (again.text, again.notice) == ("This was done already.", True)
    assert await link(talk) is None


async def test_cancelled_is_cancelled(talk: Talk) -> None:
    question = await asked(talk)
    cancelled = await pressed(talk, question, "Cancel")
    assert (cancelled.text, cancelled.edit, cancelled.rows) == ("Cancelled. Nothing was changed.", True, ())
    assert (await pressed(talk, question, "Import 1 link")).text == "This was cancelled."
    assert await link(talk) is None
    assert [key for key, _ in await talk.store("plugin.links").items("content/")] == []


async def test_only_who_asked_may_answer_and_only_there_and_while_he_is_an_admin(talk: Talk) -> None:
    question = await asked(talk, group=True)
    other = await pressed(talk, question, "Import 1 link", OWNER, group=True)
    assert (other.text, other.notice) == ("Only who asked for this may answer it.", True)
    elsewhere = await pressed(talk, question, "Import 1 link", ADMIN)
    assert elsewhere.text == "This can be answered only where it was asked."
    assert "Only an admin" in (await pressed(talk, question, "Import 1 link", USER, group=True)).text
    await talk.ask(f"/admins remove {ADMIN}", OWNER)
    assert "Only an admin" in (await pressed(talk, question, "Import 1 link", ADMIN, group=True)).text
    assert await link(talk) is None
    await talk.ask(f"/admins add {ADMIN}", OWNER)
    assert "1 link added" in (await pressed(talk, question, "Import 1 link", ADMIN, group=True)).text


async def test_where_the_links_have_changed_it_is_shown_anew_and_only_then_done(talk: Talk) -> None:
    question = await asked(talk)
    await talk.ask(f"/addlink 0001 {URL}meanwhile", OWNER)
    anew = await pressed(talk, question, "Import 1 link")
    assert anew.edit
    assert anew.text.split("\n") == [
        "The links have changed since you were asked. This is what it would do now:",
        "links.csv: 1 entry (CSV)",
        "1 would be changed",
        f"• 0001  {URL}meanwhile -> {URL}new",
    ]
    assert await link(talk) != URL + "new"
    assert (await pressed(talk, anew, "Import 1 link")).text.startswith("✅ links.csv: 1 link changed")
    assert await link(talk) == URL + "new"


async def test_where_nothing_is_left_to_do_it_says_so(talk: Talk) -> None:
    question = await asked(talk)
    await talk.store("links").put("0001", URL + "new")
    anew = await pressed(talk, question, "Import 1 link")
    assert anew.text.endswith("1 unchanged\nSo there is nothing to write.")
    assert anew.rows == ()


async def test_a_change_in_the_last_moment_is_not_overwritten(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    question = await asked(talk)
    digest = Intended.digest

    def meanwhile(intended: Intended) -> str:
        monkeypatch.setattr(Intended, "digest", digest)
        coming = talk.store("links").put("0001", URL + "meanwhile")
        asyncio.run_coroutine_threadsafe(coming, loop).result()
        return digest(intended)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(Intended, "digest", meanwhile)
    anew = await pressed(talk, question, "Import 1 link")
    assert f"{URL}meanwhile -> {URL}new" in anew.text
    assert await link(talk) == URL + "meanwhile"


async def test_two_presses_at_once_do_it_once(talk: Talk) -> None:
    question = await asked(talk)
    both = await asyncio.gather(*(pressed(talk, question, "Import 1 link") for _ in range(2)))
    assert sum(reply.text.startswith("✅") for reply in both) == 1
    assert len(await talk.store("audit").items("log/")) == 1


async def test_a_question_outlives_a_restart(talk_to: TalkTo, tmp_path: Path) -> None:
    environ = {"PLUGGRAM_DATA_DIR": str(tmp_path), "PLUGGRAM__STORAGE__URL": "sqlite:bot.db"}
    async with talk_to(TABLES, environ) as talk:
        question = await asked(talk)
    async with talk_to(TABLES, environ) as talk:
        assert "1 link added" in (await pressed(talk, question, "Import 1 link")).text
        assert await link(talk) == URL + "new"


async def test_a_question_that_has_waited_too_long_is_out_of_date(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    question = await asked(talk)
    monkeypatch.setattr(questions, "LASTS", timedelta(0))
    for label in ("Import 1 link", "Cancel"):
        assert (await pressed(talk, question, label)).text == OUT_OF_DATE
    assert await link(talk) is None


async def test_only_so_many_questions_wait(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = [await asked(talk, new=str(n)) for n in range(3)]
    assert (await pressed(talk, first, "Import 1 link")).text == OUT_OF_DATE
    assert "link added" in (await pressed(talk, second, "Import 1 link")).text
    assert (await pressed(talk, third, "Cancel")).text == "Cancelled. Nothing was changed."
    for user in range(100, 120):
        await talk.store("admins").put(str(user), True)
        await asked(talk, user, new=str(user))
    store = talk.store("plugin.links")
    assert await store.count("question/") == await store.count("content/") == questions.MOST


@pytest.mark.parametrize("data", ["links:yes:0123456789ab", "links:no:ffffffffffff"])
async def test_forged_data_does_no_harm(talk: Talk, data: str) -> None:
    await asked(talk)
    answer = await talk.press(data, ADMIN)
    assert answer is not None
    assert (answer.text, answer.notice) == (OUT_OF_DATE, True)
    for odd in ("links:yes:", "links:yes:0123456789AB", "links:yes:" + "0" * 54, "links:maybe:0123456789ab"):
        assert await talk.press(odd, ADMIN) is None


@pytest.mark.parametrize("stored", [7, {}, {"user": ADMIN}, {"asked": "yesterday"}])
async def test_a_question_that_was_edited_by_hand_is_out_of_date(talk: Talk, stored: Json) -> None:
    question = await asked(talk)
    [(key, value)] = await talk.store("plugin.links").items("question/")
    assert isinstance(value, dict)
    await talk.store("plugin.links").put(key, value | stored if stored == {"asked": "yesterday"} else stored)  # type: ignore[operator]
    assert (await pressed(talk, question, "Import 1 link")).text == OUT_OF_DATE


async def test_who_is_told_when_the_storage_fails_may_try_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    question = await asked(talk)

    async def full(*_: object) -> None:
        raise StorageError("bot.db: the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(MemoryBackend, "update_together", full)
        failed = await pressed(talk, question, "Import 1 link")
    assert failed.notice
    assert failed.text.startswith("Not saved: the storage failed, and what was there before stands.")
    assert "the import of links.csv: nothing was changed: bot.db: the disk is full" in caplog.text
    assert "1 link added" in (await pressed(talk, question, "Import 1 link")).text


async def test_what_is_kept_of_a_question_is_small(talk: Talk) -> None:
    content = "number,url\n" + "".join(f"{n:04},{URL}{n}\n" for n in range(10_000))
    await talk.send_file("links.csv", content.encode(), ADMIN)
    [(_, packed)] = await talk.store("plugin.links").items("content/")
    assert len(str(packed)) < len(content) / 4
    [(_, kept)] = await talk.store("plugin.links").items("question/")
    assert isinstance(kept, dict)
    assert datetime.now(UTC) - datetime.fromisoformat(str(kept["asked"])) < timedelta(minutes=1)
