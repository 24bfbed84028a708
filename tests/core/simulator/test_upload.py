import pytest

from pluggram.simulator import Upload
from pluggram.simulator.upload import as_upload


def test_a_tuple_of_name_bytes_and_type_is_a_file() -> None:
    assert as_upload(("a.txt", b"x", "text/plain")) == Upload("a.txt", b"x", "text/plain")


@pytest.mark.parametrize("value", [("a", "b", "c"), ["a.txt", b"x", ""], ("a.txt", b"x"), None, b"x", "x"])
def test_nothing_else_is_a_file(value: object) -> None:
    assert as_upload(value) is None
