from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.errors import ApiError
from pluggram.simulator.form import parameters


def test_a_file_is_no_text_field() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nline 1\r\nline 2\r\n'
        b'--b\r\nContent-Disposition: form-data; name="photo"; filename="x.png"\r\n\r\n\x89PNG\r\n--b--\r\n'
    )
    assert parameters("", "multipart/form-data; boundary=b", body) == {"text": "line 1\r\nline 2"}


def test_a_body_of_no_known_kind_is_left_unread() -> None:
    assert parameters("a=1&b=", "text/plain", b"c=2") == {"a": "1", "b": ""}


@given(st.binary(), st.sampled_from(["application/json", "multipart/form-data; boundary=b", "multipart/form-data",
                                     "application/x-www-form-urlencoded"]))  # fmt: skip
def test_no_body_crashes_the_door(body: bytes, content_type: str) -> None:
    with suppress(ApiError):
        assert isinstance(parameters("", content_type, body), dict)


def test_a_malformed_body_is_refused() -> None:
    with pytest.raises(ApiError, match="can't parse JSON object"):
        parameters("", "application/json", b"\xff")
