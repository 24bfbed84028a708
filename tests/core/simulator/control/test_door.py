import pytest

from pluggram.simulator.control.door import MAX_BODY, VERBS
from tests.core.simulator.control.conftest import Control
from tests.core.simulator.stage import Stage


async def test_the_door_tells_what_can_be_done(control: Control) -> None:
    told = (await control.client.get("/simulator/")).json()["result"]
    assert [each["verb"] for each in told] == list(VERBS)
    [send] = [each for each in told if each["verb"] == "send"]
    assert send["does"].startswith("Write a message")
    assert send["takes"] == {
        "text": "string", "user": "user, optional", "chat": "integer, optional", "bot": "bot, optional",
        "reply_to": "integer, optional", "thread_id": "integer, optional",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "words"), [(b"{", "the body must be JSON"), (b"[]", "the body must be a JSON object")]
)
async def test_a_body_that_is_no_object_is_refused(control: Control, body: bytes, words: str) -> None:
    answer = await control.client.post("/simulator/send", content=body)
    assert (answer.status_code, answer.json()) == (400, {"ok": False, "description": words})


async def test_without_a_body_a_verb_is_done_as_it_is(control: Control) -> None:
    assert (await control.client.post("/simulator/world")).json()["ok"] is True


async def test_a_verb_that_is_not_there_has_a_hint(control: Control) -> None:
    answer = await control.client.post("/simulator/sent")
    assert (answer.status_code, answer.json()["description"]) == (404, "there is no sent; did you mean send?")


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example:8081"}]
)
async def test_a_web_page_from_elsewhere_can_do_nothing(
    stage: Stage, control: Control, headers: dict[str, str]
) -> None:
    answer = await control.client.post("/simulator/send", json={"text": "x"}, headers=headers)
    assert answer.status_code == 403
    assert not stage.chat.messages


@pytest.mark.parametrize(
    "headers", [{"origin": "http://localhost:3000"}, {"host": "localhost"}, {"host": "[::1]:8081"}]
)
async def test_a_web_page_of_this_machine_may(control: Control, headers: dict[str, str]) -> None:
    assert (await control.client.post("/simulator/world", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "body", [rb'{"text": "\ud800"}', b'{"text": "x", "chat": NaN}', b'{"text": ' + b"[" * 200 + b"]" * 200 + b"}"]
)
async def test_what_could_not_be_told_again_is_refused(control: Control, body: bytes) -> None:
    answer = await control.client.post("/simulator/send", content=body)
    assert (answer.status_code, answer.json()["description"]) == (400, "the body must be JSON")


async def test_a_body_that_is_too_large_is_refused(control: Control) -> None:
    answer = await control.client.post("/simulator/send", content=bytes(MAX_BODY + 1))
    assert (answer.status_code, answer.json()["description"]) == (413, "Request Entity Too Large")
