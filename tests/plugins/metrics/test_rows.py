import json

import pytest

from pluggram import handler
from pluggram_plugins._times import Times
from pluggram_plugins.metrics.rows import MOST, OTHERS, Rows

from .events import ADDLINK, FALLBACK, POSTNO, TURN, event, row_of


def test_each_command_of_a_plugin_has_its_row() -> None:
    rows = Rows()
    for declared, plugin, outcome in (
        (POSTNO, "postno", "answered"),
        (POSTNO, "postno", "failed"),
        (ADDLINK, "links", "answered"),
        (TURN, "links", "timeout"),
        (FALLBACK, "help", "silent"),
    ):
        row_of(rows, event(declared, plugin=plugin)).add(outcome, Times.of([0.1]))
    assert [(row.plugin, row.label, row.outcomes, row.failed, row.by_admins) for row in rows.all()] == [
        ("postno", "/postno<number>", {"answered": 1, "failed": 1}, 1, False),
        ("help", "anything else", {"silent": 1}, 0, False),
        ("links", "/addlink <number> <url>", {"answered": 1}, 0, True),
        ("links", "button turn:1", {"timeout": 1}, 1, False),
    ]


def test_a_family_that_all_may_use_is_looked_at_for_what_is_asked() -> None:
    rows = Rows()
    assert [row_of(rows, event(declared)).family for declared in (POSTNO, ADDLINK, TURN)] == ["/postno", "", ""]


def test_a_row_in_which_nothing_was_counted_is_not_shown() -> None:
    rows = Rows()
    row_of(rows, event())
    assert rows.all() == []


def test_however_many_commands_there_are_the_memory_is_bounded() -> None:
    rows = Rows()
    for number in range(2 * MOST):
        row_of(rows, event(handler(f"/c{number:04}", lambda request: None), plugin="big")).add(
            "answered", Times.of([0.1])
        )
    assert len(rows.all()) == MOST + 1
    assert (rows.all()[0].label, rows.all()[0].times.count) == (OTHERS, MOST)
    assert max(len(row.label) for row in rows.all()) <= 40


def test_handlers_that_are_made_anew_for_each_request_share_their_row_and_are_not_kept() -> None:
    rows = Rows()
    for _ in range(12_000):
        row_of(rows, event(handler("a dialogue", lambda request: None))).add("answered", Times.of([0.1]))
    assert [(row.label, row.times.count) for row in rows.all()] == [("a dialogue", 12_000)]
    assert len(rows._known) <= 5000


def test_they_come_back_from_json_and_go_on() -> None:
    rows, back = Rows(), Rows()
    row_of(rows, event()).add("answered", Times.of([0.1]))
    row_of(rows, event(ADDLINK, plugin="links")).add("answered", Times.of([0.2]))
    back.load(json.loads(json.dumps(rows.dumped())))
    assert back.dumped() == rows.dumped()
    row_of(back, event()).add("failed", Times.of([0.3]))
    assert back.all()[0].outcomes == {"answered": 1, "failed": 1}
    assert row_of(back, event()).family == "/postno"


def test_what_nobody_uses_any_more_makes_room() -> None:
    rows, back = Rows(), Rows()
    for number in range(MOST):
        row = row_of(rows, event(handler(f"/c{number:04}", lambda request: None), plugin="big"))
        for _ in range(1 + number % 2):
            row.add("answered", Times.of([0.1]))
    back.load(rows.dumped())
    assert len(back.all()) == MOST // 2
    assert {row.times.count for row in back.all()} == {2}


@pytest.mark.parametrize("odd", [[7], [["a"]], [["a", "b", True, [], {}]], [["a", "b", True, {}, {}]]])
def test_anything_else_is_refused(odd: list[object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        Rows().load(odd)
