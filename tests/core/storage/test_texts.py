"""The rows of a namespace in memory; pages and counts over them are in the contract."""

from hypothesis import given
from hypothesis import strategies as st

from pluggram.storage.texts import NULL, Texts, count, page

KEYS = st.text(max_size=2)


@given(st.lists(st.tuples(KEYS, st.sampled_from(["1", NULL]) | st.none())), KEYS, st.none() | KEYS, st.integers(0, 5))
def test_the_order_of_the_keys_follows_what_comes_and_goes(
    changes: list[tuple[str, str | None]], prefix: str, after: str | None, limit: int
) -> None:
    texts, plain = Texts(), dict[str, str]()
    for key, text in changes:
        for each in (texts, plain):
            if text is not None:
                each[key] = text
            elif key in each:
                del each[key]
        assert texts.in_order() == sorted(plain)
    found = [key for key in sorted(plain) if plain[key] != NULL and key.startswith(prefix)]
    assert count(texts, prefix) == count(plain, prefix) == len(found)
    expected = [(key, 1) for key in found if after is None or key > after][:limit]
    assert page(texts, prefix, after, limit) == page(plain, prefix, after, limit) == expected
