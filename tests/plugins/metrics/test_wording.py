"""Lists that could be long are cut, and what is estimated says so."""

from pluggram import Metric, handler
from pluggram_plugins._times import Times
from pluggram_plugins.metrics import wording
from pluggram_plugins.metrics.recorder import DAY, Recorder
from pluggram_plugins.metrics.rows import Rows

from .events import ADDLINK, event, row_of

NOW = 20_000.5 * DAY


def test_commands_beyond_the_most_used_are_left_to_stats() -> None:
    rows = Rows()
    for number in range(40):
        row = row_of(rows, event(handler(f"/c{number:02}", lambda request: None, help="x"), plugin="big"))
        for _ in range(100 - number):
            row.add("answered", Times.of([0.01]))
    lines = list(wording.by_command(rows.all(), NOW))
    assert lines[0] == "By command since 4 Oct 2024:"
    assert lines[1] == "• /c00: 100 requests, 10 ms on average"
    assert lines[-1] == "and 25 more: /stats shows them by plugin"
    assert len(lines) == 17


def test_what_admins_did_is_told_by_command_without_its_arguments() -> None:
    rows = Rows()
    other = handler("/addlink +x", lambda request: None, family="/addlink [x]", access="owner")
    for declared, outcome in ((ADDLINK, "answered"), (other, "answered"), (ADDLINK, "denied")):
        row_of(rows, event(declared)).add(outcome, Times.of([0.01]))
    assert list(wording.by_admins(rows.all(), NOW)) == ["Admins did since 4 Oct 2024: /addlink (2)"]
    assert list(wording.by_admins([], NOW)) == []


def test_many_people_are_about_so_many() -> None:
    now = [NOW - DAY]
    recorder = Recorder(lambda: now[0])
    for user in range(1000):
        recorder.add(event(user=user))
    recorder.look()
    now[0] = NOW
    recorder.add(event(user=7))
    recorder.look()
    people = next(wording.audience(recorder, NOW))
    assert people.startswith("People: 1 today (UTC), about ")
    assert 900 < int(people.split()[5].replace(",", "")) < 1100


def test_what_a_plugin_counts_under_many_names_is_cut_and_what_cannot_be_read_is_told() -> None:
    many = [Metric("dice", f"n{number:02}", number) for number in range(20)]
    lines = list(wording.own([*many, Metric("links", "links", None, "OSError: /srv/x")]))
    assert lines[0] == "Plugins count and measure:"
    assert lines[1].startswith("• dice: n00 0, n01 1, ")
    assert lines[1].endswith("n11 11, …")
    assert lines[2] == "• links: links could not be read"
    assert list(wording.own([])) == []
