from collections.abc import AsyncIterator

import pytest

from pluggram import Json, Reply
from tests.plugins.conftest import ADMIN, USER, Talk, TalkTo


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to("[plugins.links]") as talk:
        yield talk


async def keep(talk: Talk, count: int) -> None:
    links: dict[str, Json] = {f"{n:04}": f"https://example.org/{n}" for n in range(count)}
    await talk.store("links").put_many(links)


async def pressed(talk: Talk, reply: Reply, label: str) -> Reply:
    data = {button.label: button.data for row in reply.rows for button in row}[label]
    assert data is not None
    answer = await talk.press(data, ADMIN)
    assert answer is not None
    assert answer.edit
    return answer


async def listed(talk: Talk, text: str = "/listlinks") -> Reply:
    reply = await talk.send(text, ADMIN)
    assert reply is not None
    return reply


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.rows for button in row]


async def test_a_few_links_fit_on_one_page_without_buttons(talk: Talk) -> None:
    await talk.store("links").put_many(
        {"0001": "https://example.org/1", "0007": {"url": "https://example.org/7", "title": "Seven"}}
    )
    reply = await listed(talk)
    assert reply.text == "Links 1 to 2 of 2\n0001 https://example.org/1\n0007 https://example.org/7 — Seven"
    assert labels(reply) == []


async def test_buttons_lead_through_all_pages_and_back(talk: Talk) -> None:
    await keep(talk, 45)
    first = await listed(talk)
    assert first.text.startswith("Links 1 to 20 of 45\n0000 ")
    assert labels(first) == ["Next ›"]
    second = await pressed(talk, first, "Next ›")
    assert second.text.startswith("Links 21 to 40 of 45\n0020 ")
    assert labels(second) == ["‹ Previous", "Next ›"]
    third = await pressed(talk, second, "Next ›")
    assert third.text.startswith("Links 41 to 45 of 45\n0040 ")
    assert labels(third) == ["‹ Previous"]
    back = await pressed(talk, await pressed(talk, third, "‹ Previous"), "‹ Previous")
    assert back.text == first.text


async def test_no_link_is_skipped_when_others_are_removed_between_presses(talk: Talk) -> None:
    await keep(talk, 45)
    first = await listed(talk)
    await talk.store("links").put_many({f"{n:04}": None for n in range(15, 20)})
    assert (await pressed(talk, first, "Next ›")).text.startswith("Links 16 to 35 of 40\n0020 ")


async def test_a_button_whose_page_is_gone_shows_the_last_one(talk: Talk) -> None:
    await keep(talk, 45)
    second = await pressed(talk, await listed(talk), "Next ›")
    await talk.store("links").put_many({f"{n:04}": None for n in range(10, 45)})
    assert (await pressed(talk, second, "Next ›")).text.startswith("Links 1 to 10 of 10\n")
    await talk.store("links").put_many({f"{n:04}": None for n in range(10)})
    assert (await pressed(talk, second, "Next ›")).text.startswith("There are no links yet.")


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("/listlinks 2", "Links 21 to 40 of 45"),
        ("/listlinks 99", "Links 41 to 45 of 45"),
        ("/listlinks 0", "Links 1 to 20"),
    ],
)
async def test_a_page_can_be_asked_for(talk: Talk, text: str, heading: str) -> None:
    await keep(talk, 45)
    assert (await listed(talk, text)).text.startswith(heading)


async def test_a_page_that_is_no_number_is_answered_with_how_to_write_it(talk: Talk) -> None:
    assert (await talk.ask("/listlinks two", ADMIN)).startswith("Usage: /listlinks [page]")


async def test_the_longest_links_fit_into_one_message(talk: Talk) -> None:
    link: Json = {"url": "https://example.org/" + "x" * 2028, "title": "🦊" * 200}
    await talk.store("links").put_many({f"{n:04}": link for n in range(45)})
    assert len((await listed(talk)).text.encode("utf-16-le")) // 2 <= 4096


async def test_odd_entries_are_named_apart_and_unusable_links_marked(talk: Talk) -> None:
    await talk.store("links").put_many(
        {"": "x", "7": "https://example.org", "0001": "javascript:alert(1)", "a\u202eb": 1}
    )
    assert (await talk.ask("/listlinks", ADMIN)).splitlines() == [
        "Links 1 to 1 of 1",
        "0001 ⚠️ not usable: a link begins with http:// or https://, this one begins with javascript:",
        r'⚠️ 3 entries under what is no post\'s number: "", 7, "a\u202eb"'.replace("\\'", "'"),
    ]


async def test_another_person_who_presses_is_refused(talk: Talk) -> None:
    await keep(talk, 45)
    reply = await talk.press("listlinks:after:0019", USER)
    assert reply is not None
    assert "example.org" not in reply.text


@pytest.mark.parametrize(
    ("text", "number"), [("0007", "0007"), ("EXAMPLE.org/7", "0007"), ("ХЛЕБ", "0008"), ("seven", "0007")]
)
async def test_a_link_is_found_by_number_address_and_title(talk: Talk, text: str, number: str) -> None:
    await talk.store("links").put_many(
        {
            "0007": {"url": "https://example.org/7", "title": "The SEVEN"},
            "0008": "https://example.org/%D0%A5%D0%BB%D0%B5%D0%B1",
            "0009": "https://example.net",
        }
    )
    answer = await talk.ask(f"/findlink {text}", ADMIN)
    assert answer.startswith(f"1 link found:\n{number} ")


async def test_what_is_found_is_capped_and_the_rest_counted(talk: Talk) -> None:
    await keep(talk, 2345)
    lines = (await talk.ask("/findlink example", ADMIN)).splitlines()
    assert lines[0] == "2,345 links found:"
    assert lines[-1] == "and 2,325 more"
    assert len(lines) == 22


async def test_unusable_entries_are_found_by_what_they_hold(talk: Talk) -> None:
    await talk.store("links").put("0001", "javascript:alert(1)")
    assert "0001 ⚠️ not usable" in await talk.ask("/findlink alert", ADMIN)


async def test_nothing_found_says_so(talk: Talk) -> None:
    assert await talk.ask("/findlink nothing here", ADMIN) == "No link found for nothing here."
    assert (await talk.ask("/findlink", ADMIN)).startswith("Usage: /findlink <text>")


@pytest.mark.parametrize("text", ["/listlinks", "/findlink example"])
async def test_only_admins_look_through_links(talk: Talk, text: str) -> None:
    await keep(talk, 3)
    assert "example.org" not in await talk.ask(text, USER)


async def test_the_way_back_ends_at_the_first_link(talk: Talk) -> None:
    await keep(talk, 45)
    first = await talk.press("listlinks:before:0005", ADMIN)
    assert first is not None
    assert first.text == (await listed(talk)).text
