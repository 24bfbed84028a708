"""Sending: what Telegram does not answer is tried again."""

import pytest

from pluggram.errors import Unreachable
from pluggram.telegram import sending
from pluggram.telegram.sending import patiently
from tests.core.telegram.scripted import Api


async def test_an_unreachable_api_is_tried_again_and_given_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    assert await patiently(Api(Unreachable("Bad Gateway")), "sendMessage", {}) is True
    with pytest.raises(Unreachable):
        await patiently(Api(*[Unreachable("Bad Gateway")] * sending.TRIES), "sendMessage", {})
