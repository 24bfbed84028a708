from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pluggram import Json
from tests.plugins.conftest import ADMIN, OWNER, USER, Talk, TalkTo

BOTH = "[plugins.links]\n[plugins.postno]\n"


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to(BOTH) as talk:
        yield talk


async def keep(talk: Talk, **links: Json) -> None:
    await talk.store("links").put_many({name.removeprefix("n"): value for name, value in links.items()})


async def test_a_known_number_is_answered_with_its_link(talk: Talk) -> None:
    await keep(talk, n0042="https://example.org/a", n0001="http://example.org/_*[x](y)<b>")
    assert await talk.ask("/postno0042") == "🔗 Link for post 0042: https://example.org/a"
    assert await talk.ask("/postno0001") == "🔗 Link for post 0001: http://example.org/_*[x](y)%3Cb%3E"


async def test_a_title_stands_under_the_link(talk: Talk) -> None:
    await keep(talk, n0042={"url": "https://example.org/a", "title": "How <b>bread</b>\nrises", "by": 11})
    assert await talk.ask("/postno0042") == "🔗 Link for post 0042: https://example.org/a\nHow <b>bread</b> rises"


@pytest.mark.parametrize("text", ["/POSTNO0042", "/postno0042@testbot", "/postno0042@TestBot"])
async def test_case_and_our_own_name_make_no_difference(talk: Talk, text: str) -> None:
    await keep(talk, n0042="https://example.org/a")
    assert "https://example.org/a" in await talk.ask(text, group=True)


@pytest.mark.parametrize("text", ["/postno0042@otherbot", "postno0042", "/postno٠٠٤٢", "/postno００４２", "/postno42x"])
async def test_what_is_not_meant_for_us_is_never_answered_with_a_link(talk: Talk, text: str) -> None:
    await keep(talk, n0042="https://example.org/a")
    reply = await talk.send(text, group=True)
    assert reply is None or "example.org" not in reply.text


async def test_what_was_not_simply_written_here_is_not_answered(talk: Talk) -> None:
    await keep(talk, n0042="https://example.org/a")
    assert await talk.send("/postno0042", forward_date=1) is None
    assert await talk.send("/postno0042", via_bot={"id": 5, "is_bot": True, "first_name": "x"}) is None


@pytest.mark.parametrize(
    "text", ["/postno42", "/postno 42", "/postno00042", "/postno 0042", "/postno_42", "/postno #42", "/PostNo42"]
)
async def test_a_number_written_otherwise_gets_the_right_form(talk: Talk, text: str) -> None:
    assert await talk.ask(text) == "Did you mean /postno0042?"


@pytest.mark.parametrize("text", ["/postno", "/postno12345", "/postno 12345"])
async def test_a_number_that_cannot_be_guessed_gets_an_example(talk: Talk, text: str) -> None:
    assert await talk.ask(text) == "A post's number has 4 digits, right behind the command: /postno0042"


async def test_an_unknown_number_names_the_nearest_that_exist(talk: Talk) -> None:
    await keep(talk, n0007="https://example.org/7", n0042="https://example.org/42", n0100="https://example.org/100")
    assert await talk.ask("/postno0043") == "Post 0043 was not found. The nearest are /postno0042 and /postno0100"
    assert await talk.ask("/postno0000") == "Post 0000 was not found. The nearest is /postno0007"
    assert await talk.ask("/postno9999") == "Post 9999 was not found. The nearest is /postno0100"


async def test_without_any_link_only_who_may_add_one_reads_how(talk: Talk) -> None:
    how = (
        "Add one: /addlink 0001 https://example.org\n"
        "Or import a file: send it with the caption /importlinks, or in the shell, pluggram links import FILE"
    )
    assert await talk.ask("/postno0001", USER) == "Post 0001 was not found: there are no links yet."
    assert await talk.ask("/postno0001", ADMIN) == f"Post 0001 was not found: there are no links yet.\n{how}"
    assert await talk.ask("/postno0001", OWNER) == f"Post 0001 was not found: there are no links yet.\n{how}"


async def test_without_the_links_plugin_nobody_is_told_of_commands_that_do_not_exist(talk_to: TalkTo) -> None:
    async with talk_to("[plugins.postno]") as talk:
        assert await talk.ask("/postno0001", OWNER) == "Post 0001 was not found: there are no links yet."


async def test_the_import_command_is_named_as_the_links_plugin_is(talk_to: TalkTo) -> None:
    async with talk_to('[plugins.posts]\nuse = "pluggram_plugins.links:Links"\n[plugins.postno]') as talk:
        assert "pluggram posts import FILE" in await talk.ask("/postno0001", OWNER)


@pytest.mark.parametrize(
    "stored", ["javascript:alert(1)", "", 7, ["x"], {"title": "x"}, "https://u:secret@example.org"]
)
async def test_a_stored_value_that_may_not_be_sent_is_said_to_be_unusable(talk: Talk, stored: Json) -> None:
    await keep(talk, n0042=stored)
    answer = await talk.ask("/postno0042")
    assert answer.startswith("⚠️ A link is stored for post 0042, but it is not usable: ")
    assert "secret" not in answer
    assert "/addlink" not in answer
    assert (await talk.ask("/postno0042", ADMIN)).endswith("\nReplace it: /addlink 0042 https://example.org")


async def test_white_space_around_a_stored_link_is_not_sent(talk: Talk) -> None:
    await keep(talk, n0042="  https://example.org/spaces \n")
    assert await talk.ask("/postno0042") == "🔗 Link for post 0042: https://example.org/spaces"


async def test_the_same_code_serves_another_prefix_with_other_digits(talk_to: TalkTo) -> None:
    second = '[plugins.postnumber]\nuse = "pluggram_plugins.postno:Postno"\nprefix = "postnumber"\ndigits = 5\n'
    async with talk_to(BOTH + second) as talk:
        await keep(talk, n0001="https://example.org/four", n00001="https://example.org/five")
        assert await talk.ask("/postnumber00001") == "🔗 Link for post 00001: https://example.org/five"
        assert await talk.ask("/postno0001") == "🔗 Link for post 0001: https://example.org/four"
        assert await talk.ask("/postnumber1") == "Did you mean /postnumber00001?"
        assert await talk.ask("/postnumber00003") == "Post 00003 was not found. The nearest is /postnumber00001"


async def test_a_table_can_have_links_of_its_own(talk_to: TalkTo) -> None:
    async with talk_to('[plugins.postno]\nnamespace = "films"') as talk:
        await talk.store("films").put("0001", "https://example.org/film")
        assert "https://example.org/film" in await talk.ask("/postno0001")


async def test_the_file_of_an_old_bot_serves_as_it_is(talk_to: TalkTo, tmp_path: Path) -> None:
    folder = tmp_path / "testbot" / "data"
    folder.mkdir(parents=True)
    odd = '"": "x", "7": "https://example.org/7", "0003": null, "0004": "ftp://example.org"'
    (folder / "links.json").write_text(f'{{"0001": "https://example.org/1", {odd}}}')
    environ = {"PLUGGRAM_DATA_DIR": str(tmp_path), "PLUGGRAM__STORAGE__URL": "json:data"}
    async with talk_to(BOTH, environ) as talk:
        assert await talk.ask("/postno0001") == "🔗 Link for post 0001: https://example.org/1"
        assert await talk.ask("/postno0003") == "Post 0003 was not found. The nearest is /postno0001"
        assert "is not usable" in await talk.ask("/postno0004")
