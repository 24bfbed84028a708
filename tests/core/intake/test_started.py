"""The file of started rows: what is begun and not ended is known to the next process."""

from pathlib import Path

from pluggram.intake.started import StartedFile


def test_what_was_begun_and_not_ended_is_left(tmp_path: Path) -> None:
    started = StartedFile(tmp_path / "started", key=9)
    slots = {number: started.begin(number) for number in range(1, 1001)}
    for number in range(1, 1001, 2):
        started.end(slots[number])
    started.begin(5000)
    started.close()
    again = StartedFile(tmp_path / "started", key=9)
    assert again.left == {*range(2, 1001, 2), 5000}
    again.close()
    third = StartedFile(tmp_path / "started", key=9)
    assert third.left == frozenset()
    third.close()


def test_the_numbers_of_another_inbox_are_forgotten(tmp_path: Path) -> None:
    started = StartedFile(tmp_path / "started", key=9)
    started.begin(1)
    started.close()
    other = StartedFile(tmp_path / "started", key=10)
    assert other.left == frozenset()
    other.close()


def test_a_file_that_is_cut_short_or_empty_is_begun_anew(tmp_path: Path) -> None:
    for content in (b"", b"\x01", b"x" * 100):
        (tmp_path / "started").write_bytes(content)
        started = StartedFile(tmp_path / "started", key=9)
        assert started.left == frozenset()
        for number in range(1, 300):
            started.begin(number)
        started.close()
