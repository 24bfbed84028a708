"""Slots: what is begun and not ended is known to the next process, and what was answered of it."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.intake.slots import LONGEST, SIZE, InWork, Slots, in_work
from tests.core.storage.full_disk import files_of_at_most


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "slots"


def test_what_was_begun_and_not_ended_is_left(path: Path) -> None:
    assert in_work(path, key=9) == {}
    slots = Slots(path, key=9)
    begun = {number: slots.begin(number) for number in range(1, 1001)}
    for number in range(1, 1001, 2):
        slots.end(begun[number])
    slots.begin(5000)
    slots.close()
    assert in_work(path, key=9).keys() == {*range(2, 1001, 2), 5000}
    Slots(path, key=9).close()
    assert in_work(path, key=9) == {}


def test_an_answer_is_kept_with_how_much_of_it_is_sent_and_what_is_done_is_known_as_such(path: Path) -> None:
    slots = Slots(path, key=9)
    begun = {number: slots.begin(number) for number in range(1, 6)}
    assert slots.keep(begun[1], 1, "Grüße\x00\n")
    assert slots.keep(begun[2], 2, "")
    assert slots.keep(begun[3], 3, "x" * LONGEST)
    slots.sent(begun[3], 7)
    assert not slots.keep(begun[4], 4, "x" * (LONGEST - 1) + "ü")
    slots.sent(begun[4], 2)
    slots.sent(begun[5], 1)
    slots.done(begun[5])
    slots.close()
    assert in_work(path, key=9) == {
        1: InWork("Grüße\x00\n"),
        2: InWork(""),
        3: InWork("x" * LONGEST, sent=7),
        4: InWork(None, sent=2),
        5: InWork(None, done=True),
    }


def test_a_slot_that_is_taken_again_holds_nothing_of_who_had_it_before(path: Path) -> None:
    slots = Slots(path, key=9)
    slot = slots.begin(1)
    slots.keep(slot, 1, "an answer")
    slots.done(slot)
    slots.end(slot)
    assert slots.begin(2) == slot
    slots.close()
    assert in_work(path, key=9) == {2: InWork()}


@given(st.integers(0, 28), st.integers(0, 255))
def test_an_answer_that_was_written_in_part_is_none(at: int, byte: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "slots"
        slots = Slots(path, key=9)
        slots.keep(slots.begin(1), 1, "an answer")
        slots.close()
        content = bytearray(path.read_bytes())
        content[content.index(b"an answer") - 20 + at] = byte
        path.write_bytes(content)
        assert {each.answer for each in in_work(path, key=9).values()} <= {"an answer", None}


def test_the_rows_of_another_inbox_are_not_heeded(path: Path) -> None:
    slots = Slots(path, key=9)
    slots.begin(1)
    slots.close()
    assert in_work(path, key=10) == {}


def test_a_file_that_is_cut_short_or_empty_is_begun_anew(path: Path) -> None:
    for content in (b"", b"\x01", b"x" * 100):
        path.write_bytes(content)
        assert in_work(path, key=9) == {}
        slots = Slots(path, key=9)
        for number in range(1, 300):
            slots.begin(number)
        slots.close()
        assert in_work(path, key=9).keys() == {*range(1, 300)}


def test_the_disk_has_room_for_all_that_is_mapped_for_a_page_without_would_kill_the_process(path: Path) -> None:
    slots = Slots(path, key=9)
    for number in range(1, 5000):
        slots.begin(number)
    found = path.stat()
    assert found.st_blocks * 512 >= found.st_size
    slots.close()
    path.write_bytes(b"")
    os.truncate(path, 100_000)
    Slots(path, key=9).close()
    found = path.stat()
    assert found.st_blocks * 512 >= found.st_size >= 100_000


def test_on_a_full_disk_no_more_can_be_begun_and_what_was_stays(path: Path) -> None:
    slots = Slots(path, key=9)
    begun = [slots.begin(number) for number in range(1, 256)]
    for size in (256 * SIZE, 300 * SIZE):
        with files_of_at_most(size), pytest.raises(OSError, match=r"large|space"):
            slots.begin(256)
    slots.end(begun[0])
    slots.begin(256)
    for number in range(257, 600):
        slots.begin(number)
    slots.close()
    assert in_work(path, key=9).keys() == {*range(2, 600)}
