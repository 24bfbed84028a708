"""The file of started rows: what is begun and not ended is known to the next process."""

import os
from pathlib import Path

import pytest

from pluggram.intake.started import StartedFile, begun_in
from tests.core.storage.full_disk import files_of_at_most


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "started"


def test_what_was_begun_and_not_ended_is_left(path: Path) -> None:
    assert begun_in(path, key=9) == frozenset()
    started = StartedFile(path, key=9)
    slots = {number: started.begin(number) for number in range(1, 1001)}
    for number in range(1, 1001, 2):
        started.end(slots[number])
    started.begin(5000)
    started.close()
    assert begun_in(path, key=9) == {*range(2, 1001, 2), 5000}
    StartedFile(path, key=9).close()
    assert begun_in(path, key=9) == frozenset()


def test_the_numbers_of_another_inbox_are_not_heeded(path: Path) -> None:
    started = StartedFile(path, key=9)
    started.begin(1)
    started.close()
    assert begun_in(path, key=10) == frozenset()


def test_a_file_that_is_cut_short_or_empty_is_begun_anew(path: Path) -> None:
    for content in (b"", b"\x01", b"x" * 100):
        path.write_bytes(content)
        assert begun_in(path, key=9) == frozenset()
        started = StartedFile(path, key=9)
        for number in range(1, 300):
            started.begin(number)
        started.close()
        assert begun_in(path, key=9) == {*range(1, 300)}


def test_the_disk_has_room_for_all_that_is_mapped_for_a_page_without_would_kill_the_process(path: Path) -> None:
    started = StartedFile(path, key=9)
    for number in range(1, 5000):
        started.begin(number)
    found = path.stat()
    assert found.st_blocks * 512 >= found.st_size
    started.close()
    path.write_bytes(b"")
    os.truncate(path, 100_000)
    StartedFile(path, key=9).close()
    found = path.stat()
    assert found.st_blocks * 512 >= found.st_size >= 100_000


def test_on_a_full_disk_no_more_can_be_begun_and_what_was_stays(path: Path) -> None:
    started = StartedFile(path, key=9)
    slots = [started.begin(number) for number in range(1, 256)]
    for size in (2048, 3000):
        with files_of_at_most(size), pytest.raises(OSError, match=r"large|space"):
            started.begin(256)
    started.end(slots[0])
    started.begin(256)
    for number in range(257, 600):
        started.begin(number)
    started.close()
    assert begun_in(path, key=9) == {*range(2, 600)}
