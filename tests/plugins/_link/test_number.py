import pytest

from pluggram_plugins._link import example, is_number, meant


def test_only_the_right_count_of_ascii_digits_is_a_number() -> None:
    assert is_number("0042", 4)
    for text in ("042", "00042", "٠٠٤٢", "００４２", "004²", "00x2", "0042\n", "+042", ""):
        assert not is_number(text, 4), text


@pytest.mark.parametrize(
    ("written", "number"),
    [("42", "0042"), ("00042", "0042"), ("0", "0000"), ("12345", None), ("٤٢", None), ("", None), ("4x", None)],
)
def test_a_number_with_too_few_or_too_many_zeros_is_recognised(written: str, number: str | None) -> None:
    assert meant(written, 4) == number


def test_the_example_has_as_many_digits_as_are_asked_for() -> None:
    assert [example(digits) for digits in (1, 2, 4, 9)] == ["2", "42", "0042", "000000042"]
