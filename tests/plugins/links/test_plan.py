import json
from functools import partial

import pytest

from pluggram import Json
from pluggram_plugins._link import Link
from pluggram_plugins.links.plan import Change, Outdated, Plan, replacing
from pluggram_plugins.links.source import Entry, read_json

URL = "https://example.org/a"

ODDITIES: dict[str, tuple[Json, str]] = {
    "": ("https://example.org/empty-key", "a post's number has 4 digits"),
    "7": ("https://example.org/one-digit", "did you mean 0007?"),
    "00x1": ("https://example.org/letters", "a post's number has 4 digits"),
    "12345": ("https://example.org/five-digits", "a post's number has 4 digits"),
    "٠٠٠١": ("https://example.org/arabic-digits", "a post's number has 4 digits"),
    "9999": (None, "null"),
    "9998": ("", "there is no link"),
    "9993": ("https://", "no host"),
    "9992": ("example.org/no-scheme", "begins with neither"),
    "9991": ("ftp://example.org/file", "begins with ftp:"),
    "9990": ("javascript:alert(1)", "begins with javascript:"),
    "9995": ("https://user:secret@example.org/login", "user name or password"),
    "9997": ("https://example.org/zero\u200bwidth\u202edesrever", "U+200B"),
    "9996": ("https://example.org/" + "x" * 3000, "at most 2048"),
    "9989": ({"url": URL, "title": 7}, "its title is no text"),
    "9988": ({"url": URL, "title": "x" * 201}, "the title is 201 characters long"),
    "9987": ([URL], "a list"),
}


def plan(values: dict[str, Json], stored: dict[str, Json] | None = None) -> Plan:
    return Plan.make(read_json(json.dumps(values)), stored or {}, digits=4)


@pytest.mark.parametrize("key", ODDITIES)
def test_each_odd_entry_is_refused_with_its_reason_and_nothing_written(key: str) -> None:
    value, reason = ODDITIES[key]
    made = plan({key: value})
    assert made.writes == {}
    ((entry, said),) = [(refused.entry, refused.reason) for refused in made.refused]
    assert (entry.key, entry.value) == (key, value)
    assert reason in said
    assert not said.endswith(".")


def test_white_space_is_trimmed_and_reported() -> None:
    made = plan({" 0042\t": "  https://example.org/spaces  "})
    assert made.writes == {"0042": "https://example.org/spaces"}
    assert made.tidied == [
        ("0042", "white space around the number dropped"),
        ("0042", "white space around the link dropped"),
    ]


def test_what_is_written_otherwise_or_left_out_is_reported() -> None:
    made = plan({"0042": {"url": "https://Example.org/é", "title": "a\nb", "by": "x", "clicks": 3, "at": None}})
    assert made.writes == {"0042": {"url": "https://example.org/%C3%A9", "title": "a b"}}
    assert made.tidied == [
        ("0042", "the link is written https://example.org/%C3%A9"),
        ("0042", "the title is written on one line of visible characters"),
        ("0042", "its 'by' is left out"),
        ("0042", "its 'clicks' is left out"),
    ]


def test_new_changed_and_equal_links_are_told_apart() -> None:
    stored: dict[str, Json] = {"0002": "https://example.org/old", "0003": f" {URL} ", "0004": "javascript:alert(1)"}
    made = plan({"0001": URL, "0002": URL, "0003": URL, "0004": URL}, stored)
    assert made.added == {"0001": Link(URL)}
    assert made.changed == {
        "0002": Change("https://example.org/old", Link(URL)),
        "0004": Change("javascript:alert(1)", Link(URL)),
    }
    assert made.unchanged == ["0003"]
    assert made.writes == {"0001": URL, "0002": URL, "0004": URL}


def test_a_file_without_titles_takes_none_away() -> None:
    stored: dict[str, Json] = {"0042": {"url": URL, "title": "A title", "by": 11}}
    assert plan({"0042": URL}, stored).unchanged == ["0042"]
    assert plan({"0042": {"url": URL, "title": "Another"}}, stored).writes == {"0042": {"url": URL, "title": "Another"}}


def test_who_and_when_alone_is_no_change() -> None:
    stored: dict[str, Json] = {"0042": {"url": URL, "by": 11, "at": "2026-11-23"}}
    assert plan({"0042": {"url": URL, "by": 22, "at": "2026-11-24"}}, stored).unchanged == ["0042"]


def test_of_two_entries_for_a_number_the_last_good_one_counts_and_the_other_is_reported() -> None:
    entries = [
        Entry("0042", "https://example.org/1", 2),
        Entry("0042 ", URL, 3),
        Entry("0042", "https://", 4),
        Entry("0043", URL, 5),
        Entry("0043", URL, 6),
    ]
    made = Plan.make(entries, {}, digits=4)
    assert made.writes == {"0042": URL, "0043": URL}
    assert [(refused.entry.line, refused.reason) for refused in made.refused] == [
        (2, "the number stands again in line 3, and that one counts"),
        (4, "it has no host, such as example.org"),
        (5, "the number stands again in line 6, with the same link"),
    ]


def test_a_null_in_the_file_never_deletes_what_is_stored() -> None:
    made = plan({"0042": None}, {"0042": URL})
    assert made.writes == {}
    assert len(made.refused) == 1


def test_a_plan_is_written_over_the_links_that_it_was_made_for_and_no_others() -> None:
    stored: dict[str, Json] = {"0001": URL, "0002": URL + "/old", "0003": URL}
    plan = Plan.make([Entry("0001", URL), Entry("0002", URL), Entry("0004", URL)], stored, 4)
    over = partial(replacing, plan.overwrites, plan.writes)
    assert over(stored) == over({"0002": f"{URL}/old"}) == {"0002": URL, "0004": URL}
    changes: list[dict[str, Json]] = [{"0002": URL + "/newer"}, {"0002": None}, {"0004": URL}]
    for meanwhile in changes:
        with pytest.raises(Outdated, match=r"000[24] was changed meanwhile"):
            over(stored | meanwhile)
