from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.simulator.errors import ApiError
from pluggram.simulator.form import MAX_FILES, MAX_PARAMETERS, parameters
from pluggram.simulator.upload import Upload


def multipart(*fields: tuple[str, bytes]) -> bytes:
    parts = (b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), content)
             for name, content in fields)  # fmt: skip
    return b"".join(parts) + b"--b--"


def test_a_part_with_a_file_name_is_a_file() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nline 1\r\nline 2\r\n'
        b'--b\r\nContent-Disposition: form-data; name="photo"; filename="x.png"\r\n'
        b"content-type: image/png\r\n\r\n\x89PNG\n\r\n--b--\r\n"
    )
    assert parameters("", "multipart/form-data; boundary=b", body) == {
        "text": "line 1\r\nline 2",
        "photo": Upload("x.png", b"\x89PNG\n", "image/png"),
    }


@given(st.binary(max_size=50), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%"), min_size=1))
def test_a_file_comes_byte_for_byte_with_its_name(content: bytes, name: str) -> None:
    request = httpx.Request("POST", "http://a.b", files={"document": (name, content, "message/rfc822")})
    found = parameters("", request.headers["content-type"], request.read())
    assert found == {"document": Upload(name, content, "message/rfc822")}


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("multipart/form-data", b"--b\r\n", "boundary not found"),
        ("multipart/form-data; boundary=b", b"--b\r\n", "expected form-data content disposition"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; n="x"\r\n\r\n--b--',
         "field name in multipart/form-data not found"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny',
         "unexpected end of request content"),
    ],
)  # fmt: skip
def test_a_broken_form_is_refused_in_telegrams_words(content_type: str, body: bytes, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parameters("", content_type, body)
    assert caught.value.description == f"Bad Request: {words}"


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


@pytest.mark.parametrize(
    ("query", "content_type", "body", "words"),
    [
        ("a=" + "x" * MAX_PARAMETERS, "", b"", "too many parameters"),
        ("a=b", "application/json", b'{"text": "' + bytes(MAX_PARAMETERS), "too many parameters"),
        ("", "application/x-www-form-urlencoded", b"&" * (MAX_PARAMETERS + 1), "too many parameters"),
        ("", "multipart/form-data; boundary=b", multipart(("a", b"x" * MAX_PARAMETERS)),
         "too many parameters in form data"),
        ("", "multipart/form-data; boundary=b", multipart(*[("a", b"")] * 30_000), "too many parameters in form data"),
        ("", "multipart/form-data; boundary=b", multipart(*[('a"; filename="a', b"x")] * (MAX_FILES + 1)),
         "too many files attached"),
    ],
    ids=["query", "json", "urlencoded", "a long field", "many fields", "many files"],
)  # fmt: skip
def test_too_many_parameters_are_refused_in_telegrams_words(
    query: str, content_type: str, body: bytes, words: str
) -> None:
    with pytest.raises(ApiError) as caught:
        parameters(query, content_type, body)
    assert (caught.value.code, caught.value.description) == (413, f"Request Entity Too Large: {words}")


def test_a_file_counts_for_nothing_among_the_parameters() -> None:
    content = bytes(2 * MAX_PARAMETERS)
    body = multipart(('a"; filename="a', content))
    assert parameters("", "multipart/form-data; boundary=b", body) == {"a": Upload("a", content)}
