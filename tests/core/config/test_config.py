import pytest

import pluggram.config


@pytest.mark.parametrize("name", pluggram.config.__all__)
def test_every_public_name_is_found(name: str) -> None:
    assert getattr(pluggram.config, name).__name__ == name


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = pluggram.config.nothing  # type: ignore[attr-defined]
