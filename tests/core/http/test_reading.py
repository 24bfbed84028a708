"""Answers, whole and broken, however they are cut into pieces."""

import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluggram.http import BrokenOff, HttpError, TooLarge
from pluggram.http.reading import HEAD_LIMIT, Reader

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 429 Too Many\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"
)
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nhello"
AFTER_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: a\r\nContent-Length: 9\r\n\r\n" * 3 + PLAIN
OLD = b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CLOSING = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
NOTHING = b"HTTP/1.1 204 No Content\r\n\r\n"
OLD_UNTIL_CLOSED = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\nhello"
JSON = b'HTTP/1.1 200 OK\r\ncontent-length: 11\r\nX-Y: \xff\r\n\r\n{"ok":true}'

WHOLE = {
    PLAIN: ((200, b"hello"), True),
    CHUNKED: ((429, b"hello"), True),
    AFTER_HINTS: ((200, b"hello"), True),
    OLD: ((200, b"hello"), False),
    CLOSING: ((502, b"hello"), False),
    NOTHING: ((204, b""), True),
    JSON: ((200, b'{"ok":true}'), True),
    UNTIL_CLOSED: ((200, b"hello"), False),
    OLD_UNTIL_CLOSED: ((200, b"hello"), False),
}

SURPLUS = st.sampled_from([PLAIN, NOTHING]) | st.binary(min_size=1, max_size=50).filter(bytes.strip)
"""What may not follow an answer; line breaks may (RFC 9112, 2.2)."""


def read(reader: Reader, pieces: Sequence[bytes]) -> tuple[int, bytes] | None:
    for number, piece in enumerate(pieces):
        answer = reader.feed(memoryview(piece))
        if answer:
            assert number == len(pieces) - 1
            return answer
    return reader.end()


def cut(whole: bytes, places: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(set(places) - {0, len(whole)}), len(whole)]
    return [whole[start:end] for start, end in pairwise(edges)]


def places(*wholes: bytes) -> st.SearchStrategy[tuple[bytes, list[int]]]:
    return st.sampled_from(wholes).flatmap(
        lambda whole: st.tuples(st.just(whole), st.lists(st.integers(1, len(whole)), max_size=9))
    )


def reader(most: int = 1_000_000) -> Reader:
    made = Reader()
    made.expect(most)
    return made


@given(places(*WHOLE))
def test_an_answer_is_the_same_however_it_is_cut(case: tuple[bytes, list[int]]) -> None:
    made = reader()
    assert (read(made, cut(*case)), made.keep) == WHOLE[case[0]]


@pytest.mark.parametrize("whole", WHOLE)
def test_an_answer_is_the_same_byte_by_byte(whole: bytes) -> None:
    made = reader()
    assert (read(made, cut(whole, range(len(whole)))), made.keep) == WHOLE[whole]


@given(st.lists(places(PLAIN, CHUNKED, AFTER_HINTS, NOTHING, JSON), min_size=2, max_size=4))
def test_one_reader_reads_answer_after_answer(cases: list[tuple[bytes, list[int]]]) -> None:
    made = reader()
    assert [read(made, cut(*case)) for case in cases] == [WHOLE[whole][0] for whole, _ in cases]


@given(places(PLAIN, CHUNKED, AFTER_HINTS, OLD, CLOSING, JSON), st.integers(1, 4))
def test_an_answer_that_breaks_off_is_none(case: tuple[bytes, list[int]], lacking: int) -> None:
    whole = case[0][:-lacking]
    assert read(reader(), cut(whole, [place for place in case[1] if place < len(whole)])) is None


@given(places(PLAIN, CHUNKED, JSON, NOTHING), SURPLUS)
def test_nothing_may_follow_an_answer(case: tuple[bytes, list[int]], surplus: bytes) -> None:
    made = reader()
    pieces = cut(*case)
    pieces[-1] += surplus
    assert read(made, pieces) == WHOLE[case[0]][0]
    assert not made.keep


@given(st.binary(min_size=1))
def test_whatever_comes_is_an_answer_or_an_error_of_ours(noise: bytes) -> None:
    with suppress(HttpError):
        read(reader(), [noise])


@pytest.mark.parametrize(
    "noise",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
        b"<html></html>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
    ],
)
def test_what_does_not_speak_http_is_told(noise: bytes) -> None:
    with pytest.raises(BrokenOff, match="does not speak HTTP"):
        read(reader(), [noise])


def test_headers_without_an_end_are_not_read_for_ever() -> None:
    lines = [b"X: " + b"y" * 8000 + b"\r\n"] * (HEAD_LIMIT // 8000 + 1)
    with pytest.raises(BrokenOff, match="its headers have no end"):
        read(reader(), [b"HTTP/1.1 200 OK\r\n", *lines])


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"x-odd, gzip"])
@given(places=st.lists(st.integers(1, 60), max_size=4))
def test_an_answer_that_is_packed_is_refused(encoding: bytes, places: list[int]) -> None:
    packed = b"HTTP/1.1 200 OK\r\nCONTENT-Encoding: " + encoding + b"\r\nContent-Length: 2\r\n\r\n\x1f\x8b"
    with pytest.raises(BrokenOff, match=rf"has packed its answer \({encoding.decode()}\), unasked"):
        read(reader(), cut(packed, places))


def test_a_packed_file_is_no_packed_answer() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 50\r\n\r\n"
    body = b"\x1f\x8b\r\ncontent-encoding: gzip\r\n\r\n".ljust(50)
    assert read(reader(), [head + body]) == (200, body)
    assert read(reader(), [head, body[:20], body[20:]]) == (200, body)


@given(places(PLAIN, CHUNKED, UNTIL_CLOSED))
def test_a_body_that_is_larger_than_wanted_is_not_read_to_its_end(case: tuple[bytes, list[int]]) -> None:
    assert read(reader(5), cut(*case)) == (WHOLE[case[0]][0])
    with pytest.raises(TooLarge, match="more than 4 bytes"):
        read(reader(4), cut(*case))


def test_only_the_body_of_a_long_answer_is_kept() -> None:
    made, piece = reader(100_000_000), b"x" * 65_536
    tracemalloc.start()
    made.feed(memoryview(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"))
    for _ in range(100):
        made.feed(memoryview(piece))
    assert tracemalloc.get_traced_memory()[1] < 120 * len(piece)
    tracemalloc.stop()
