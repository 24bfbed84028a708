import pytest

from pluggram.simulator import Answer, JsonObject
from pluggram.simulator.calls import Called
from pluggram.simulator.faults import Interrupted
from tests.core.simulator.stage import Stage

OK: JsonObject = {"ok": True, "result": True}


@pytest.mark.parametrize(
    ("method", "params", "outcome", "line"),
    [
        ("sendMessage", {"chat_id": 5, "text": "x"}, Answer(200, OK), "@post_bot sendMessage chat 5: 200 ok"),
        ("getMe", {}, Answer(429, {"ok": False, "description": "Too Many"}), "@post_bot getMe: 429 Too Many"),
        ("getMe", {}, Answer(502, {}), "@post_bot getMe: 502 garbled"),
        ("getUpdates", {}, Answer(200, {"ok": True, "result": [1, 2]}), "@post_bot getUpdates: 200 ok, 2 updates"),
        ("getUpdates", {}, Answer(200, {"ok": True, "result": []}), ""),
        ("getupdates", {}, Answer(409, {"ok": False, "description": "Conflict"}), "@post_bot getupdates: 409 Conflict"),
        (
            "getMe", {}, Interrupted(200, b"{"),
            "@post_bot getMe: the simulator reset the connection after 1 bytes of the answer",
        ),
        ("a\x1b[2J", {}, Answer(404, {"ok": False, "description": "x"}), "@post_bot a\\x1b[2J: 404 x"),
    ],
)  # fmt: skip
def test_a_call_is_a_line(stage: Stage, method: str, params: JsonObject, outcome: Answer, line: str) -> None:
    assert Called(stage.bot, method, params, outcome).told() == line


def test_a_call_with_a_wrong_token_names_no_bot() -> None:
    refused = Answer(401, {"ok": False, "description": "Unauthorized"})
    assert Called(None, "getMe", {}, refused).told() == "a token of no bot getMe: 401 Unauthorized"
