"""A Bot API in the process: what it raises is told as what a network would do."""

from collections.abc import Mapping
from typing import Any

import pytest

from pluggram.errors import TelegramError, Unreachable
from pluggram.telegram.in_process import InProcess
from tests.core.telegram.doors import TOKEN, Door, always


def breaking(error: Exception) -> Door:
    def answer(method: str, parameters: Mapping[str, Any]) -> tuple[int, Any]:
        raise error

    return Door(answer)


async def test_a_door_that_breaks_off_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="broke off: reset"):
        await InProcess(breaking(OSError("reset")), TOKEN).post("sendMessage", {}, 1)


async def test_parameters_that_are_no_json_are_told_to_who_gave_them() -> None:
    with pytest.raises(TelegramError, match="cannot be written as JSON: no set") as raised:
        await InProcess(breaking(TypeError("no set")), TOKEN).post("sendMessage", {}, 1)
    assert type(raised.value) is TelegramError


async def test_a_file_is_given_within_what_is_taken() -> None:
    door = always(200, {})
    door.files = {"a": b"12345"}
    transport = InProcess(door, TOKEN)
    assert await transport.fetch("a", 5) == b"12345"
    with pytest.raises(TelegramError, match="5 bytes, and at most 4"):
        await transport.fetch("a", 4)
    with pytest.raises(TelegramError, match="no longer there"):
        await transport.fetch("b", 5)
