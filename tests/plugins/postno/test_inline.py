from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from pluggram import Json
from pluggram.storage import Storage, open_backend
from tests.plugins.conftest import Talk, TalkTo


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.postno]\n[plugins.links]\n") as talk:
        yield talk


async def keep(talk: Talk, links: Mapping[str, Json]) -> None:
    await talk.store("links").put_many(links)


async def offered(talk: Talk, query: str) -> list[str]:
    """The numbers that are offered, in their order."""
    return [article.title.removeprefix("Post ")[:4] for article in await talk.inline(query)]


HARBOUR: dict[str, Json] = {
    "0042": {"url": "https://example.org/a", "title": "The new Harbour"},
    "0420": "https://example.org/b",
    "4200": "https://example.org/c",
    "0007": {"url": "https://example.org/42/seven", "title": "Seven"},
    "0008": {"url": "https://example.org/d", "title": "42 ways home"},
    "0009": "https://example.org/the-harbour.html",
    "0010": "https://example.org/%48arbour",
}


async def test_an_article_is_what_the_chat_answers_with_a_button_that_opens_it(talk: Talk) -> None:
    await keep(talk, HARBOUR)
    [article] = await talk.inline("0042")
    assert (article.title, article.description) == ("0042 — The new Harbour", "https://example.org/a")
    assert article.text == await talk.ask("/postno0042")
    buttons = [(button.label, button.url) for row in article.rows for button in row]
    assert buttons == [("Open", "https://example.org/a"), ("@testbot", "https://t.me/testbot?start=postno0042")]


async def test_the_link_under_an_article_brings_its_post(talk: Talk) -> None:
    await keep(talk, HARBOUR)
    assert await talk.ask("/start postno0042") == await talk.ask("/postno0042")


async def test_the_number_meant_is_offered_first_then_what_begins_so_then_titles_then_all_else(talk: Talk) -> None:
    await keep(talk, HARBOUR)
    assert await offered(talk, "42") == ["0042", "4200", "0008", "0007", "0420"]
    assert await offered(talk, "harbour") == ["0042", "0009", "0010"]


@pytest.mark.parametrize("query", ["0042", "/postno0042", "postno42", "#42", " /PostNo 42 ", "NEW harb", "hArBoUr new"])
async def test_it_is_found_however_it_is_written(talk: Talk, query: str) -> None:
    await keep(talk, HARBOUR)
    assert (await offered(talk, query))[0] == "0042"


@pytest.mark.parametrize("query", ["nowhere", "harbour nowhere", "٠٠٤٢", "42000", "\u202e", "x" * 256, "[", "%"])
async def test_what_is_nowhere_is_answered_with_nothing(talk: Talk, query: str) -> None:
    await keep(talk, HARBOUR)
    assert await offered(talk, query) == ["0010"] * (query == "%")


async def test_no_more_than_fifty_are_offered(talk: Talk) -> None:
    await keep(talk, {f"{n:04}": "https://example.org/" for n in range(3000)})
    assert await offered(talk, "example") == [f"{n:04}" for n in range(50)]
    assert await offered(talk, "2") == ["0002", *(f"{n:04}" for n in range(2000, 2049))]


async def test_who_has_written_nothing_yet_is_offered_a_few(talk: Talk) -> None:
    assert await talk.inline("") == ()
    await keep(talk, {f"{n:04}": "https://example.org/" for n in range(100)} | {"": "x", "0003": "ftp://example.org"})
    assert await offered(talk, "") == [f"{n:04}" for n in range(11) if n != 3]
    assert await offered(talk, "/postno") == await offered(talk, "") == await offered(talk, " \n")


async def test_what_may_not_be_sent_or_has_no_number_is_never_offered(talk: Talk) -> None:
    unusable: dict[str, Json] = {"0001": "javascript:alert(1)", "0002": 7, "0003": ["example"], "0004": {"url": None}}
    await keep(talk, unusable | {"7": "https://example.org/7", "00042": "https://example.org/"})
    assert await talk.inline("e") == await talk.inline("000") == await talk.inline("7") == ()


async def test_an_address_that_telegram_refuses_on_a_button_stays_in_the_text(talk: Talk) -> None:
    await keep(talk, {"0001": "http://localhost:8000/", "0002": "http://[::1]/", "0003": "http://127.0.0.1/"})
    labels = {a.title: [button.label for row in a.rows for button in row] for a in await talk.inline("")}
    assert labels == {"Post 0001": ["@testbot"], "Post 0002": ["Open", "@testbot"], "Post 0003": ["Open", "@testbot"]}


async def test_a_long_address_is_shown_shortened_and_sent_whole(talk: Talk) -> None:
    url = "https://example.org/" + "x" * 2000
    await keep(talk, {"0001": url})
    [article] = await talk.inline("0001")
    assert len(article.description) == 200
    assert url in article.text


async def test_what_another_process_wrote_is_offered_at_once_and_what_it_removed_is_not(
    talk_to: TalkTo, tmp_path: Path
) -> None:
    environ = {"PLUGGRAM_DATA_DIR": str(tmp_path), "PLUGGRAM__STORAGE__URL": "sqlite:bot.db"}
    async with talk_to("[plugins.postno]", environ) as talk:
        await keep(talk, HARBOUR)
        assert "0042" in await offered(talk, "harbour")
        other = Storage()
        other.attach(await open_backend("sqlite:bot.db", tmp_path / "testbot"))
        await other.store("links").put_many({"0042": None, "0050": {"url": "https://example.org/", "title": "Harbour"}})
        await other.close()
        assert await offered(talk, "harbour") == ["0050", "0009", "0010"]


async def test_one_table_answers_inline_and_another_can_be_told_not_to(talk_to: TalkTo) -> None:
    second = '[plugins.films]\nuse = "pluggram_plugins.postno:Postno"\nprefix = "film"\nnamespace = "films"\n'
    async with talk_to(f"[plugins.postno]\ninline = false\n{second}") as talk:
        await keep(talk, HARBOUR)
        await talk.store("films").put("0001", "https://example.org/film")
        [article] = await talk.inline("example")
        assert article.description == "https://example.org/film"
        assert [b.url for row in article.rows for b in row][-1] == "https://t.me/testbot?start=film0001"
