import pytest

from pluggram.simulator.control.mishaps import KINDS
from tests.core.simulator.control.conftest import Control
from tests.core.simulator.stage import Stage

NO_STATUS = "is no status that has a body: 200 to 599, but 204 and 304"


async def test_a_fault_is_asked_for_told_and_cleared(stage: Stage, control: Control) -> None:
    await control("fault", method="sendMessage", fault={"kind": "refused", "code": 429, "retry_after": 3}, times=2)
    assert await stage.refusal("sendMessage", chat_id=5, text="x") == "Too Many Requests: retry after 3"
    fault = {"kind": "refused", "code": 429, "retry_after": 3, "description": ""}
    assert await control("faults") == {
        "planned": [{"method": "sendmessage", "fault": fault, "left": 1, "chat_id": ""}],
        "happened": [{"method": "sendMessage", "fault": fault, "chat_id": "5"}],
    }
    await control("clear_faults")
    assert await control("faults") == {"planned": [], "happened": []}


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_of_fault_can_be_asked_for(stage: Stage, control: Control, kind: str) -> None:
    await control("fault", method="*", fault={"kind": kind})
    assert isinstance(stage.telegram.faults.planned[0].fault, KINDS[kind])


async def test_a_fault_that_there_is_not_is_named(control: Control) -> None:
    assert await control.refusal("fault", method="getMe", fault={"kind": "rest"}) == (
        "kind of fault must be one of refused, page, reset, silence, slow, not 'rest'"
    )
    assert await control.refusal("fault", method="getMe", fault={"kind": "reset", "befor": 5}) == (
        "there is no befor; there is after, done"
    )


async def test_a_fault_may_be_for_one_chat(stage: Stage, control: Control) -> None:
    await control("fault", method="sendMessage", fault={"kind": "refused"}, chat=stage.ann.id)
    assert "retry after" not in await stage.refusal("sendMessage", chat_id=5, text="x")
    assert "retry after" in await stage.refusal("sendMessage", chat_id=stage.ann.id, text="x")


async def test_updates_can_be_repeated_or_malformed(stage: Stage, control: Control) -> None:
    await control("repeat_update")
    number = await control("malformed_update", fields={"x": 1})
    assert await stage.updates(offset=int(str(number)) + 1) == [{"update_id": number, "x": 1}]


async def test_flood_control_and_patience_can_be_set(stage: Stage, control: Control) -> None:
    await control("send", text="/start")
    await control("flood_control", seconds=1)
    await stage.ok("sendMessage", chat_id=stage.ann.id, text="x")
    assert "retry after 1" in await stage.refusal("sendMessage", chat_id=stage.ann.id, text="x")
    await control("patience", pause=0.5)
    assert (stage.telegram.patience.pause, stage.telegram.patience.answer) == (0.5, 60)


@pytest.mark.parametrize(
    ("verb", "given", "words"),
    [
        ("fault", {"fault": {"kind": []}}, "kind of fault must be one of refused, page, reset, silence, slow, not []"),
        ("fault", {"fault": {"kind": "slow"}, "times": 0}, "times must be at least 1, not 0"),
        ("fault", {"fault": {"kind": "page", "status": 99}}, f"99 {NO_STATUS}"),
        ("fault", {"fault": {"kind": "page", "status": 304}}, f"304 {NO_STATUS}"),
        ("fault", {"fault": {"kind": "refused", "code": 600}}, f"600 {NO_STATUS}"),
        ("fault", {"fault": {"kind": "page", "content_type": "a\r\nb: c"}}, "'a\\r\\nb: c' cannot stand in a header"),
        ("fault", {"fault": {"kind": "page", "content_type": "ä€"}}, "'ä€' cannot stand in a header"),
        ("repeat_update", {"times": -1}, "times must be at least 1, not -1"),
    ],
)  # fmt: skip
async def test_a_fault_that_could_not_happen_is_refused(
    control: Control, verb: str, given: dict[str, object], words: str
) -> None:
    method = {"method": "getMe"} if verb == "fault" else {}
    assert await control.refusal(verb, **method, **given) == words
